"""A case seen through a Program: every value and status, computed once, by the reference semantics."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Self, TypeAlias

from ruleset.changes import ANY_RECORD, Touched, touched
from ruleset.expressions import tree
from ruleset.expressions.bounds import ANYTHING, ZERO, Interval, extreme, interval
from ruleset.expressions.evaluate import NOTHING_BOUND, Bound, OptionState, Truth, all_of, any_of, evaluate, truth
from ruleset.expressions.functions import BUILTINS, Function, round_to
from ruleset.expressions.tree import Node
from ruleset.model import Case, Definition, Diagnostic, Question, Rule, Variant
from ruleset.program import Program, Step, compile_program
from ruleset.types import SEVERITIES, UNKNOWN, Domain, Severity, Type, Unknown, Value, decimals_of, whole

Place: TypeAlias = tuple[str, int | None]
"""A definition or rule, with the number of the record it is computed for."""

NUMBER_DECIMALS = 12
Reading: TypeAlias = dict[tuple[tuple[str, str], int | None], Any]
"""What a reader of a situation has found for each step (for a record), or for all steps of one record
(`("record", type)`, with its number): it rests on nothing but what they read.
"""


def at_least(severity: str) -> frozenset[str]:
    """Return that severity and the worse ones."""
    return frozenset(SEVERITIES[: SEVERITIES.index(severity) + 1])


class Situation:
    """The facts of one case. Engines may give the values and statuses that they have computed; the rest is computed
    here, on demand. Not shared between threads.
    """

    def __init__(
        self,
        program: Program,
        case: Case,
        values: Mapping[Place, Value] | None = None,
        statuses: Mapping[Place, Truth] | None = None,
    ) -> None:
        self.program = program
        self.ruleset = program.ruleset
        self.case = case
        self.on = case.on
        self._answers: dict[tuple[str, int | None, str], Value] = {}
        self._values: dict[Place, Value] = dict(values or {})
        self._statuses: dict[Place, Truth] = dict(statuses or {})
        self._imports: dict[str, Situation] = {}
        self._options: dict[str, OptionState] = {}
        self._parameters: dict[tuple[str, dt.date, str | None], Value] = {}
        self._step: str = ""
        self._touched: Touched | None = None
        self.diagnostics: list[Diagnostic] = []
        self.readings: dict[Hashable, Reading] = {}
        self.prospect: Situation | None = None

    def follow(self, before: Situation) -> Self:
        """Take over, from an earlier situation of the same program, all that the answers which differ cannot reach:
        values, statuses, and what readers have found. Only the rest is computed by `compute`.
        """
        found = touched(self.program, before.case, self.case) if not before.diagnostics else None
        self.prospect = before.prospect  # of the earlier case: `relevance` brings it forward in the same way
        if found is None:
            return self
        self._touched = found
        self._answers = before._answers.copy()
        self._values = before._values.copy()
        self._statuses = before._statuses.copy()
        self.readings = {reader: reading.copy() for reader, reading in before.readings.items()}
        for step, numbers in found.items():
            kind, id = step
            record, _, field = id.rpartition(".") if kind == "question" else (self.program.node(step).record, "", id)
            for number in numbers:
                if kind == "question":
                    self._answers.pop((record, number, field), None)
                else:
                    (self._values if kind == "definition" else self._statuses).pop((id, number), None)
                for reading in self.readings.values():
                    reading.pop((step, number), None)
                    reading.pop((("record", record), number), None)
        return self

    def reading(self, reader: Hashable) -> Reading:
        """Return what a reader has found so far, to be completed by it."""
        return self.readings.setdefault(reader, {})

    # answers

    def answer(self, id: str) -> Value:
        """Return the answer to a question: *none* when it is not asked, its assumption when it has one."""
        return self._asked(self.ruleset.questions[id], ("", None, id), self.case.answers, NOTHING_BOUND)

    def field(self, node: tree.Field, bound: Bound) -> Value:
        """Return an answer of a record, a cell of a reference table or a value computed for a record."""
        number = bound[node.variable]
        if node.computed:
            return self.value(node.id, number)
        return self.record_answer(node.record, number, node.id)

    def record_answer(self, record: str, number: int, id: str) -> Value:
        """Return the answer to a question of a record."""
        kind = self.ruleset.records[record]
        if kind.rows is not None:
            return kind.rows[number].get(id)
        given = {} if number == ANY_RECORD else self.case.records[record][number]
        return self._asked(kind.fields[id], (record, number, id), given, {record: number})

    def _asked(
        self, question: Question, key: tuple[str, int | None, str], given: Mapping[str, Value], bound: Bound
    ) -> Value:
        if key not in self._answers:
            asked = truth(question.ask_when, self, bound)
            if asked is UNKNOWN:
                self._answers[key] = UNKNOWN
            elif asked is False:
                self._answers[key] = None
            else:
                value = given.get(question.id, UNKNOWN)
                self._answers[key] = self.assumption(question, bound) if value is UNKNOWN else value
        return self._answers[key]

    def assumption(self, question: Question, bound: Bound) -> Value:
        """Return what an asked question is assumed to be answered until it is."""
        return evaluate(question.assume, self, bound) if isinstance(question.assume, Node) else question.assume

    def assumed(self) -> tuple[str, ...]:
        """Return the questions that are asked, unanswered, and stand at their assumption."""
        return tuple(name for assumed, _ in self._special() for name in assumed)

    def ignored(self) -> tuple[str, ...]:
        """Return the questions answered in the case although they are not asked in it."""
        return tuple(name for _, ignored in self._special() for name in ignored)

    def _special(self) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Yield for the case and for each record the questions that are assumed and those whose answer is ignored."""
        yield self._treated("", None, self.ruleset.questions, self.case.answers)
        for record in self.ruleset.records.values():
            for number, given in enumerate(self.case.records.get(record.id, ()) if record.rows is None else ()):
                yield self._treated(record.id, number, record.fields, given)

    def _treated(
        self, record: str, number: int | None, questions: Mapping[str, Question], given: Mapping[str, Value]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        known, place = self.reading("treated"), (("record", record), number)
        if place not in known:
            bound = {record: number} if number is not None else NOTHING_BOUND
            prefix = f"{record}[{number}]." if record else ""
            assumed, ignored = [], []
            for id, question in questions.items():
                answered = given.get(id, UNKNOWN) is not UNKNOWN
                if not answered and question.assume is UNKNOWN:
                    continue
                asked = truth(question.ask_when, self, bound)
                if answered and asked is False:
                    ignored.append(prefix + id)
                elif not answered and asked is True and self.assumption(question, bound) is not UNKNOWN:
                    assumed.append(prefix + id)
            known[place] = tuple(assumed), tuple(ignored)
        found: tuple[tuple[str, ...], tuple[str, ...]] = known[place]
        return found

    def count(self, record: str) -> int | Unknown:
        """Return how many records of a type the case has."""
        rows = self.ruleset.records[record].rows
        if rows is not None:
            return len(rows)
        given = self.case.records.get(record)
        return UNKNOWN if given is None else len(given)

    # values

    def computed(self, id: str) -> Value:
        """Return the value of a definition."""
        return self.value(id, None)

    def value(self, id: str, number: int | None) -> Value:
        """Return the value of a definition (for a record), rounded as the definition says."""
        place = (id, number)
        if place not in self._values:
            definition = self.ruleset.definitions[id]
            before, self._step = self._step, id
            bound = {definition.record: number} if number is not None else NOTHING_BOUND
            self._values[place] = rounded(definition, evaluate(definition.value, self, bound))
            self._step = before
        return self._values[place]

    def imported(self, ruleset: str, id: str) -> Value:
        """Return a value, a finding's truth or the verdict of another rule set for the same answers."""
        situation = self.other(ruleset)
        if id in situation.ruleset.definitions:
            return situation.computed(id)
        if id in situation.ruleset.rules:
            return situation.status(id, NOTHING_BOUND)
        return situation.verdict()

    def other(self, ruleset: str) -> Situation:
        """Return the same case seen through a rule set that this one uses."""
        if ruleset not in self._imports:
            program = compile_program(self.ruleset.imports[ruleset])
            self._imports[ruleset] = other = type(self)(program, self.case)
            other.diagnostics = self.diagnostics
        return self._imports[ruleset]

    def verdict(self) -> Value:
        """Return the worst severity that holds, unknown while a worse one is open."""
        for severity in SEVERITIES:
            found = [
                self.severity_at(rule, number, severity)
                for rule in self.ruleset.rules.values()
                if rule.variants
                for number in self.places(rule)
            ]
            if True in found:
                return severity if severity != "info" else "ok"
            if UNKNOWN in found:
                return UNKNOWN
        return "ok"

    def severity_at(self, rule: Rule, number: int | None, severity: str) -> Truth:
        """Return whether a finding holds with a severity."""
        if rule.record and number is None:
            return UNKNOWN
        status = self.rule_status(rule.id, number)
        if status is False:
            return False
        return all_of([status, self.severity(rule.id, severity, bound_to(rule, number))])

    def parameter(self, id: str, day: dt.date, key: str | None) -> Value:
        """Return a parameter's value on a day."""
        place = (id, day, key)
        if place not in self._parameters:
            period = self.ruleset.parameters[id].period(day)
            value = None if period is None else period.value
            self._parameters[place] = value.get(str(key)) if isinstance(value, Mapping) else value
        return self._parameters[place]

    def call(self, function: str, arguments: tuple[Value, ...]) -> Value:
        """Return the result of a function; its failure is reported and gives unknown."""
        found = self.function(function)
        if None in arguments and not found.keeps_none:
            return None
        if UNKNOWN in arguments:
            return UNKNOWN
        try:
            result = found.compute(*arguments)
        except Exception as error:  # noqa: BLE001  a plug-in's function may raise anything
            self.report(f"{function} : {error}")
            return UNKNOWN
        if isinstance(found.result, Type) and not found.result.holds(result):
            self.report(f"{function} : a donné {result!r} au lieu d'une valeur de type {found.result}")
            return UNKNOWN
        return whole(result) if isinstance(result, Fraction) else result

    def function(self, name: str) -> Function:
        """Return a built-in or plug-in function."""
        return BUILTINS.get(name) or self.ruleset.functions[name]

    def report(self, message: str) -> None:
        """Note that something went wrong while the current definition or rule was computed."""
        diagnostic = Diagnostic(self._step, message)
        if diagnostic not in self.diagnostics:
            self.diagnostics.append(diagnostic)

    # rules

    def status(self, rule: str, bound: Bound) -> Truth:
        """Return whether a rule's condition holds (for the record bound, or for any record)."""
        record = self.ruleset.rules[rule].record
        if not record:
            return self.rule_status(rule, None)
        if record in bound:
            return self.rule_status(rule, bound[record])
        count = self.count(record)
        return UNKNOWN if count is UNKNOWN else any_of(self.rule_status(rule, n) for n in range(count))

    def rule_status(self, id: str, number: int | None) -> Truth:
        """Return whether a rule's condition is certainly true, certainly false or open."""
        place = (id, number)
        if place not in self._statuses:
            rule = self.ruleset.rules[id]
            before, self._step = self._step, id
            self._statuses[place] = truth(rule.condition, self, bound_to(rule, number))
            self._step = before
        return self._statuses[place]

    def places(self, rule: Rule) -> Iterable[int | None]:
        """Return the records a rule speaks of (`None` for the whole case, or while the list is unknown)."""
        if not rule.record:
            return (None,)
        count = self.count(rule.record)
        return (None,) if count is UNKNOWN else range(count)

    def finding_status(self, rule: Rule, number: int | None) -> Truth:
        """Return the status of a finding: open as long as it is not settled in which variant it holds."""
        if rule.record and number is None:
            return UNKNOWN
        status = self.rule_status(rule.id, number)
        if status is True and rule.variants and len(self.variants(rule, number)) > 1:
            return UNKNOWN
        return status

    def variants(self, rule: Rule, number: int | None) -> list[Variant]:
        """Return the variants in which the finding can still hold, the first certain one last."""
        bound = bound_to(rule, number)
        found = []
        for variant in rule.variants:
            certain = truth(variant.when, self, bound)
            if certain is not False:
                found.append(variant)
            if certain is True:
                break
        return found

    def severity(self, rule: str, severity: str, bound: Bound) -> Truth:
        """Return whether the finding has that severity, given that it holds."""
        definition = self.ruleset.rules[rule]
        if definition.record and definition.record not in bound:
            count = self.count(definition.record)
            if count is UNKNOWN:
                return UNKNOWN
            return any_of(
                all_of([self.rule_status(rule, n), self.severity(rule, severity, {definition.record: n})])
                for n in range(count)
            )
        number = bound[definition.record] if definition.record else None
        equal = {variant.severity == severity for variant in self.variants(definition, number)}
        return equal.pop() if len(equal) == 1 else UNKNOWN

    def open_places(self, severity: Severity | str) -> Iterable[tuple[Rule, int | None]]:
        """Yield the findings, not about knowledge, that are open and can have that severity or a worse one."""
        wanted = at_least(severity)
        for rule in self.ruleset.rules.values():
            if rule.about_knowledge or not any(variant.severity in wanted for variant in rule.variants):
                continue
            for number in self.places(rule):
                if self.finding_status(rule, number) is UNKNOWN and any(
                    variant.severity in wanted for variant in self.possible(rule, number)
                ):
                    yield rule, number

    def possible(self, rule: Rule, number: int | None) -> list[Variant]:
        """Return the variants an open finding could take."""
        return list(rule.variants) if rule.record and number is None else self.variants(rule, number)

    def known(self, value: Value) -> Truth:
        """Return whether a value is known."""
        return value is not UNKNOWN

    def extreme(self, node: tree.Extreme, bound: Bound) -> Value:
        """Return the least or the greatest value that an open number can take."""
        return extreme(node, self, bound)

    def domain(self, node: tree.Answer | tree.Field) -> Domain:
        """Return what the question of an answer allows."""
        if isinstance(node, tree.Answer):
            return self.ruleset.questions[node.id].domain
        return self.ruleset.records[node.record].fields[node.id].domain

    def formula(self, id: str) -> Node:
        """Return the tree of a definition."""
        return self.ruleset.definitions[id].value

    # options

    def option(self, id: str) -> OptionState:
        """Return what is known of an option."""
        if id not in self._options:
            excluded: list[Truth] = []
            total = ZERO
            for rule in self.ruleset.rules.values():
                if id in rule.exclude:
                    excluded.append(self.status(rule.id, NOTHING_BOUND))
                if id in rule.favour:
                    for number in self.places(rule):
                        total += self.points(rule, number, id)
            self._options[id] = OptionState(any_of(excluded), total.low, total.high)
        return self._options[id]

    def points(self, rule: Rule, number: int | None, option: str) -> Interval:
        """Return between which bounds the points of a rule for an option lie."""
        if rule.record and number is None:
            return ANYTHING
        status = self.rule_status(rule.id, number)
        if status is False:
            return ZERO
        found = interval(rule.favour[option], self, bound_to(rule, number)) or ZERO
        return found if status is True else found | ZERO

    def best_option(self) -> Value:
        """Return the option that comes first, once nothing that is open can put another before it."""
        states = [(id, self.option(id)) for id in self.ruleset.options]
        left = [(id, state) for id, state in states if state.excluded is not True]
        if not left:
            return None
        for position, (id, state) in enumerate(left):
            if state.excluded is False and all(
                _comes_before(state, other, declared_first=position < place)
                for place, (_, other) in enumerate(left)
                if place != position
            ):
                return id
        return UNKNOWN

    def open_findings(self, severity: str) -> Truth:
        """Return whether a finding of that severity or worse is open."""
        return next(iter(self.open_places(severity)), None) is not None

    def compute(self) -> Self:
        """Compute everything in dependency order (so that no chain of questions or definitions nests deeply)."""
        for step, number in self.everywhere():
            kind, id = step
            if kind == "rule":
                self.rule_status(id, number)
            elif kind == "definition":
                self.value(id, number)
            elif number is None:
                self.answer(id)
            else:
                record, _, field = id.partition(".")
                self.record_answer(record, number, field)
        return self

    def everywhere(self) -> Iterator[tuple[Step, int | None]]:
        """Yield every question, definition and rule after what it needs, for each record where it is of records;
        without what was taken over from an earlier situation.
        """
        for step in self.program.sequence:
            if self._touched is not None and step not in self._touched:
                continue
            kind, id = step
            if kind == "question":
                record = id.rpartition(".")[0]
                if record and self.ruleset.records[record].rows is not None:
                    continue  # the cells of a reference table are read where they are needed
            else:
                record = self.program.node(step).record
            for number in self.changed(step, self.numbers(record)):
                yield step, number

    def changed(self, step: Step, numbers: Iterable[int | None]) -> Iterable[int | None]:
        """Return those of some records for which a step was not taken over from an earlier situation."""
        if self._touched is None:
            return numbers
        found = self._touched.get(step, ())
        return [number for number in numbers if number in found] if found else ()

    def numbers(self, record: str) -> Iterable[int | None]:
        """Return the records that a definition is computed for."""
        if not record:
            return (None,)
        count = self.count(record)
        return () if count is UNKNOWN else range(count)

    def needs(self, step: Step) -> frozenset[Step]:
        """Return what a step needs."""
        return self.program.needs[step]


def _comes_before(one: OptionState, other: OptionState, *, declared_first: bool) -> bool:
    if one.low is None or other.high is None:
        return False
    return one.low >= other.high if declared_first else one.low > other.high


def bound_to(rule: Rule, number: int | None) -> Bound:
    """Return the binding of a rule's record variable."""
    return {rule.record: number} if rule.record and number is not None else NOTHING_BOUND


def rounded(definition: Definition, value: Value) -> Value:
    """Return the value as the definition keeps it: money to the cent, numbers to their decimals, lists item by item."""
    kind = definition.type.of if definition.type.kind == "list" and definition.type.of else definition.type
    if isinstance(value, tuple):
        return tuple(_rounded(definition, kind, one) for one in value)
    return _rounded(definition, kind, value)


def _rounded(definition: Definition, kind: Type, value: Value) -> Value:
    if isinstance(value, bool) or not isinstance(value, (int, Fraction)):
        return value
    value = whole(value)
    if kind.kind == "integer":
        return value
    places = 2 if kind.kind == "money" else definition.decimals
    if places is None:
        exact = decimals_of(value)
        if exact is not None and exact <= NUMBER_DECIMALS:
            return value
        places = NUMBER_DECIMALS
    return round_to(value, places, definition.rounding)
