"""Batches as a whole: they say what one case after another says, and nothing that is wrong is lost or hidden."""

import datetime as dt
import errno
import itertools
import random
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from ruleset import evaluate
from ruleset.batch import BatchError, Job, evaluate_table, open_source, run, tables_of, writing
from ruleset.batch import running as room
from ruleset.loading.cases import make_case
from ruleset.plugins.registry import registry
from ruleset.program import compile_program
from ruleset.situation import Situation
from ruleset.testing import rule_set
from ruleset.testing.values import random_cases
from ruleset.types import UNKNOWN, encode

DAY = dt.date(2026, 11, 23)
RULES = """
options: {x: X, y: Y}
questions:
  n: {ask: N, type: integer, max: 1000}
  d: {ask: D, type: date, optional: true}
  c: {ask: C, type: choice, choices: {one: Un, two: Deux}}
records:
  row: {title: Ligne, plural: rows, questions: {m: {ask: M, type: money}}}
definitions:
  total: {value: sum(r.m for r in rows), label: Total, unit: EUR}
  half: {for: row, value: row.m / 2, label: Moitié}
  third: {value: n / 3, label: Tiers}
rules:
  BIG: {when: n > 500, then: {finding: risk, say: S, source: S, cases: [{when: n > 900, finding: blocking, say: B}]}}
  DUE: {when: d is not none, then: {task: T, due: d + months(1)}}
  OUT: {when: c == "one", then: {exclude: x, say: S, source: S}}
  FOR: {when: n > 0, then: {favour: {y: 2}, say: S, source: S}}
  COST: {for: row, when: row.m > 100, then: {finding: caution, say: S, source: S}}
"""


@pytest.fixture(scope="module")
def rules():
    return rule_set(RULES)


@pytest.fixture
def tables(rules, tmp_path):
    some = {
        f"k{number}": make_case(
            rules,
            {"n": number, "d": "none" if number % 3 == 0 else "2026-01-31", "c": ("one", "two")[number % 2]},
            {"row": [{"m": str(number)}, {"m": "100.01"}][: number % 3]},
            on=DAY,
        )
        for number in range(1000)
    }
    cases, records = tables_of(rules, some)
    pq.write_table(cases, tmp_path / "cases.parquet")
    pq.write_table(records["row"], tmp_path / "rows.parquet")
    return some


def job(rules, folder: Path, **changes):
    sources = {"row": open_source(folder / "rows.parquet")}
    return Job(rules, open_source(folder / "cases.parquet"), sources, DAY, chunk=128, **changes)


@pytest.mark.no_cover
@pytest.mark.parametrize("id", registry().ids())
def test_each_case_of_a_table_has_the_outcome_it_has_alone(id):
    rules: Any = registry().get(id)
    held: Any
    number: Any
    some = {f"k{n}": case for n, case in enumerate(itertools.islice(random_cases(rules, random.Random(id)), 25))}
    cases, records, rejects = evaluate_table(rules, *tables_of(rules, some))
    assert rejects == []
    rows = {kind: [*table.to_pylist()] for kind, table in records.items()}
    for found in cases.to_pylist():
        case = some[found["case_id"]]
        alone = evaluate(rules, case, ask=False)
        said = {(one.id, one.record): one for one in alone.findings}
        for (finding, record), one in said.items():
            name = finding
            if record is not None and rules.records[rules.rules[finding].record].rows is not None:
                name = f"{finding}[{record.rsplit('[')[1]}"
            elif record is not None:
                continue
            assert found[f"finding.{name}"] == one.status, finding
            assert found.get(f"severity.{name}", one.severity) == one.severity, finding
        for task in alone.tasks:
            if task.record is None:
                assert found[f"task.{task.id}"] == task.status
                assert found.get(f"task.{task.id}.due") == task.due
        for value, definition in rules.definitions.items():
            if definition.label and not definition.record:
                held = alone.values.get(value, UNKNOWN)
                assert found[f"value.{value}.none"] is (held is None)
                assert plain(found[f"value.{value}"]) == (
                    None if held in (None, UNKNOWN) else plain(encode(held, definition.type))
                ), value
        situation = Situation(compile_program(rules), case).compute()
        for option in rules.options:
            state = situation.option(option)
            excluded = found[f"option.{option}.excluded"]
            assert excluded is (None if state.excluded is UNKNOWN else state.excluded)
            score = found[f"option.{option}.score"]
            assert (UNKNOWN if score is None else score) == state.score
        for kind, values in alone.record_values.items():
            if rules.records[kind].rows is not None:
                for number, held in enumerate(values):
                    for value, one in held.items():
                        written = plain(found[f"value.{value}[{number}]"])
                        assert written == (None if one is None else plain(encode(one, rules.definitions[value].type)))
                continue
            own = [row for row in rows[kind] if row["case_id"] == found["case_id"]]
            for row, held in zip(own, values, strict=True):
                for value, one in held.items():
                    written = plain(row[f"value.{value}"])
                    assert written == (None if one is None else plain(encode(one, rules.definitions[value].type)))
        for (finding, record), one in said.items():
            if record and record.endswith("]") and rules.records[rules.rules[finding].record].rows is None:
                kind, number = record[:-1].split("[")
                row = next(row for row in rows[kind] if (row["case_id"], row["row"]) == (found["case_id"], int(number)))
                assert row[f"finding.{finding}"] == one.status


