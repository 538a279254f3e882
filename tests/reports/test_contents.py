"""What every report holds: everything that the outcome says, with its reasons, in the words of its language."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from hypothesis import given, settings
from tests.reports.conftest import DAY, RULES

from ruleset import Bar, BarChart, Case, Item, Items, Report, RuleSet, Section, Table, Timeline, make_case, report
from ruleset.loading.folder import load_folder
from ruleset.reports.data import to_json
from ruleset.reports.html import to_html
from ruleset.reports.markdown import to_markdown
from ruleset.reports.plain import to_text
from ruleset.testing.strategies import cases

ANSWERS = {
    "resident": False, "food": True, "cold": False, "kind": "truck", "turnover": "50000", "opening": "2026-11-01",
    "days_open": 3, "tools": ["oven"], "name": "Chez <Léa> | & fils",
}  # fmt: skip
HELPERS: dict[str, list[dict[str, object]]] = {
    "helper": [{"first_name": "Léa", "born": "2012-05-01", "family": False}, {"first_name": "Ida"}]
}


def stall_report(lang: str = "fr", **more: object) -> Report:
    return report(RULES, make_case(RULES, ANSWERS | more, HELPERS, on=DAY, lang=lang))


def part(found: Report, title: str) -> Section:
    return next(section for section in found.sections if section.title == title)


def items(section: Section) -> list[Item]:
    return [item for block in section.body if isinstance(block, Items) for item in block.items]


def test_the_head_says_which_rules_which_law_and_that_it_is_no_advice() -> None:
    found = stall_report()
    head = found.sections[0]
    assert head.title == "Ce rapport"
    text = to_text(Report(found.voice, found.outcome, (head,)))
    for said in ("demo/stall 1.2.0", "23 novembre 2026", "bloquant", found.outcome.digest, "pas un conseil juridique"):
        assert said in text


def test_findings_come_by_severity_with_advice_and_sources_in_full() -> None:
    first, *others = items(part(stall_report(), "Ce qui est établi"))
    assert (first.label, first.text, first.tone) == ("Bloquant", "Une vitrine réfrigérée est exigée.", "danger")
    assert first.details == ("→ Louez-en une avant l'ouverture.",)
    (link,) = first.links
    assert (link.text, link.url) == (
        "Règlement du marché, art. 1 (depuis le 1er janvier 2020)",
        "https://example.org/a1",
    )
    order = ["Bloquant", "Risque", "Prudence", "Conseil", "Information", "Favorable"]
    assert [one.label for one in others] == sorted((one.label for one in others), key=order.index)
    assert len(others) > 2


def test_a_finding_of_a_record_names_it() -> None:
    (minor,) = (one for one in items(part(stall_report(), "Ce qui est établi")) if "Léa" in one.text)
    assert minor.details == ("Aide « Léa »",)


def test_what_is_said_word_for_word_of_several_records_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "ruleset: demo\ntitle: Démo\nversion: '1'\n"
        "records: {row: {title: Ligne, plural: rows, name: id, questions: {id: {ask: Nom ?, type: text},"
        " late: {ask: En retard ?, type: yes_no}}}}\n"
        "rules: {LATE: {for: row, when: row.late, then: {finding: risk, say: En retard., do: Effacez.}}}\n",
        encoding="utf-8",
    )
    rules = load_folder(tmp_path)
    late = (("a", True), ("b", False), ("c", True), ("d", None), ("c", True))
    rows = [{"id": name, "late": answer} for name, answer in late]
    found = report(rules, make_case(rules, {}, {"row": rows}, on=DAY))
    (held,) = items(part(found, "Ce qui est établi"))
    assert held.details == ("Ligne « a », « c » et « c »", "→ Effacez.")
    asked, still = items(part(found, "Ce qui reste ouvert"))
    assert (asked.text, asked.details) == ("En retard ?", ("Ligne « d »",))
    assert (still.text, still.details) == ("En retard.", ("Ligne « d »",))


def test_a_late_task_says_so_and_stands_in_the_calendar() -> None:
    found = stall_report(cold=True)
    (task,) = items(part(found, "À faire"))
    assert (task.label, task.text) == ("En retard", "S'inscrire au registre")
    assert task.details[0].startswith("avant le 17 octobre 2026")
    (calendar,) = part(found, "Calendrier").body
    assert isinstance(calendar, Timeline)
    assert [(event.day, event.tone) for event in calendar.events] == [(dt.date(2026, 10, 17), "danger")]


def test_options_are_compared_by_bars_and_by_criteria() -> None:
    chart, criteria = part(stall_report(), "Options comparées").body
    assert isinstance(chart, BarChart)
    assert isinstance(criteria, Table)
    assert [(int(bar.value), bar.tone) for bar in chart.bars] == [(3, "good"), (1, "plain")]
    assert criteria.rows == (("Un camion doit manœuvrer.", "3", "1"), ("Total", "3", "1"))
    columns = list(zip(*(row[1:] for row in criteria.rows[:-1]), strict=True))
    assert [str(sum(int(cell) for cell in column if cell != "·")) for column in columns] == list(criteria.rows[-1][1:])


def test_an_excluded_option_says_why() -> None:
    section = part(stall_report(kind="table"), "Options comparées")
    (out,) = items(section)
    assert out.label == "Écartée"
    assert out.details == ("Une table n'a pas besoin de place.",)
    assert out.links[0].url == "https://example.org/a1"
    assert not any(bar.label == out.text for block in section.body if isinstance(block, BarChart) for bar in block.bars)


def test_what_is_open_says_what_to_answer() -> None:
    found = report(RULES, make_case(RULES, {}, on=DAY))
    said = [one.text for one in items(part(found, "Ce qui reste ouvert"))]
    assert "Vendez-vous de la nourriture ?" in said
    assert "Une vitrine réfrigérée est exigée." in said
    assert "État du dossier" in said  # a value, with the question it waits for
    (waiting,) = (one for one in items(part(found, "Ce qui reste ouvert")) if one.text == "État du dossier")
    assert "Vendez-vous de la nourriture ?" in waiting.details[0]


def test_assumptions_and_answers_are_there() -> None:
    found = stall_report()
    (assumed,) = (block for block in part(found, "Ce qui est supposé").body if isinstance(block, Table))
    assert ("Quelle longueur ?", "2") in assumed.rows
    (answers, _records) = part(found, "Vos réponses").body
    assert isinstance(answers, Table)
    assert ("Quel stand voulez-vous ?", "Un camion") in answers.rows
    assert ("Quel est le nom du stand ?", "Chez <Léa> | & fils") in answers.rows


def test_in_english_the_words_of_the_library_are_english() -> None:
    titles = [section.title for section in stall_report("en", cold=True).sections]
    assert titles[:4] == ["This report", "What is established", "To do", "Calendar"]


def test_what_a_plugin_could_not_give_is_told_in_the_report() -> None:
    found = stall_report()
    assert not any(section.title == "Ce qui manque à ce rapport" for section in found.sections)
    assert found.missing == ()


@given(cases(RULES))
@settings(max_examples=60)
def test_every_report_says_what_holds_and_is_the_same_twice(case: Case) -> None:
    found = report(RULES, case)
    text = " ".join(to_text(found, 400).split())
    for finding in found.outcome.holding:
        assert " ".join(finding.message.split()) in text
    for option in found.outcome.options:
        assert RULES.options[option.id].label in text
    again = report(RULES, case)
    for render in (to_html, to_markdown, to_json, to_text):
        assert render(found) == render(again)


@given(cases(RULES))
@settings(max_examples=60)
def test_the_points_shown_add_up(case: Case) -> None:
    for section in report(RULES, case).sections:
        for block in section.body:
            if isinstance(block, Table) and block.rows and block.rows[-1][0] == "Total":
                for column in list(zip(*block.rows, strict=True))[1:]:
                    assert sum(int(cell) for cell in column[:-1] if cell != "·") == int(column[-1])


def test_a_bar_is_never_negative(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "ruleset: demo\ntitle: Démo\nversion: '1'\noptions: {a: A, b: B}\n"
        "rules: {R: {then: {favour: {a: -3}, say: Trop loin.}}}\n",
        encoding="utf-8",
    )
    rules: RuleSet = load_folder(tmp_path)
    chart, criteria = part(report(rules, make_case(rules, {}, on=DAY)), "Options comparées").body
    assert isinstance(chart, BarChart)
    assert isinstance(criteria, Table)
    assert Bar("A", 0, "-3 points") in chart.bars
    assert criteria.rows[0] == ("Trop loin.", "·", "-3")
