"""One batch seen through a rule set: answers, definitions and rules of all its cases, each computed once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from ruleset.engines.columns import exact
from ruleset.engines.columns.comparing import choose, masked
from ruleset.engines.columns.conclusions import OptionColumns
from ruleset.engines.columns.distinct import by_distinct
from ruleset.engines.columns.frames import Batch, Frame, Groups, Key, extended
from ruleset.engines.columns.logic import NO, OPEN, Truths, either
from ruleset.engines.columns.meaning import MEANING
from ruleset.engines.columns.plan import Plan, make_plan
from ruleset.engines.columns.planes import Plane, Truth
from ruleset.engines.columns.values import Column, Constant, Numbers, Pool, Words, as_truth, ratio, take
from ruleset.expressions import tree
from ruleset.expressions.tree import Node
from ruleset.model import Definition, Question
from ruleset.situation import NUMBER_DECIMALS, rounded
from ruleset.types import UNKNOWN, Domain


class Run:
    """The columns of a batch. Used by one thread.

    `troubled` are the cases in which a division by zero, an impossible date, a failing function or a conflict in a
    table may have to be reported: the reference evaluator tells which.
    """

    def __init__(self, plan: Plan, batch: Batch, pool: Pool, runs: WeakValueDictionary[int, Run] | None = None) -> None:
        self.plan = plan
        self.ruleset = plan.ruleset
        self.batch: Batch = batch
        self.pool = pool
        self.cases = Frame(batch.size)
        self.troubled: Plane | None = None
        # One run for each rule set, whoever uses it; weakly, so that its columns are freed the moment it is done with.
        self._runs = WeakValueDictionary[int, Run]() if runs is None else runs
        self._runs[id(plan.ruleset)] = self
        self._used: dict[str, Run] = {}
        self._of_cases: dict[int, Column] = {}
        self._columns: dict[tuple[int, Key], Column] = {}
        self._frames: dict[tuple[Key, str, str], tuple[Frame, Groups]] = {}
        self._named: dict[tuple[str, str, int | None], Column] = {}
        self.options: dict[str, OptionColumns] = {}

    # expressions

    def value(self, node: Node, frame: Frame) -> Column:
        """Return the values of an expression in the rows of a frame."""
        if frame is self.cases:
            place = id(node)
            held = self._of_cases.get(place)
            if held is None:
                held = MEANING[type(node)](node, self, frame)
                # A plane that is read once is given back at once: fresh memory costs more than the logic itself.
                if place in self.plan.shared or not isinstance(held, Truth):
                    self._of_cases[place] = held
            return held
        used = self.plan.free[id(node)]
        narrow, rows = self._narrowed(frame, used)
        if narrow is self.cases:
            return take(self.value(node, narrow), rows)
        key = (id(node), narrow.key)
        found = self._columns.get(key)
        if found is None:
            found = MEANING[type(node)](node, self, narrow)
            self._columns[key] = found
        return found if rows is None else take(found, rows)

    def truth(self, node: Node, frame: Frame) -> Truths:
        """Return the truths of a condition, in which *none* is false."""
        found = self.value(node, frame)
        if isinstance(found, Truth):
            return found if found.none is None else found.plain()
        if isinstance(found, Constant):
            return NO if found.value is None else found
        return as_truth(found, frame.size).plain()

    def _narrowed(self, frame: Frame, used: frozenset[str]) -> tuple[Frame, Any]:
        """Return the smallest frame that has the variables used, and its row for each row of the frame."""
        if not frame.rows and not frame.fixed:
            return frame, None
        rows = [variable for variable in frame.rows if variable in used]
        fixed = {variable: row for variable, row in frame.fixed.items() if variable in used}
        if len(rows) == len(frame.rows):
            if len(fixed) == len(frame.fixed):
                return frame, None
            return Frame(frame.size, frame.cases, frame.rows, fixed, frame.records), None
        if not rows:
            return Frame(self.batch.size, None, {}, fixed) if fixed else self.cases, frame.cases
        if len(rows) == 1:
            variable = rows[0]
            base = self.of_record(frame.records[variable], variable)
            return Frame(base.size, base.cases, base.rows, fixed, base.records), frame.rows[variable]
        return frame, None

    def of_record(self, record: str, variable: str | None = None) -> Frame:
        """Return the frame of all the records of a type."""
        return self.extended(self.cases, variable or record, record)[0]

    def extended(self, frame: Frame, variable: str, record: str) -> tuple[Frame, Groups]:
        """Return the frame with a row for each record of the case of each row, and whose rows they are."""
        key = (frame.key, variable, record)
        if key not in self._frames:
            table = self.batch.records[record]
            self._frames[key] = extended(frame, variable, record, table, self.batch.size)
        return self._frames[key]

    def report(self, rows: Plane, frame: Frame) -> None:
        """Note that something may have to be reported for some rows."""
        if not rows.any():
            return
        if frame.cases is not None:
            flags = np.zeros(self.batch.size, np.bool_)
            flags[frame.cases[rows.flags]] = True
            rows = Plane.of(flags)
        self.troubled = rows if self.troubled is None else self.troubled | rows

    def report_all(self) -> None:
        """Note that something may have to be reported for every case."""
        self.troubled = Plane.full(self.batch.size, value=True)

    def troubled_flags(self) -> NDArray[np.bool_]:
        """Return the cases in which something may have to be reported, here or in a rule set that this one uses."""
        found = np.zeros(self.batch.size, np.bool_)
        for run in list(self._runs.values()):
            if run.troubled is not None:
                found |= run.troubled.flags
        return found

    # what names stand for

    def named(self, kind: str, id: str, row: int | None, compute: Callable[[], Column]) -> Column:
        """Return a column that has a name, computed once."""
        key = (kind, id, row)
        found = self._named.get(key)
        if found is None:
            found = self._named[key] = compute()
        return found

    def answer(self, id: str) -> Column:
        """Return the answers to a question, as `Situation.answer` does."""
        question = self.ruleset.questions[id]
        return self.named("answer", id, None, lambda: self._asked(question, id, self.cases))

    def record_answer(self, record: str, id: str) -> Column:
        """Return the answers to a question of records."""
        question = self.ruleset.records[record].fields[id]
        name = f"{record}.{id}"
        return self.named("answer", name, None, lambda: self._asked(question, name, self.of_record(record)))

    def given(self, name: str) -> Column:
        """Return what the batch gives for a question."""
        record, _, id = name.rpartition(".")
        if record:
            return self.batch.records[record].fields.get(id, OPEN)
        return self.batch.answers.get(id, OPEN)

    def _asked(self, question: Question, name: str, frame: Frame) -> Column:
        asked = self.truth(self.plan.ask_when[name], frame)
        if isinstance(asked, Constant) and asked.value is not True:
            return OPEN if asked.value is UNKNOWN else Constant(None)
        value = self.given(name)
        assumed = self.assumption(question, name, frame)
        if not (isinstance(assumed, Constant) and assumed.value is UNKNOWN):
            open_rows = self.open(value, frame.size)
            if open_rows is not None:
                value = choose(Truth(open_rows), assumed, value, frame.size, self.pool)
        if isinstance(asked, Constant):
            return value
        # Not « what both share »: an answer is unknown as long as it is not known whether it is asked for.
        chosen = choose(Truth(asked.true), value, Constant(None), frame.size, self.pool)
        unsure = asked.open
        return chosen if unsure is None else masked(chosen, ~unsure, frame.size, self.pool)

    def open(self, column: Column, size: int) -> Plane | None:
        """Return the rows that are unknown; None where there is none."""
        if isinstance(column, Constant):
            return Plane.full(size, value=True) if column.value is UNKNOWN else None
        if isinstance(column, Truth):
            return column.open
        return None if column.known is None else ~column.known

    def assumption(self, question: Question, name: str, frame: Frame) -> Column:
        """Return what a question is assumed to be answered."""
        if isinstance(question.assume, Node):
            return self.value(self.plan.assume[name], frame)
        return Constant(question.assume)

    def field(self, node: tree.Field, frame: Frame) -> Column:
        """Return an answer of records, cells of a reference table, or a value computed for records."""
        fixed = frame.fixed.get(node.variable)
        if fixed is not None:
            if node.computed:
                return self.definition(node.id, fixed)
            return Constant((self.ruleset.records[node.record].rows or ())[fixed].get(node.id))
        column = self.definition(node.id) if node.computed else self.record_answer(node.record, node.id)
        return take(column, frame.rows[node.variable])

    def definition(self, id: str, row: int | None = None) -> Column:
        """Return the values of a definition: of cases, of records, or for one row of a reference table."""
        return self.named("definition", id, row, lambda: self._defined(self.ruleset.definitions[id], row))

    def _defined(self, definition: Definition, row: int | None) -> Column:
        value = self.value(self.plan.definitions[definition.id], self.frame_of(definition.record, row))
        return self.rounded(definition, value, self.frame_of(definition.record, row))

    def frame_of(self, record: str, row: int | None = None) -> Frame:
        """Return the frame of what is computed for a record type, or for a row of a reference table."""
        if row is not None:
            return self.cases.with_fixed(record, row)
        return self.of_record(record) if record else self.cases

    def rounded(self, definition: Definition, column: Column, frame: Frame) -> Column:
        """Return the values as the definition keeps them."""
        if isinstance(column, Constant):
            return Constant(rounded(definition, column.value))
        if definition.type.kind == "list" and isinstance(column, Words):
            return by_distinct([column], ["list"], frame.size, self.pool, lambda value: rounded(definition, value))
        if not isinstance(column, Numbers) or definition.type.kind in ("integer", "date"):
            return column
        places = 2 if definition.type.kind == "money" else definition.decimals
        if places is None:
            if isinstance(column.den, int) and 10**NUMBER_DECIMALS % column.den == 0:
                return column
            places = NUMBER_DECIMALS
        elif isinstance(column.den, int) and 10 ** max(places, 0) % column.den == 0:
            return column
        num, den = exact.round_to(ratio(column), places, definition.rounding)
        return Numbers(num, den, column.known, column.none)

    def rule(self, id: str, row: int | None = None) -> Truths:
        """Return the statuses of a rule's condition: in cases, in records, or for one row of a reference table."""

        def compute() -> Column:
            found = self.truth(self.plan.rules[id].condition, self.frame_of(self.ruleset.rules[id].record, row))
            return found.settled() if isinstance(found, Truth) else found

        return self.named("rule", id, row, compute)  # type: ignore[return-value]

    def rows_of(self, record: str) -> Iterator[int | None]:
        """Yield how the records of a type are computed: each row of a reference table by itself, others together."""
        rows = self.ruleset.records[record].rows if record else None
        yield from (None,) if rows is None else range(len(rows))

    def status(self, rule: str, frame: Frame) -> Truths:
        """Return whether a rule's condition holds: for the record of each row, or for any record of its case."""
        record = self.ruleset.rules[rule].record
        if not record:
            return self.rule(rule)
        if record in frame.fixed:
            return self.rule(rule, frame.fixed[record])
        if record in frame.rows:
            return take(self.rule(rule), frame.rows[record])  # type: ignore[return-value]
        return self.any_record(record, lambda row: self.rule(rule, row))

    def any_record(self, record: str, compute: Callable[[int | None], Truths]) -> Truths:
        """Return whether something is true of a record of each case; unknown where the list of records is."""
        if self.ruleset.records[record].rows is not None:
            found: Truths = NO
            for row in self.rows_of(record):
                found = either(found, compute(row))
            return found
        if record not in self.batch.records:
            return OPEN
        inner, groups = self.extended(self.cases, record, record)
        truths = as_truth(compute(None), inner.size).plain()
        true = Plane.of(groups.any(truths.true.flags))
        false = None if truths.false is None else Plane.of(~groups.any((~truths.negative).flags))
        held: Truths = self.counted(record, Truth(true, false))
        return held

    def counted(self, record: str, column: Any, frame: Frame | None = None) -> Any:
        """Return a column that is unknown where the list of records is."""
        known = self.batch.records[record].counted
        if known is None:
            return column
        frame = frame or self.cases
        rows = known if frame.cases is None else known.take(frame.cases)
        return masked(column, rows, frame.size, self.pool)

    def domain(self, node: tree.Answer | tree.Field) -> Domain:
        """Return what the question of an answer allows."""
        if isinstance(node, tree.Answer):
            return self.ruleset.questions[node.id].domain
        return self.ruleset.records[node.record].fields[node.id].domain

    def other(self, ruleset: str) -> Run:
        """Return the same batch seen through a rule set that this one uses."""
        if ruleset not in self._used:
            used = self.ruleset.imports[ruleset]
            found = self._runs.get(id(used)) or Run(make_plan(used), self.batch, self.pool, self._runs)
            self._used[ruleset] = found
        return self._used[ruleset]