def plain(value):
    if isinstance(value, list):
        return [str(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bool):
        return value
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return value


def test_files_in_files_out(rules, tables, tmp_path):
    seen = []
    result = run(job(rules, tmp_path), tmp_path / "out.parquet", progress=lambda done, all: seen.append((done, all)))
    assert [path.name for path in result.files] == ["out.parquet", "out.row.parquet"]
    assert (result.summary.evaluated, result.summary.rejected, result.strays) == (1000, 0, 0)
    assert seen[0] == (0, 1000)
    assert seen[-1] == (1000, 1000)
    found = pq.read_table(tmp_path / "out.parquet")
    assert found["case_id"].to_pylist() == list(tables)
    assert found["severity.BIG"].to_pylist().count("blocking") == 99
    assert result.summary.findings["BIG"] == {"holds": 499, "ruled_out": 501, "open": 0}
    assert found["value.total"].to_pylist()[5] == Decimal("105.01")
    assert found["value.third"].to_pylist()[1] == Decimal("0.333333333333")
    assert found["task.DUE.due"].to_pylist()[:2] == [None, dt.date(2026, 2, 28)]
    assert set(tmp_path.iterdir()) == {
        tmp_path / name for name in ("cases.parquet", "rows.parquet", "out.parquet", "out.row.parquet")
    }


def test_one_thread_or_more_chunks_of_any_size_give_the_same_bytes(rules, tables, tmp_path):
    for name, workers, chunk in (("a", 1, 128), ("b", 4, 128)):
        one = job(rules, tmp_path)
        run(one, tmp_path / f"{name}.parquet", workers=workers)
        assert chunk == one.chunk
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    run(
        Job(rules, open_source(tmp_path / "cases.parquet"), job(rules, tmp_path).records, DAY, chunk=77),
        tmp_path / "c.csv",
    )
    run(job(rules, tmp_path), tmp_path / "d.csv")
    assert (tmp_path / "c.csv").read_bytes() == (tmp_path / "d.csv").read_bytes()


def test_csv_and_arrow_are_read_and_written_alike(rules, tables, tmp_path):
    for name in ("cases", "rows"):
        table = pq.read_table(tmp_path / f"{name}.parquet")
        pa_csv.write_csv(table, tmp_path / f"{name}.csv")
        with pa.ipc.new_file(tmp_path / f"{name}.arrow", table.schema) as writer:
            writer.write_table(table)
    found = {}
    for suffix in ("parquet", "csv", "arrow"):
        records = {"row": open_source(tmp_path / f"rows.{suffix}")}
        run(Job(rules, open_source(tmp_path / f"cases.{suffix}"), records, DAY), tmp_path / f"out-{suffix}.arrow")
        found[suffix] = pa.ipc.open_file(tmp_path / f"out-{suffix}.arrow").read_all()
    assert found["parquet"].equals(found["csv"])
    assert found["parquet"].equals(found["arrow"])


def test_frames_of_other_libraries(rules):
    duckdb = pytest.importorskip("duckdb")
    frame = duckdb.sql("select 'a' as case_id, 600 as n union all select 'b', 1 order by 1")
    cases, records, rejects = evaluate_table(rules, frame.to_arrow_table(), on=DAY)
    assert cases["finding.BIG"].to_pylist() == ["holds", "ruled_out"]
    assert (records, rejects) == ({}, [])


def cells(rules, **columns):
    return evaluate_table(rules, pa.table({name: pa.array(column) for name, column in columns.items()}), on=DAY)


def test_wrong_cells_set_their_case_aside_with_the_reason(rules):
    cases, _, rejects = cells(
        rules, case_id=["a", "b", "c", "d"], n=["1", "x", "2000", "7"], c=["one", "two", "one", "three"]
    )
    assert cases["case_id"].to_pylist() == ["a"]
    assert [(one.row, one.case, one.column, one.value) for one in rejects] == [
        (2, "b", "n", "x"),
        (3, "c", "n", "2000"),
        (4, "d", "c", "three"),
    ]
    assert "dépasse le maximum 1000" in rejects[1].reason


def test_cases_told_twice_or_without_a_name(rules):
    cases, _, rejects = cells(rules, case_id=["a", None, "a", "b"], n=[1, 2, 3, 4])
    assert cases["case_id"].to_pylist() == ["a", "b"]
    assert [(one.row, one.reason) for one in rejects] == [
        (2, "la colonne « case_id » est vide"),
        (3, "cet identifiant est déjà celui de la ligne 1"),
    ]


def test_records_of_cases_that_do_not_exist_and_wrong_records(rules):
    given = pa.table({"case_id": ["a", "b"], "n": [1, 2]})
    rows = pa.table({"case_id": ["b", "z", "a", None], "m": ["1", "2", "1.234", "3"]})
    cases, records, rejects = evaluate_table(rules, given, {"row": rows}, on=DAY)
    assert cases["case_id"].to_pylist() == ["b"]
    assert records["row"].select(["case_id", "row"]).to_pylist() == [{"case_id": "b", "row": 0}]
    assert [(one.table, one.row, one.case, one.reason) for one in rejects] == [
        ("fiches row", 3, "a", "« 1.234 » a plus de 2 décimales"),
        ("fiches row", 2, "z", "aucun cas n'a cet identifiant"),
        ("fiches row", 4, "", "la colonne « case_id » est vide"),
    ]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"n": [1]}, "il manque la colonne « case_id »"),
        ({"case_id": ["a"], "nn": [1]}, "colonne inconnue : « nn » (vouliez-vous dire « n » ?)"),
        ({"case_id": pa.array([], pa.string())}, "aucun cas"),
    ],
)
def test_tables_that_do_not_fit(rules, columns, said):
    with pytest.raises(BatchError, match=re.escape(said)):
        cells(rules, **columns)


