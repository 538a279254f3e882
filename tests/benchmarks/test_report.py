"""The page and its pictures, from figures made up."""

from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from benchmarks.side_by_side import report
from benchmarks.side_by_side.aims import aims
from benchmarks.side_by_side.charts import chart
from benchmarks.side_by_side.measures import COMPILED, FUNCTION, Measured
from benchmarks.side_by_side.results import UNKNOWN_MARK, Results

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def results():
    return Results(
        "2026-11-24",
        {"Processor": "one"},
        {"Python": "3.11"},
        {"zen-engine": "an array"},
        described={300: {"definitions": 30, "comparisons": 140}},
        partial={"columns": "", "sql": "case 3, R1: True instead of None"},
        one_case=[
            Measured(10, {FUNCTION: [1e-6, 2e-6, 1e-6], COMPILED: [9e-6, 20e-6, 7e-6], "zen-engine": [5e-6] * 3}),
            Measured(
                300,
                {FUNCTION: [10e-6] * 3, COMPILED: [11e-6] * 3, "zen-engine": [60e-6] * 3},
                {"zen-engine": 0.003},
                {"CLIPS": "differs from the reference evaluator: case 0, R7"},
            ),
        ],
        batch=Measured(300, {"ours, columns": [0.2] * 3, "Polars": [0.2] * 3, "generated C": [0.05] * 3}),
        batch_count=1_000_000,
        growth={count: Measured(300, {"ours, columns": [count / 5e6] * 3}) for count in (10_000, 1_000_000)},
        unknown=Measured(300, {"ours, columns": [0.2, 0.2], f"ours, columns{UNKNOWN_MARK}": [0.4, 0.4]}),
    )


def test_aims_are_compared_with_the_ratios_of_the_rounds(results):
    found = {one.text: one for one in aims(results)}
    ten = found["one case, 10 rules, to the hand-written function"]
    assert (ten.found, ten.met) == (9.0, False)
    assert found["one case, 300 rules, to the hand-written function"].met is True
    assert found["one case, 300 rules: faster than zen-engine"].found == pytest.approx(60 / 11)
    assert found["one case, 300 rules: faster than CLIPS"].met is None
    assert found["batch of 300 rules, complete: faster than Polars"].met is False
    assert found["15 % unknown, to complete cases"].found == 2.0
    assert found["linear: a case of 1 000 000 to one of 10 000"].found == pytest.approx(1.0)


def test_the_page_says_what_was_met_what_was_not_and_who_is_missing(results, tmp_path):
    report.write(results, tmp_path)
    page = (tmp_path / "performance.md").read_text(encoding="utf-8")
    assert "| one case, 10 rules, to the hand-written function | at most 8 × | 9 × | **not met** |" in page
    assert "| batch of 300 rules, complete: faster than OpenFisca | at least 5 × | not measured |  |" in page
    assert "- CLIPS (300 rules): differs from the reference evaluator: case 0, R7" in page
    assert "- sql: case 3, R1: True instead of None" in page
    assert "| **ours, compiled** | 9 (9 ×) | 11 (1.1 ×) |" in page
    assert "| **ours, columns** | 0.2 | 0.4 | 2 × |" in page


def test_each_picture_the_page_shows_is_written_with_a_line_for_each_engine(results, tmp_path):
    report.write(results, tmp_path)
    page = (tmp_path / "performance.md").read_text(encoding="utf-8")
    for name in ("one-case", "batch-rules", "batch-cases"):
        assert f"(performance/{name}.svg)" in page
    picture = ET.parse(tmp_path / "performance/one-case.svg").getroot()
    assert [text.text for text in picture.iter(f"{SVG}text")][-3:] == ["zen-engine", COMPILED, FUNCTION]
    assert len(list(picture.iter(f"{SVG}circle"))) == 6


def test_names_at_the_ends_of_lines_do_not_stand_on_one_another():
    root = ET.fromstring(chart("T", "x", "y", {f"n{n}": [(1, 1.0), (10, 5.0 + n / 100)] for n in range(20)}))
    places = sorted(float(one.attrib["y"]) for one in root.iter(f"{SVG}text") if str(one.text).startswith("n"))
    assert min(b - a for a, b in pairwise(places)) >= 14.9
    assert places[0] > 0
    assert places[-1] < 480
