"""What is shown of an interview, without a terminal."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import attrs

from ruleset.interview import Interview
from ruleset.loading.folder import load_folder
from ruleset.model import Case
from ruleset.relevance import Wanted
from ruleset.testing import rule_set
from ruleset_tui import visit as way
from ruleset_tui.conclusions import OptionView, conclusions, results
from ruleset_tui.explaining import explanation
from ruleset_tui.recap import recap
from ruleset_tui.results_text import bar_of, criteria_lines
from ruleset_tui.view import (
    ListView,
    Picture,
    QuestionView,
    law_text,
    list_view,
    progress_text,
    question_view,
    why_view,
)  # fmt: skip
from ruleset_tui.visit import Visit


def show(visit: Visit) -> QuestionView:
    found = question_view(visit, Picture(visit.interview))
    assert isinstance(found, QuestionView)
    return found


def at(visit: Visit, id: str) -> Visit:
    return attrs.evolve(visit, here=Wanted(id))


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


def test_a_yes_no_question_is_two_choices(fresh: Visit) -> None:
    view = show(fresh)
    assert view.ask == "Louez-vous l'atelier pour votre métier ?"
    assert view.choices == (("yes", "Oui"), ("no", "Non"))
    assert (view.heading, view.state, view.chosen) == ("Vous", "new", frozenset())


def test_an_answer_is_shown_when_coming_back(fresh: Visit, answered: Callable[..., Visit]) -> None:
    visit = answered(
        professional=True, trade="clay", needs=["water", "power"], rent="1234.5", start=dt.date(2027, 1, 1)
    )
    assert show(at(visit, "professional")).chosen == {"yes"}
    assert show(at(visit, "trade")).chosen == {"clay"}
    assert show(at(visit, "needs")).chosen == {"water", "power"}
    assert plain(show(at(visit, "rent")).text) == "1 234,5"
    assert show(at(visit, "start")).text == "01/01/2027"


def test_passed_and_none_are_said(answered: Callable[..., Visit]) -> None:
    visit = answered(professional=None, rent="none")
    assert show(at(visit, "professional")).status == "Vous avez répondu : je ne sais pas."
    assert show(at(visit, "rent")).status == "Vous avez répondu : aucun."
    assert show(at(visit, "rent")).optional
    assert show(at(visit, "rent")).unit == "€"


def test_progress_is_said_in_words(fresh: Visit, answered: Callable[..., Visit]) -> None:
    left = fresh.interview.progress.remaining
    assert progress_text(Picture(fresh.interview)) == f"0 réponse · encore {left} au plus"
    two = answered(professional=True, rent=None)
    assert progress_text(Picture(two.interview)).startswith("2 réponses · encore ")
    assert law_text(Picture(fresh.interview)) == "droit au 23 novembre 2026"


def test_why_gives_reason_help_sources_and_findings(answered: Callable[..., Visit]) -> None:
    visit = at(answered(professional=True), "rent")
    view = why_view(visit, Picture(visit.interview))
    assert view.why == "Au-dessus d'un plafond, le loyer se négocie."
    assert view.help.startswith("Le loyer sans les charges.")
    lease, guide = view.sources
    assert lease.title == "Règlement des ateliers, art. 3 (durée du bail)"
    assert lease.dates == "du 1er janvier 2020 au 31 décembre 2027"
    assert (lease.url, guide.warning) == ("https://example.org/reglement/3", "à vérifier")
    assert "caution" in {severity for severity, _ in view.concerned}


def test_why_says_what_is_assumed(fresh: Visit) -> None:
    visit = at(fresh, "people")
    assert why_view(visit, Picture(visit.interview)).assumed == "1"


def test_a_list_of_records_says_what_it_is_for_and_what_to_put_in_it(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "ruleset: shelf\ntitle: Étagère\nversion: '1'\n"
        "records: {box: {title: Boîte, why: On les pèse., help: Une par ligne., plural: boxes,"
        " questions: {heavy: {ask: Lourde ?, type: yes_no}}}}\n"
        "rules: {HEAVY: {for: box, when: box.heavy, then: {finding: advice, say: Allégez.}}}\n",
        encoding="utf-8",
    )
    visit = way.begin(Interview.start(load_folder(tmp_path), Case("shelf", dt.date(2026, 11, 23))))
    picture = Picture(visit.interview)
    assert list_view(visit, picture).help == "Une par ligne."
    why = why_view(visit, picture)
    assert (why.why, why.help) == ("On les pèse.", "Une par ligne.")


def test_findings_come_by_severity_and_knowledge_apart(answered: Callable[..., Visit]) -> None:
    found = conclusions(Picture(answered(professional=False, rent=1200).interview))
    assert [view.rule for view in found.holding] == ["LEASE-FORBIDDEN", "RENT-HIGH"]
    assert [view.rule for view in found.knowledge] == ["INCOMPLETE"]
    assert found.holding[0].word == "Bloquant"
    assert found.holding[1].mark == "à vérifier"
    assert not found.holding[1].message.endswith("(à vérifier)")
    assert "{" not in "".join(view.message for view in found.open)
    assert found.counts.endswith("ouverts")


def test_the_verdict_is_one_sentence(fresh: Visit, answered: Callable[..., Visit]) -> None:
    def verdict(visit: Visit) -> str:
        return results(Picture(visit.interview)).verdict

    assert verdict(fresh) == "Avec ce que vous avez répondu, rien n'est encore établi."
    assert verdict(answered(professional=False, rent=1200)).startswith("Un point au moins est bloquant")
    assert verdict(answered(professional=True, rent=1200)).endswith("1 point plus grave reste ouvert.")


def test_the_verdict_does_not_count_what_only_says_that_answers_are_missing() -> None:
    rules = rule_set("""