def test_columns_in_excess_are_left_aside_when_asked(rules):
    cases, *_ = evaluate_table(rules, pa.table({"case_id": ["a"], "colour": ["red"]}), on=DAY, extra=True)
    assert cases.num_rows == 1


def test_records_of_an_unknown_type(rules):
    with pytest.raises(BatchError, match="type de fiche inconnu : « rows »"):
        evaluate_table(rules, pa.table({"case_id": ["a"]}), {"rows": pa.table({"case_id": ["a"]})}, on=DAY)


def test_a_value_that_no_column_can_hold_sets_its_case_aside():
    rules = rule_set("""
questions: {n: {ask: N, type: integer}}
definitions: {power: {value: n * n * n * n, label: Puissance}}
rules: {R: {when: power > 0, then: {finding: info, say: S, source: S}}}
""")
    cases, _, rejects = cells(rules, case_id=["a", "b"], n=[2, 10**14])
    assert cases.select(["case_id", "value.power"]).to_pylist() == [{"case_id": "a", "value.power": 16}]
    assert [(one.row, one.case) for one in rejects] == [(2, "b")]
    assert "plus de chiffres" in rejects[0].reason


def test_files_that_are_cut_empty_or_missing(rules, tables, tmp_path):
    cut = tmp_path / "cut.parquet"
    cut.write_bytes((tmp_path / "cases.parquet").read_bytes()[:-200])
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "data.txt").write_text("case_id\na\n")
    for name, said in (
        ("cut.parquet", "coupé ou abîmé"),
        ("empty.csv", "fichier vide"),
        ("none.csv", "introuvable"),
        ("data.txt", "un tableau est un fichier"),
    ):
        with pytest.raises(BatchError, match=said):
            open_source(tmp_path / name)
    (tmp_path / "twice.csv").write_text("case_id,n,n\na,1,2\n")
    with pytest.raises(BatchError, match="colonne en double : « n »"):
        open_source(tmp_path / "twice.csv")


