"""An interview as it is kept: the form that is written, and the way back into a rule set that may have changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from ruleset.interview import Interview, Step
from ruleset.model import Case, Question, RuleSet
from ruleset.relevance import Wanted
from ruleset.types import UNKNOWN, BadValueError, Value, encode


@attrs.frozen
class Saved:
    """An interview as it is kept.

    `case` is in the form of case files; `steps` are the questions in the order in which they were dealt with, `here`
    is the one that was shown. `content` is the digest of the rule set then.
    """

    id: int
    ruleset: str
    version: str
    content: str
    case: Mapping[str, Any]
    steps: tuple[tuple[Wanted, bool], ...]
    here: Wanted | None
    created: dt.datetime
    updated: dt.datetime

    @property
    def answered(self) -> int:
        """How many questions were dealt with."""
        return len(self.steps)


@attrs.frozen
class Restored:
    """A saved interview in today's rule set. `dropped` are the answers that no longer fit, by question."""

    interview: Interview
    here: Wanted | None
    dropped: tuple[str, ...] = ()
    changed: bool = False


def case_form(case: Case, ruleset: RuleSet) -> dict[str, Any]:
    """Return a case as the JSON object of a case file; answers to questions that do not exist are left out."""
    return {
        "ruleset": ruleset.id,
        "on": case.on.isoformat(),
        "lang": case.lang,
        "answers": {
            id: encode(value, question.type)
            for id, value in case.answers.items()
            if (question := _question(ruleset, id)) is not None and value is not UNKNOWN
        },
        "records": {
            id: [
                {name: encode(value, fields[name].type) for name, value in row.items() if name in fields}
                for row in rows
            ]
            for id, rows in case.records.items()
            if (fields := _fields(ruleset, id)) is not None
        },
    }


def _encoded(row: Mapping[str, Value], fields: Mapping[str, Question]) -> dict[str, object]:
    return {id: encode(value, fields[id].type) for id, value in row.items() if id in fields}


def restore(saved: Saved, ruleset: RuleSet) -> Restored:
    """Return a saved interview in the rule set as it is now, without the answers that no longer fit."""
    dropped: list[str] = []

    def read(question: Question | None, name: str, raw: object) -> Value:
        try:
            if question is not None:
                return question.domain.read(raw)
        except BadValueError:
            pass
        dropped.append(question.ask if question else name)
        return UNKNOWN

    answers = {id: read(_question(ruleset, id), id, raw) for id, raw in saved.case.get("answers", {}).items()}
    records: dict[str, tuple[dict[str, Value], ...]] = {}
    for id, rows in saved.case.get("records", {}).items():
        fields = _fields(ruleset, id)
        if fields is None:
            dropped.append(id)
            continue
        read_rows = [{name: read(fields.get(name), name, raw) for name, raw in row.items()} for row in rows]
        records[id] = tuple(_known(row) for row in read_rows)
    case = Case(ruleset.id, dt.date.fromisoformat(saved.case["on"]), _known(answers), records, str(saved.case["lang"]))
    interview = Interview.start(ruleset, attrs.evolve(case, answers={}))
    interview = attrs.evolve(interview, case=case)
    steps = []
    for wanted, unknown in saved.steps:
        value = UNKNOWN if unknown else _value(interview, wanted)
        if _exists(interview, wanted) and (unknown or value is not UNKNOWN):
            steps.append(Step(wanted, value))
    here = saved.here if saved.here and _exists(interview, saved.here) else None
    return Restored(attrs.evolve(interview, steps=tuple(steps)), here, tuple(dropped), saved.content != ruleset.content)


def _known(answers: Mapping[str, Value]) -> dict[str, Value]:
    return {id: value for id, value in answers.items() if value is not UNKNOWN}


def _homes(ruleset: RuleSet) -> Iterator[RuleSet]:
    """Yield a rule set and those that it uses, at any distance: they share the answers."""
    yield ruleset
    for other in ruleset.imports.values():
        yield from _homes(other)


def _question(ruleset: RuleSet, id: str) -> Question | None:
    return next((home.questions[id] for home in _homes(ruleset) if id in home.questions), None)


def _fields(ruleset: RuleSet, record: str) -> Mapping[str, Question] | None:
    types = (home.records[record] for home in _homes(ruleset) if record in home.records)
    return next((found.fields for found in types if found.rows is None), None)


def _exists(interview: Interview, wanted: Wanted) -> bool:
    if wanted.record and not wanted.id:
        return _fields(interview.ruleset, wanted.record) is not None
    try:
        interview.question(wanted)
    except KeyError:
        return False
    return wanted.number is None or wanted.number < len(interview.case.records.get(wanted.record, ()))


def _value(interview: Interview, wanted: Wanted) -> Value:
    """Return the answer of a step; for a list of records, how many there are."""
    if wanted.record and not wanted.id:
        rows = interview.case.records.get(wanted.record)
        return UNKNOWN if rows is None else len(rows)
    return interview.value(wanted)


def wanted_form(wanted: Wanted) -> dict[str, Any]:
    """Return which question is meant, as JSON."""
    return {"id": wanted.id, "record": wanted.record, "number": wanted.number, "ruleset": wanted.ruleset}


def read_wanted(form: Mapping[str, Any]) -> Wanted:
    """Return the question that `wanted_form` has written.

    Raises:
        KeyError: the form is not complete.
    """
    return Wanted(form["id"], form["record"], form["number"], form["ruleset"])
