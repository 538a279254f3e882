"""A person's way through an interview: where they are, back and forward, rows, edits. Every step is a new value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import attrs

from ruleset.expressions.evaluate import NOTHING_BOUND, Truth, truth
from ruleset.interview import Interview, Step
from ruleset.model import Case, RecordType, RuleSet
from ruleset.relevance import Wanted, home
from ruleset.types import UNKNOWN, Value

Row = Mapping[str, Value]


@attrs.frozen
class Visit:
    """An interview and the question shown (`None`: nothing is left to ask).

    `row` is the record that is being filled in, field by field: answers lead back to its list. `resume` is where to
    go once an answer has been edited from the summary; `editing` tells that one is.
    """

    interview: Interview
    here: Wanted | None
    row: Wanted | None = None
    editing: bool = False
    resume: Wanted | None = None

    @property
    def answered(self) -> bool:
        """Whether the question shown has been dealt with."""
        return any(step.wanted == self.here for step in self.interview.steps)


def begin(interview: Interview, here: Wanted | None = None) -> Visit:
    """Return a visit at a question, or at the next one."""
    return Visit(interview, here or interview.next)


def is_list(wanted: Wanted) -> bool:
    """Whether what is wanted is a list of records, rather than an answer."""
    return bool(wanted.record) and not wanted.id


def home_of(interview: Interview, wanted: Wanted) -> RuleSet:
    """Return the rule set that a question belongs to."""
    return home(interview.ruleset, wanted)


def record_type(interview: Interview, wanted: Wanted) -> RecordType:
    """Return the record type of a list or of a record's question."""
    return home_of(interview, wanted).records[wanted.record]


def rows_of(interview: Interview, wanted: Wanted) -> tuple[Row, ...]:
    """Return the records given so far."""
    return tuple(interview.case.records.get(wanted.record, ()))


def asked(interview: Interview, wanted: Wanted) -> Truth:
    """Return whether a question is asked in this case, by its own condition."""
    if is_list(wanted):
        return True
    situation = interview.situation
    for alias in wanted.ruleset.split(".") if wanted.ruleset else ():
        situation = situation.other(alias)
    bound = {wanted.record: wanted.number} if wanted.number is not None else NOTHING_BOUND
    return truth(interview.question(wanted).ask_when, situation, bound)


def trail(interview: Interview) -> tuple[Wanted, ...]:
    """Return the questions dealt with that are still asked, in the order of the person's steps."""
    return tuple(step.wanted for step in interview.steps if asked(interview, step.wanted) is not False)


def row_fields(interview: Interview, row: Wanted) -> tuple[Wanted, ...]:
    """Return the questions to ask about one record: its name, those that matter, those answered; in declared order."""
    kind = record_type(interview, row)
    useful = {*interview.relevance.now, *interview.relevance.later, *(step.wanted for step in interview.steps)}
    given = rows_of(interview, row)[row.number or 0]
    found = (attrs.evolve(row, id=id) for id in kind.fields)
    return tuple(
        one
        for one in found
        if (one.id == kind.name or one in useful or one.id in given) and asked(interview, one) is True
    )


# moving


def back(visit: Visit) -> Visit:
    """Return the visit at the question before; nothing is forgotten."""
    if visit.row is not None:
        fields = row_fields(visit.interview, visit.row)
        before = fields[: fields.index(visit.here)] if visit.here in fields else fields
        return attrs.evolve(visit, here=before[-1]) if before else _to_list(visit)
    steps = trail(visit.interview)
    before = steps[: steps.index(visit.here)] if visit.here in steps else steps
    return attrs.evolve(visit, here=before[-1]) if before else visit


def forward(visit: Visit) -> Visit:
    """Return the visit at the question after one that has been dealt with; else the same visit."""
    return _onward(visit) if visit.answered else visit


def go(visit: Visit, wanted: Wanted) -> Visit:
    """Return the visit at any question, to edit its answer and come back."""
    resume = visit.resume if visit.editing else visit.here
    return attrs.evolve(visit, here=wanted, row=None, editing=True, resume=resume)


def settle(visit: Visit) -> Visit:
    """Return the visit after an edit, where it was before; or at the next question where that one is asked no more."""
    place = visit.resume if visit.editing else visit.here
    interview = visit.interview
    steps = trail(interview)
    if place not in steps and place not in interview.open_questions:
        place = interview.next
    return Visit(interview, place)


