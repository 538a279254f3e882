"""Static checks: one rule set with one mistake gives one warning, in its place."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from ruleset import checks
from ruleset.loading.folder import load_folder
from ruleset.program import compile_program
from ruleset.relevance import waiting_for
from ruleset.witness import Search, search

HEAD = "ruleset: demo\ntitle: Démo\nversion: '1'\n"
GOOD = """
sources: {L1: {title: Loi}}
questions:
  a: {ask: A ?, type: yes_no}
  n: {ask: N ?, type: integer}
rules:
  R-1: {when: a and n > 3, then: {finding: info, say: "{n}"}}
"""
MISTAKES = {
    "a question nobody reads": ("questions: {b: {ask: B ?, type: yes_no}}", "la question « b » ne change rien"),
    "a parameter nobody reads": (
        "parameters: {p: {type: integer, values: {2020-01-01: 3}, source: L1}}",
        "le paramètre « p » n'est lu nulle part",
    ),
    "a definition nobody reads": ("definitions: {d: n + 1}", "la définition « d » n'est lue nulle part"),
    "a question never asked": (
        (
            "questions: {c: {ask: C ?, type: yes_no, ask_when: a and not a}}\n"
            "rules: {R-2: {when: c, then: {finding: info, say: Oui.}}}"
        ),
        "la question « c » n'est jamais posée",
    ),
    "a rule that never fires": (
        "rules: {R-2: {when: n > 3 and n < 2, then: {finding: info, say: Oui.}}}",
        "la règle « R-2 » ne peut jamais s'appliquer",
    ),
    "a rule that no choice can fire": (
        (
            "questions: {c: {ask: C ?, type: choice, choices: {x: X, y: Y}}}\n"
            'rules: {R-2: {when: c == "x" and c == "y", then: {finding: info, say: Oui.}}}'
        ),
        "la règle « R-2 » ne peut jamais s'appliquer",
    ),
    "rows that overlap": (
        (
            "tables:\n  t:\n    policy: unique\n    inputs: [n]\n    otherwise: 0\n    label: T\n"
            "    rows: [{when: ['>= 3'], value: 1}, {when: ['<= 3'], value: 2}]"
        ),
        "table « t » (unique) : les lignes [",
    ),
    "a gap between rows": (
        (
            "tables:\n  t:\n    policy: first\n    inputs: [n]\n    label: T\n"
            "    rows: [{when: ['> 3'], value: 1}, {when: ['< 3'], value: 2}]"
        ),
        "table « t » : aucune ligne pour n = 3",
    ),
    "a hole in time": (
        (
            "parameters: {p: {type: integer, values: {2020-01-01: none, 2021-01-01: 4}, source: L1}}\n"
            "definitions: {d: {value: p, label: D}}"
        ),
        "le paramètre « p » n'a pas de valeur du 2020-01-01 au 2021-01-01",
    ),
    "a source nobody cites": ("sources: {L2: {title: Autre}}", "la source « L2 » n'est citée nulle part"),
    "a weighty finding without source": (
        "rules: {R-2: {when: a, then: {finding: risk, say: Oui.}}}",
        "la conclusion « R-2 » (risk) n'a pas de source",
    ),
    "a placeholder that may be unknown": (
        "rules: {R-2: {when: a, then: {finding: info, say: 'Encore {n}.'}}}",
        "conclusion « R-2 » : {n} peut être inconnu quand elle s'applique (n)",
    ),
}


def warnings(folder: Path, *files: str) -> list[str]:
    for number, text in enumerate(files):
        (folder / f"{number}.yaml").write_text(text, encoding="utf-8")
    return [problem.message for problem in checks.check(load_folder(folder))]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_seen(tmp_path: Path, mistake: str) -> None:
    text, expected = MISTAKES[mistake]
    base = GOOD.replace('say: "{n}"', 'say: "{n}", source: L1')
    found = warnings(tmp_path, HEAD + base, text)
    assert any(expected in message for message in found), found


def test_a_sound_rule_set_has_no_warning(tmp_path: Path) -> None:
    assert warnings(tmp_path, HEAD + GOOD.replace('say: "{n}"', 'say: "{n}", source: L1')) == []


def test_a_warning_stands_where_the_mistake_is(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD + "questions:\n  alone: {ask: Seule ?, type: yes_no}\n", encoding="utf-8")
    [problem] = checks.check(load_folder(tmp_path))
    assert (problem.where.line, problem.where.column, problem.warning) == (5, 3, True)


def test_untranslated_texts_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD + GOOD.replace('say: "{n}"', 'say: "{n}", source: L1'), encoding="utf-8")
    place = tmp_path / "locale" / "en" / "LC_MESSAGES"
    place.mkdir(parents=True)
    place.joinpath("rules.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "A ?"\nmsgstr "A?"\n', encoding="utf-8"
    )
    [problem] = checks.check(load_folder(tmp_path))
    assert problem.message.startswith("4 textes sans traduction en « en »")


def test_seeds_come_from_every_part(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        HEAD
        + "notes: [{text: Contexte., seed: [S-1]}]\n"
        + "questions: {a: {ask: A ?, type: yes_no, seed: [S-2]}}\n"
        + "rules:\n  R:\n    when: a\n"
        + "    then: {finding: info, say: x, seed: [S-3], cases: [{when: a, say: y, seed: [S-4]}]}\n",
        encoding="utf-8",
    )
    assert checks.seeds(load_folder(tmp_path)) == {"S-1", "S-2", "S-3", "S-4"}


def test_a_search_says_when_it_has_looked_at_everything(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD + GOOD, encoding="utf-8")
    program = compile_program(load_folder(tmp_path))

    def seek(goal: str, budget: int = 4000) -> Search:
        rule = program.ruleset.rules["R-1"]
        return search(
            program,
            lambda facts: facts.rule_status("R-1", None) if goal == "holds" else False,
            lambda facts: (wanted.id for wanted in waiting_for(facts, rule, None)),
            budget=budget,
        )

    found = seek("holds")
    assert found.case is not None
    assert found.case.answers["a"] is True
    assert found.case.answers["n"] in (4, 5)
    assert isinstance(found.case.on, dt.date)
    assert seek("nothing").exhaustive
    assert not seek("holds", budget=1).exhaustive