def test_a_line_that_cannot_be_taken_apart(rules, tmp_path):
    (tmp_path / "cases.csv").write_text("case_id;n\na;1\nb;2;3\nc;4\n")
    result = run(Job(rules, open_source(tmp_path / "cases.csv"), {}, DAY), tmp_path / "out.csv")
    assert (result.summary.evaluated, result.strays) == (2, 1)
    lines = (tmp_path / "out.rejects.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1].split(",")[1:] == ["2", "", "", "b;2;3", "3 cellules au lieu de 2"]


class StopHereError(Exception):
    pass


def stopped_after(count):
    def progress(done, _all):
        if done >= count:
            raise StopHereError

    return progress


def test_an_interrupted_run_leaves_no_half_file_and_goes_on(rules, tables, tmp_path, monkeypatch):
    run(job(rules, tmp_path), tmp_path / "whole.parquet")
    output = tmp_path / "out.parquet"
    with pytest.raises(StopHereError):
        run(job(rules, tmp_path), output, progress=stopped_after(300))
    assert not output.exists()
    assert (tmp_path / "out.parquet.parts").is_dir()
    with pytest.raises(BatchError, match="--resume"):
        run(job(rules, tmp_path), output)
    worked = []
    real = room.evaluate_chunk  # type: ignore[attr-defined]

    def counting(rules, chunk, *rest, **named):
        worked.append(chunk.first)
        return real(rules, chunk, *rest, **named)

    monkeypatch.setattr(room, "evaluate_chunk", counting)
    result = run(job(rules, tmp_path), output, resume=True)
    assert worked == [385, 513, 641, 769, 897]
    assert result.summary.evaluated == 1000
    assert output.read_bytes() == (tmp_path / "whole.parquet").read_bytes()
    assert not (tmp_path / "out.parquet.parts").exists()


def test_another_job_is_not_taken_for_the_interrupted_one(rules, tables, tmp_path):
    output = tmp_path / "out.parquet"
    with pytest.raises(StopHereError):
        run(job(rules, tmp_path), output, progress=stopped_after(300))
    other = Job(rules, open_source(tmp_path / "cases.parquet"), {}, dt.date(2025, 1, 1), chunk=128)
    with pytest.raises(BatchError, match="n'était pas le même"):
        run(other, output, resume=True)
    assert run(other, output, restart=True).summary.evaluated == 1000


def test_a_full_disk_loses_nothing(rules, tables, tmp_path, monkeypatch):
    real, writes = writing._write_part, []

    def full(table, path):
        writes.append(path)
        if len(writes) == 5:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(table, path)

    monkeypatch.setattr(writing, "_write_part", full)
    with pytest.raises(BatchError, match=r"disque plein.*--resume"):
        run(job(rules, tmp_path), tmp_path / "out.parquet")
    assert not (tmp_path / "out.parquet").exists()
    assert run(job(rules, tmp_path), tmp_path / "out.parquet", resume=True).summary.evaluated == 1000


def test_rejects_of_an_earlier_run_do_not_stay(rules, tables, tmp_path):
    (tmp_path / "out.rejects.csv").write_text("old")
    run(job(rules, tmp_path), tmp_path / "out.parquet")
    assert not (tmp_path / "out.rejects.csv").exists()


def test_the_output_says_its_kind_by_its_name(rules, tables, tmp_path):
    with pytest.raises(BatchError, match=r"\.parquet"):
        run(job(rules, tmp_path), tmp_path / "out.xlsx")