def _onward(visit: Visit) -> Visit:
    if visit.row is not None:
        fields = row_fields(visit.interview, visit.row)
        after = fields[fields.index(visit.here) + 1 :] if visit.here in fields else ()
        return attrs.evolve(visit, here=after[0]) if after else _to_list(visit)
    if visit.editing:
        return visit
    steps = trail(visit.interview)
    after = steps[steps.index(visit.here) + 1 :] if visit.here in steps else ()
    return Visit(visit.interview, after[0] if after else visit.interview.next)


def _to_list(visit: Visit) -> Visit:
    assert visit.row is not None
    return attrs.evolve(visit, here=attrs.evolve(visit.row, number=None), row=None)


# answering


def answer(visit: Visit, raw: object) -> Visit:
    """Return the visit after an answer to the question shown.

    Raises:
        BadValueError: the question does not allow it; nothing has changed.
    """
    assert visit.here is not None
    return _onward(attrs.evolve(visit, interview=visit.interview.answer(visit.here, raw)))


def dont_know(visit: Visit) -> Visit:
    """Return the visit after « je ne sais pas »."""
    assert visit.here is not None
    interview = visit.interview
    if is_list(visit.here):
        interview = interview.set_records(visit.here.record, None)
    return _onward(attrs.evolve(visit, interview=interview.dont_know(visit.here)))


def on(visit: Visit, day: dt.date) -> Visit:
    """Return the visit under the law of another day: the same place where it is still asked."""
    return _kept(attrs.evolve(visit, interview=visit.interview.on(day)))


def take(visit: Visit, case: Case) -> Visit:
    """Return the visit with a case read from a file: at the list that is shown, else at the next question."""
    interview = visit.interview.take(case)
    shown = visit.here is not None and is_list(visit.here) and visit.here.record in case.records
    return Visit(interview, visit.here if shown else interview.next)


def speak(visit: Visit, lang: str) -> Visit:
    """Return the visit in another language."""
    return attrs.evolve(visit, interview=visit.interview.speak(lang))


def _kept(visit: Visit) -> Visit:
    if visit.editing or visit.row is not None:
        return visit
    return settle(visit)


# records


def add_row(visit: Visit) -> Visit:
    """Return the visit at the first question about one more record."""
    assert visit.here is not None
    rows = rows_of(visit.interview, visit.here)
    interview = visit.interview.set_records(visit.here.record, (*rows, {}))
    steps = tuple(step for step in visit.interview.steps if step.wanted != visit.here or step.value is not UNKNOWN)
    return edit_row(attrs.evolve(visit, interview=attrs.evolve(interview, steps=steps)), len(rows))


def edit_row(visit: Visit, number: int) -> Visit:
    """Return the visit at the first question about a record."""
    assert visit.here is not None
    row = attrs.evolve(visit.here, id="", number=number)
    fields = row_fields(visit.interview, row)
    return attrs.evolve(visit, here=fields[0], row=row) if fields else visit


def remove_row(visit: Visit, number: int) -> Visit:
    """Return the visit without a record; the answers about the others stay with them."""
    here = visit.here
    assert here is not None
    rows = rows_of(visit.interview, here)
    interview = visit.interview.set_records(here.record, (*rows[:number], *rows[number + 1 :]))
    steps = []
    for step in visit.interview.steps:
        one = step.wanted
        if (one.record, one.ruleset) == (here.record, here.ruleset) and one.number is not None:
            if one.number == number:
                continue
            if one.number > number:
                one = attrs.evolve(one, number=one.number - 1)
        steps.append(attrs.evolve(step, wanted=one))
    return attrs.evolve(visit, interview=attrs.evolve(interview, steps=tuple(steps)))


def finish_rows(visit: Visit) -> Visit:
    """Return the visit after a list of records that is complete (it may be empty)."""
    assert visit.here is not None
    rows = rows_of(visit.interview, visit.here)
    interview = visit.interview.set_records(visit.here.record, rows)
    step = Step(visit.here, len(rows))
    known = [one.wanted for one in visit.interview.steps]
    steps = list(visit.interview.steps)
    if visit.here in known:
        steps[known.index(visit.here)] = step
    else:
        steps.append(step)
    return _onward(attrs.evolve(visit, interview=attrs.evolve(interview, steps=tuple(steps))))


def given(interview: Interview, wanted: Wanted) -> Value:
    """Return the answer to a question, or how many records a list has."""
    if is_list(wanted):
        rows = interview.case.records.get(wanted.record)
        return UNKNOWN if rows is None else len(rows)
    return interview.value(wanted)