questions: {a: {ask: A ?, type: yes_no}, b: {ask: B ?, type: yes_no}}
rules:
  FORBIDDEN: {when: a, then: {finding: blocking, say: Interdit., source: S}}
  NOTED: {when: b, then: {finding: info, say: Noté., source: S}}
  MISSING: {when: not known(a), then: {finding: caution, say: Répondez., source: S}}
""")
    found = results(Picture(Interview.start(rules, Case("essai", dt.date(2026, 11, 24), {"b": True}))))
    assert [view.rule for view in found.conclusions.holding] == ["NOTED"]
    assert found.verdict == "Rien de défavorable n'est établi jusqu'ici. 1 point plus grave reste ouvert."


def test_tasks_options_values_and_assumptions_are_shown(answered: Callable[..., Visit]) -> None:
    visit = answered(professional=True, rent=500, start=dt.date(2026, 12, 1))
    found = results(Picture(visit.interview))
    assert [(task.label, task.due) for task in found.tasks] == [
        ("Assurer l'atelier avant d'y entrer", ""),
        ("Envoyer le préavis au propriétaire", "lundi 1er mars 2027"),
    ]
    assert [(one.rank, one.label) for one in found.options] == [
        (1, "Bail professionnel"),
        (2, "Poste partagé"),
        (None, "Adhésion à une association"),
    ]
    assert found.options[0].reasons == ("+3  Pour un métier un bail protège mieux.",)
    assert [(label, plain(value)) for label, value in found.values] == [("Loyer d'une année", "6 000 €")]
    assert found.assumed == (("Combien de personnes travailleront dans l'atelier ?", "1"),)
    assert {str(wanted) for wanted, _text, _passed in found.left} >= {"trade", "machine"}


def test_the_recap_tells_what_became_of_each_answer(answered: Callable[..., Visit]) -> None:
    visit = answered(professional=True, trade="wood", rent=None)
    visit = attrs.evolve(visit, interview=visit.interview.answer("professional", False))
    rows = {row.wanted.id or row.wanted.record: row for row in recap(Picture(visit.interview))}
    assert (rows["professional"].answer, rows["professional"].state) == ("non", "given")
    assert (rows["rent"].answer, rows["rent"].state) == ("je ne sais pas", "unknown")
    assert rows["trade"].state == "moot"
    assert rows["trade"].answer == "Menuiserie ou ébénisterie (n'est plus utile)"
    assert rows["people"].state == "assumed"
    assert rows["machine"].state == "waiting"


def test_an_explanation_goes_down_to_the_answer(answered: Callable[..., Visit]) -> None:
    visit = answered(professional=True, trade="clay")
    tree = explanation(Picture(visit.interview), "VENTILATION", None)

    def texts(branch: object) -> list[str]:
        return [branch.text, *(text for child in branch.branches for text in texts(child))]  # type: ignore[attr-defined]

    assert "Quel est votre métier ? : Céramique" in "\n".join(texts(tree))


def test_a_list_of_records_shows_names_and_answers(fresh: Visit) -> None:
    visit = way.add_row(at_list(fresh))
    assert show(visit).ask == "Comment s'appelle cette machine ?"
    visit = way.answer(visit, "Scie")
    assert show(visit).heading == "Scie"
    visit = way.answer(visit, 92)
    visit = way.answer(visit, "no")
    view = question_view(visit, Picture(visit.interview))
    assert isinstance(view, ListView)
    assert [row.title for row in view.rows] == ["Scie"]
    assert "92 dB" in view.rows[0].detail
    found = results(Picture(way.finish_rows(visit).interview))
    assert found.tables == (("Machine", ("Bruyante",), (("Scie", "oui"),)),)
    assert [view.about for view in found.conclusions.holding] == ["Scie"]


def at_list(visit: Visit) -> Visit:
    return attrs.evolve(visit, here=Wanted("", "machine"))


def options_shown(*scores: int | None) -> list[OptionView]:
    return [
        OptionView(
            None if score is None else number,
            f"Option {number}",
            "",
            "",
            (),
            score=score or 0,
            criteria=() if score is None else ((f"Critère {number}", str(score)), ("Un critère commun", "1")),
        )
        for number, score in enumerate(scores, 1)
    ]


def test_bars_are_as_long_as_the_scores():
    options = options_shown(8, 4, 0, -2, None)
    assert [len(bar_of(option, options)) for option in options] == [30, 15, 0, 0, 0]


def test_the_table_has_a_line_for_each_criterion_and_a_column_for_each_option():
    assert criteria_lines(options_shown(8, 4, None)) == [
        " " * 40 + "   1.   2.",
        "Critère 1".ljust(40) + "    8    ·",
        "Un critère commun".ljust(40) + "    1    1",
        "Critère 2".ljust(40) + "    ·    4",
    ]
    assert criteria_lines(options_shown(None)) == []


def test_a_single_option_has_nothing_to_be_compared_with() -> None:
    options = options_shown(8, None)
    assert bar_of(options[0], options) == ""
    assert criteria_lines(options) == []
