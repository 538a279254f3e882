"""Many records: what is shown of them, and what an answer about one costs."""

import datetime as dt

import pytest

from ruleset.interview import Interview
from ruleset.loading.cases import make_case
from ruleset.loading.folder import load_folder
from ruleset.model import RuleSet
from ruleset_tui.conclusions import conclusions, results
from ruleset_tui.findings_pane import MOST, findings_content
from ruleset_tui.recap import recap
from ruleset_tui.view import Picture

RULES = """
ruleset: shelf
title: Étagère
version: '1'
questions:
  strict: {ask: Faut-il être strict ?, type: yes_no}
records:
  box:
    title: Boîte
    plural: boxes
    name: label
    questions:
      label: {ask: Quel est son nom ?, type: text}
      weight: {ask: Combien pèse-t-elle ?, type: integer}
      place: {ask: Où est-elle ?, type: choice, choices: {low: En bas, high: En haut}, assume: low}
      lock: {ask: Est-elle fermée ?, type: yes_no, ask_when: box.weight > 10}
rules:
  HEAVY:
    for: box
    when: box.weight > 20 and box.place == "high"
    then: {finding: risk, say: "{box.label} est lourde."}
  OPEN: {for: box, when: strict and not box.lock, then: {finding: caution, say: "{box.label} est ouverte."}}
"""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    folder = tmp_path_factory.mktemp("shelf")
    (folder / "a.yaml").write_text(RULES, encoding="utf-8")
    return load_folder(folder)


def shown(shelf: RuleSet, *rows: dict[str, object]) -> Picture:
    case = make_case(shelf, {}, {"box": list(rows)}, dt.date(2026, 11, 23))
    return Picture(Interview.start(shelf, case))


def test_what_is_assumed_of_records_is_shown_once_for_all_of_them(shelf: RuleSet) -> None:
    picture = shown(shelf, {"label": "A", "weight": 30}, {"label": "B", "weight": 30})
    assert results(picture).assumed == (("Boîte : Où est-elle ? (2 fiches)", "En bas"),)


def test_what_is_ignored_of_a_record_names_it(shelf: RuleSet) -> None:
    picture = shown(shelf, {"label": "A", "weight": 3, "lock": True})
    assert results(picture).ignored == ("A : Est-elle fermée ?",)


def test_the_recap_shows_what_is_assumed_of_a_record(shelf: RuleSet) -> None:
    rows = {str(row.wanted): row for row in recap(shown(shelf, {"label": "A", "weight": 30}))}
    assert rows["box[0].place"].answer == "En bas (supposé)"


def test_the_findings_beside_a_question_are_those_of_its_record_first_and_never_more_than_can_be_read(
    shelf: RuleSet,
) -> None:
    rows = [{"label": f"B{number}", "weight": 30, "place": "high"} for number in range(40)]
    found = conclusions(shown(shelf, *rows))
    texts = [part.plain for part in findings_content(found, str, record="box[35]")]
    assert texts[1].endswith("B35 est lourde.\n")
    assert sum("est lourde." in text for text in texts) == MOST
    assert "… et 10 de plus, dans les résultats\n" in texts
