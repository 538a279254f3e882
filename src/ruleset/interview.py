"""The interview: which question next, what is settled, going back, progress. Every step is a new immutable value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property

import attrs

from ruleset.engines import Engine, default_engine, follow
from ruleset.model import Case, Outcome, Question, Record, Rule, RuleSet
from ruleset.outcome import outcome
from ruleset.program import compile_program
from ruleset.relevance import Relevance, Wanted, home, places, relevance, waiting_for_each
from ruleset.situation import Situation
from ruleset.types import UNKNOWN, Value
from ruleset.wording import Voice


@attrs.frozen
class Progress:
    """How far an interview is: questions answered or passed, and how many are left at most."""

    done: int
    remaining: int

    @property
    def share(self) -> float:
        """The done part, from 0 to 1; 1 when nothing is left to ask."""
        return self.done / (self.done + self.remaining) if self.done + self.remaining else 1.0


@attrs.frozen
class Step:
    """One question dealt with: its answer, `UNKNOWN` for « je ne sais pas »."""

    wanted: Wanted
    value: Value


@attrs.frozen(eq=False, slots=False)
class Interview:
    """An interview under way.

    `steps` are the questions in the order in which they were dealt with. Answers that were given and are no longer
    asked stay in the case, ignored, and come back when the question does.
    """

    ruleset: RuleSet
    case: Case
    steps: tuple[Step, ...] = ()
    engine: Engine = attrs.field(factory=default_engine)
    _earlier: Situation | None = attrs.field(default=None, repr=False)

    @classmethod
    def start(cls, ruleset: RuleSet, case: Case | None = None, *, engine: Engine | None = None) -> Interview:
        """Return an interview about a rule set; answers that `case` brings are taken as given."""
        case = case or Case(ruleset.id)
        asked = places(ruleset) if case.answers else {}
        steps = tuple(
            Step(asked[id], value) for id, value in case.answers.items() if id in asked and value is not UNKNOWN
        )
        return cls(ruleset, case, steps, engine or default_engine())

    @cached_property
    def situation(self) -> Situation:
        """The case computed by the interview's engine."""
        return follow(self.engine, self._earlier, compile_program(self.ruleset), self.case)

    @cached_property
    def relevance(self) -> Relevance:
        """The questions that can still change something."""
        return relevance(self.situation)

    @cached_property
    def passed(self) -> frozenset[Wanted]:
        """The questions answered « je ne sais pas »."""
        return frozenset(step.wanted for step in self.steps if step.value is UNKNOWN)

    @property
    def open_questions(self) -> tuple[Wanted, ...]:
        """The questions to ask, most useful first, without those passed."""
        return tuple(wanted for wanted in self.relevance.now if wanted not in self.passed)

    @property
    def next(self) -> Wanted | None:
        """The next question, or None when nothing that may still be asked can change anything."""
        return next(iter(self.open_questions), None)

    @property
    def progress(self) -> Progress:
        """How far the interview is. A list of records counts as one question until its records are there."""
        done = len({step.wanted for step in self.steps}) + len(self.case.records)
        if self.next is None:  # what comes later waits for questions that were passed
            return Progress(done, 0)
        left = {*self.relevance.now, *self.relevance.later} - self.passed
        return Progress(done, len(left))

    def question(self, wanted: Wanted) -> Question:
        """Return the question that is wanted (of a record type, of another rule set).

        Raises:
            KeyError: there is no such question.
        """
        ruleset = home(self.ruleset, wanted)
        if wanted.record:
            return ruleset.records[wanted.record].fields[wanted.id]
        return ruleset.questions[wanted.id]

    def value(self, wanted: Wanted) -> Value:
        """Return the answer given to a question."""
        if wanted.record and wanted.number is not None:
            rows = self.case.records.get(wanted.record, ())
            return rows[wanted.number].get(wanted.id, UNKNOWN) if wanted.number < len(rows) else UNKNOWN
        return self.case.answers.get(wanted.id, UNKNOWN)

    def answer(self, wanted: Wanted | str, raw: object) -> Interview:
        """Return the interview with an answer given or changed (`None` or « unknown » is « je ne sais pas »).

        Raises:
            BadValueError: the question does not allow it; nothing has changed.
            KeyError: there is no such question.
        """
        wanted = Wanted(wanted) if isinstance(wanted, str) else wanted
        return self._with(wanted, self.question(wanted).domain.read(raw))

    def dont_know(self, wanted: Wanted | str) -> Interview:
        """Return the interview with a question passed: its value is unknown, and it is not asked again."""
        return self._with(Wanted(wanted) if isinstance(wanted, str) else wanted, UNKNOWN)

    def forget(self, wanted: Wanted | str) -> Interview:
        """Return the interview as if a question had not been dealt with."""
        wanted = Wanted(wanted) if isinstance(wanted, str) else wanted
        if wanted.record and wanted.number is None:
            return self.set_records(wanted.record, None)
        steps = tuple(step for step in self.steps if step.wanted != wanted)
        return self._evolved(_changed(self.case, wanted, UNKNOWN), steps)

    def back(self) -> Interview:
        """Return the interview before its last step (itself at the start)."""
        return self.forget(self.steps[-1].wanted) if self.steps else self

    def on(self, day: dt.date) -> Interview:
        """Return the same answers under the law of another day."""
        return attrs.evolve(self, case=attrs.evolve(self.case, on=day))

    def speak(self, lang: str) -> Interview:
        """Return the interview in another language."""
        return self._evolved(attrs.evolve(self.case, lang=lang), self.steps)

    def set_records(self, record: str, rows: tuple[Mapping[str, Value], ...] | None) -> Interview:
        """Return the interview with the whole list of records of a type (None: not known yet)."""
        case = attrs.evolve(self.case, records=_with_list(self.case.records, record, rows))
        return self._evolved(case, tuple(step for step in self.steps if not _lost(step, record, rows)))

    def take(self, case: Case) -> Interview:
        """Return the interview about a whole case, read from a file: its answers and lists count as dealt with.

        Steps about records of a list that the case replaces are forgotten.
        """
        before = self.case.records
        lists = {record: rows for record, rows in case.records.items() if rows != before.get(record)}
        kept = [step for step in self.steps if step.wanted.record not in lists]
        given = {step.wanted: step for step in Interview.start(self.ruleset, case).steps}
        steps = [given.pop(step.wanted, step) for step in kept]
        steps += [*given.values(), *(Step(Wanted("", record), len(rows)) for record, rows in lists.items())]
        return self._evolved(case, tuple(steps))

    def outcome(self) -> Outcome:
        """Return what the rule set says of the case so far."""
        found = outcome(self.situation, Voice.of(self.ruleset, self.case.lang), ask=False)
        return attrs.evolve(found, ask=self.relevance.ids)

    def concerned(self, wanted: Wanted) -> tuple[Rule, ...]:
        """Return the open findings that wait for a question: why it is asked."""
        if wanted.ruleset:
            return ()
        open_places = [
            (rule, number)
            for rule in self.ruleset.rules.values()
            if rule.variants and not rule.about_knowledge
            for number in self.situation.places(rule)
            if self.situation.finding_status(rule, number) is UNKNOWN
        ]
        waiting = waiting_for_each(self.situation, open_places)
        concerned = {rule.id: rule for (rule, _), found in zip(open_places, waiting, strict=True) if wanted in found}
        return tuple(concerned.values())

    def _with(self, wanted: Wanted, value: Value) -> Interview:
        steps = [step for step in self.steps if step.wanted != wanted]
        position = next((n for n, step in enumerate(self.steps) if step.wanted == wanted), len(steps))
        steps.insert(position, Step(wanted, value))
        return self._evolved(_changed(self.case, wanted, value), tuple(steps))

    def _evolved(self, case: Case, steps: tuple[Step, ...]) -> Interview:
        """Return the interview with another case, which remembers what was last computed of this one."""
        return attrs.evolve(self, case=case, steps=steps, earlier=vars(self).get("situation", self._earlier))


def _with_list(
    records: Mapping[str, tuple[Record, ...]], record: str, rows: tuple[Record, ...] | None
) -> dict[str, tuple[Record, ...]]:
    others = {id: given for id, given in records.items() if id != record}
    return others if rows is None else {**others, record: rows}


def _lost(step: Step, record: str, rows: tuple[Record, ...] | None) -> bool:
    """Return whether a step speaks of the list itself, or of a record that it no longer has."""
    number = step.wanted.number
    return step.wanted.record == record and (number is None or rows is None or number >= len(rows))


def _changed(case: Case, wanted: Wanted, value: Value) -> Case:
    if wanted.record and wanted.number is not None:
        rows = list(case.records.get(wanted.record, ()))
        rows[wanted.number] = _without_unknown({**rows[wanted.number], wanted.id: value})
        return attrs.evolve(case, records={**case.records, wanted.record: tuple(rows)})
    return attrs.evolve(case, answers=_without_unknown({**case.answers, wanted.id: value}))


def _without_unknown(answers: Mapping[str, Value]) -> dict[str, Value]:
    return {id: value for id, value in answers.items() if value is not UNKNOWN}
