"""How an outcome is put in words, whatever shows it: the verdict, records, questions and values by their names."""

from __future__ import annotations

from collections.abc import Sequence

from ruleset import texts
from ruleset.model import Case, Outcome, Question
from ruleset.types import SEVERITIES, Value
from ruleset.wording import Voice


def verdict(found: Outcome, voice: Voice) -> str:
    """Return the worst severity that holds, and how bad what is still open could be."""
    _ = voice.ui
    text = voice.severity(found.verdict)
    if not found.holding:
        text = _("rien à signaler")
    worse = [
        one.severity
        for one in found.findings
        if one.status == "open" and not one.about_knowledge and _order(one.severity) < _order(found.verdict)
    ]
    if worse:
        worst = voice.severity(min(worse, key=_order))
        text = _("{verdict} (peut aller jusqu'à : {worst})").format(verdict=text, worst=worst)
    return text


def _order(severity: str) -> int:
    return SEVERITIES.index(severity)


def record_name(reference: str, voice: Voice, case: Case | None = None) -> str:
    """Return how people name a record (`Aide 1` for `helper[0]`), by its own name where the case gives it one."""
    title, name = _title_and_name(reference, voice, case)
    return f"{title} {name}" if name else title


def record_names(references: Sequence[str], voice: Voice, case: Case | None = None) -> str:
    """Return how people name some records of one type: `Aide 1, 3 et 4`."""
    found = [_title_and_name(reference, voice, case) for reference in references]
    names = [name for _title, name in found if name]
    return f"{found[0][0]} {texts.join(names, voice.locale)}" if names else found[0][0]


def _title_and_name(reference: str, voice: Voice, case: Case | None) -> tuple[str, str]:
    record, _, number = reference.partition("[")
    kind = voice.ruleset.records[record]
    title = voice.own(kind.title)
    if not number:
        return title, ""
    position = int(number.rstrip("]"))
    rows = kind.rows if kind.rows is not None else (case.records.get(record, ()) if case else ())
    name = rows[position].get(kind.name) if kind.name and position < len(rows) else None
    if isinstance(name, str) and name:
        return title, voice.ui("« {name} »").format(name=voice.answer(kind.fields[kind.name], name))
    return title, str(position + 1)


def question_of(name: str, voice: Voice) -> Question | None:
    """Return the question that an outcome names: `id`, `record[0].id`, or the id of one of a rule set that is used."""
    record, dot, id = name.partition(".")
    if dot:
        kind = voice.ruleset.records.get(record.partition("[")[0])
        return kind.fields.get(id) if kind else None
    homes = [voice.ruleset, *voice.ruleset.imports.values()]
    return next((home.questions[name] for home in homes if name in home.questions), None)


def question_words(name: str, voice: Voice, case: Case | None = None) -> str:
    """Return the words of a question that an outcome names."""
    question = question_of(name, voice)
    if question is None:
        record = voice.ruleset.records.get(name)
        return voice.own(record.title) if record else name
    words = voice.own(question.ask)
    return f"{record_name(name.partition('.')[0], voice, case)} : {words}" if "." in name else words


def value_words(id: str, value: Value, voice: Voice) -> str:
    """Return a computed value in words; one that is not checked law says so."""
    return voice.computed(voice.ruleset.definitions[id], value)
