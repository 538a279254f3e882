"""Where the values of a case stand: one slot for each answer, definition, computed atom and rule that code computes.

A slot has an expression over earlier slots (`v3`, `v7`), or is given. What becomes clauses has no slot, unless code
reads its value too.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import attrs

from ruleset.engines.compiled import syntax
from ruleset.engines.compiled.atoms import ON, InputKey
from ruleset.engines.compiled.clauses import Clauses, Goal
from ruleset.engines.compiled.expand import parts
from ruleset.engines.compiled.syntax import Code, call, constant, if_else, is_, name
from ruleset.engines.compiled.writing import NOTES, U, Writer
from ruleset.engines.normal_form import Noneness
from ruleset.expressions import tree
from ruleset.expressions.tree import TRUE, Node
from ruleset.model import Definition, Question, RecordType, Rule, RuleSet
from ruleset.program import Program, question_nodes
from ruleset.types import UNKNOWN

INDEX = "n0"
ROUNDED: Final = frozenset({"integer", "number", "money", "list"})


@attrs.frozen(eq=False)
class Slot:
    """A value of the case. `code` computes it from the slots it `needs`; without code it is given: the answer to
    `question`, or the rows of the record type `record`. `free` tells that the reference computes a part of it, which
    may read anything.
    """

    number: int
    code: Code | None
    needs: frozenset[int] = frozenset()
    free: bool = False
    question: Question | None = None
    record: str = ""


@attrs.frozen(eq=False, slots=False)
class Layout:
    """Every slot of a program, in an order in which they can be computed, and what stands in which."""

    program: Program
    clauses: Clauses
    slots: tuple[Slot, ...]
    given: Mapping[str, int]
    answers: Mapping[str, int]
    rows: Mapping[str, int]
    fields: Mapping[tuple[str, str], int]
    definitions: Mapping[str, int]
    rules: Mapping[str, int]
    inputs: Mapping[InputKey, int]
    constants: Mapping[str, object]
    dated: Mapping[str, Node]

    @functools.cached_property
    def tainted(self) -> frozenset[int]:
        """The slots that the reference computes a part of, and those that depend on them."""
        found: set[int] = set()
        for slot in self.slots:
            if slot.free or not found.isdisjoint(slot.needs):
                found.add(slot.number)
        return frozenset(found)

    @functools.cached_property
    def order(self) -> tuple[Slot, ...]:
        """The slots as they are computed: what the reference has a part in comes last, when most is known."""
        return tuple(sorted(self.slots, key=lambda slot: slot.number in self.tainted))


def make_layout(program: Program, clauses: Clauses) -> Layout:
    """Return the slots of a program."""
    return _Placing(program, clauses).layout()


class _Placing:
    """Gives slots, and tells the writer where values stand."""

    def __init__(self, program: Program, clauses: Clauses) -> None:
        self.program, self.clauses, self.ruleset = program, clauses, program.ruleset
        self.noneness = Noneness(program.ruleset)
        self.slots: list[Slot] = []
        self.given: dict[str, int] = {}
        self.rows: dict[str, int] = {}
        self.fields: dict[tuple[str, str], int] = {}
        self.codes: dict[tuple[str, str], Code] = {}
        self.inputs: dict[InputKey, int] = {}
        self.numbers: dict[tuple[str, str], int] = {}
        self.constants: dict[str, object] = {}
        self.dated_names: dict[Node, str] = {}
        self.needed: set[int] = set()
        self.free = False
        self.writer = Writer(program.ruleset, self)

    def layout(self) -> Layout:
        required = self._required()
        for id, question in readable_questions(self.ruleset).items():
            self.given[id] = self._add(None, question=question)
        for id in readable_records(self.ruleset):
            self.rows[id] = self._add(None, record=id)
        for record in self.ruleset.records.values():
            if record.rows is None:
                self._place("count", record.id, functools.partial(self._counted, record.id))
        for kind, id in self.program.sequence:
            if kind == "question":
                self._question(id)
            elif (kind, id) not in self.clauses.of or (kind, id) in required:
                self._step(kind, id)
        for atom in self.clauses.atoms.found:
            self._input(atom.input)
        return Layout(
            self.program, self.clauses, tuple(self.slots), self.given, self._of("answer"), self.rows, self.fields,
            self._of("definition"), self._of("rule"), self.inputs, self.constants,
            {name: node for node, name in self.dated_names.items()},
        )  # fmt: skip

    def _of(self, kind: str) -> dict[str, int]:
        return {id: number for (found, id), number in self.numbers.items() if found == kind}

    def _required(self) -> set[Goal]:
        """Return the goals of clauses whose value generated code or a test reads."""
        found: set[Goal] = set()
        left = [*self._code_nodes()]
        while left:
            for node in parts(left.pop(), self.ruleset):
                goal: Goal | None = None
                if isinstance(node, tree.Computed):
                    goal = ("definition", node.id)
                elif isinstance(node, tree.Holds):
                    goal = ("rule", node.rule)
                if goal is not None and goal in self.clauses.of and goal not in found:
                    found.add(goal)
                    kind, id = goal
                    left.append(
                        self.ruleset.definitions[id].value if kind == "definition" else self.ruleset.rules[id].condition
                    )
        return found

    def _code_nodes(self) -> Iterator[Node]:
        for kind, id in self.program.sequence:
            if kind == "question":
                yield from question_nodes(self._question_of(id)[1])
            elif (kind, id) not in self.clauses.of:
                node = self.program.node((kind, id))
                yield node.value if isinstance(node, Definition) else node.condition
        for atom in self.clauses.atoms.found:
            if atom.input[0] in ("node", "definition"):
                yield atom.node

    # slots

    def _add(self, code: Code | None, *, question: Question | None = None, record: str = "") -> int:
        needs = frozenset(self.needed) if code is not None else frozenset()
        self.slots.append(Slot(len(self.slots), code, needs, self.free and code is not None, question, record))
        return len(self.slots) - 1

    def _place(self, kind: str, id: str, write: Callable[[], Code]) -> int:
        """Add a slot for what `write` returns, and remember how it is read."""
        self.needed, self.free = set(), False
        code = write()
        number = self._add(code)
        self.numbers[kind, id] = number
        self.codes[kind, id] = Code(name(f"v{number}"), code.unknown, code.none)
        return number

    def _read(self, number: int) -> ast.expr:
        self.needed.add(number)
        return name(f"v{number}")

    def _question_of(self, id: str) -> tuple[str, Question]:
        record, _, field = id.rpartition(".")
        return record, self.ruleset.records[record].fields[field] if record else self.ruleset.questions[id]

    def _question(self, id: str) -> None:
        record, question = self._question_of(id)
        if not record:
            number = self.given[id]
            if question.ask_when == TRUE and question.assume is UNKNOWN:
                self.numbers["answer", id] = number
                self.codes["answer", id] = Code(name(f"v{number}"), True, question.domain.optional)
            else:
                self._place(
                    "answer", id, lambda: self._asked(question, self.writer, Code(self._read(number), True, True))
                )
        elif self.ruleset.records[record].rows is None:
            number = self._place("field", id, lambda: self._field(record, question))
            self.fields[record, question.id] = number

    def _asked(self, question: Question, writer: Writer, given: Code) -> Code:
        """Return the code of an answer: none when it is not asked, its assumption until it is given."""
        none = question.domain.optional
        found = Code(given.expr, True, none, size=given.size)
        if question.assume is not UNKNOWN:
            assumed = question.assume
            other = writer.value(assumed) if isinstance(assumed, Node) else writer.literal(assumed)
            once, again = writer.held(given)
            found = Code(if_else(is_(once, U), other.expr, again), other.unknown, none or other.none, other.reports)
        asked = writer.truth(question.ask_when)
        if question.ask_when == TRUE:
            return found
        when = if_else(asked.expr, found.expr, constant(None))
        if asked.unknown:
            once, again = writer.held(asked)
            when = if_else(is_(once, U), U, if_else(again, found.expr, constant(None)))
        return Code(when, True, True, asked.reports or found.reports, asked.size + found.size + 4)

    def _field(self, record: str, question: Question) -> Code:
        rows = self._read(self.rows[record])
        row = syntax.item(rows, name(INDEX))
        given = syntax.at(ast.Call, syntax.at(ast.Attribute, row, "get", syntax.LOAD), [constant(question.id), U], [])
        writer = self.writer.inside(record, INDEX)
        return self._each(record, self._asked(question, writer, Code(given, True, True, size=6)))

    def _counted(self, record: str) -> Code:
        rows = self._read(self.rows[record])
        return Code(if_else(is_(rows, U), U, call("len", rows)), unknown=True)

    def _each(self, record: str, code: Code) -> Code:
        count = self.count(record)
        each = syntax.listed(code.expr, INDEX, count.expr)
        if count.unknown:
            each = if_else(is_(count.expr, U), syntax.tuple_of(()), each)
        return Code(each, code.unknown, code.none, code.reports, code.size)

    def _step(self, kind: str, id: str) -> None:
        node: Definition | Rule = self.program.node((kind, id))  # type: ignore[arg-type]

        def write() -> Code:
            writer = self.writer.inside(node.record, INDEX) if node.record else self.writer
            if isinstance(node, Rule):
                code = writer.truth(node.condition)
            else:
                code = self._rounded(node, writer.value(node.value), writer)
            return self._each(node.record, code) if node.record else code

        self._place(kind, id, write)

    def _rounded(self, definition: Definition, code: Code, writer: Writer) -> Code:
        if definition.type.kind not in ROUNDED:
            return code
        once, again = writer.held(code)
        whole = is_(syntax.at(ast.Attribute, once, "__class__", syntax.LOAD), name("int"))
        rounded = call("rounded", self.constant(definition), again)
        return Code(if_else(whole, again, rounded), code.unknown, code.none, code.reports, code.size + 5)

    def _input(self, key: InputKey) -> None:
        kind, what = key
        if key == ON or key in self.inputs:
            return
        if kind == "node":
            self.inputs[key] = self._place("node", str(len(self.slots)), lambda: self.writer.truth(what))  # type: ignore[arg-type]
        else:
            self.inputs[key] = self.numbers[kind, what]  # type: ignore[index]

    # where values stand: `writing.Names`

    def _named(self, kind: str, id: str) -> Code:
        self.needed.add(self.numbers[kind, id])
        return self.codes[kind, id]

    def answer(self, id: str) -> Code:
        return self._named("answer", id)

    def definition(self, id: str) -> Code:
        return self._named("definition", id)

    def rule(self, id: str) -> Code:
        return self._named("rule", id)

    def field(self, node: tree.Field, index: ast.expr) -> Code:
        rows = self.ruleset.records[node.record].rows
        if not node.computed and rows is not None:
            cells = self.constant(tuple(row.get(node.id) for row in rows))
            return Code(syntax.item(cells, index), False, True, size=2)
        kind, id = ("definition", node.id) if node.computed else ("field", f"{node.record}.{node.id}")
        found = self._named(kind, id)
        return Code(syntax.item(found.expr, index), found.unknown, found.none, size=2)

    def count(self, record: str) -> Code:
        rows = self.ruleset.records[record].rows
        return self._named("count", record) if rows is None else Code(constant(len(rows)))

    def on(self) -> Code:
        return Code(name("on"))

    def dated(self, node: Node) -> Code:
        found = self.dated_names.setdefault(node, f"P{len(self.dated_names)}")
        return Code(name(found), none=True)

    def constant(self, value: object) -> ast.expr:
        id = f"K{len(self.constants)}"
        self.constants[id] = value
        return name(id)

    def reference(self, node: Node, bound: Mapping[str, ast.expr]) -> Code:
        self.free = True
        self.needed.update(self.given.values(), self.rows.values())
        arguments = [NOTES, name("situate"), self.constant(node), name("on"), name("known")]
        keywords = [syntax.at(ast.keyword, variable, index) for variable, index in bound.items()]
        found = syntax.at(ast.Call, name("refer"), arguments, keywords)
        return Code(found, True, True, True, 20)


def readable_questions(ruleset: RuleSet) -> dict[str, Question]:
    """Return the questions that a case of a rule set may answer: its own, and those of rule sets that it uses."""
    found: dict[str, Question] = {}
    for other in ruleset.imports.values():
        found |= readable_questions(other)
    return {**found, **ruleset.questions}


def readable_records(ruleset: RuleSet) -> dict[str, RecordType]:
    """Return the record types of which a case may give records."""
    found: dict[str, RecordType] = {}
    for other in ruleset.imports.values():
        found |= readable_records(other)
    return {**found, **{id: record for id, record in ruleset.records.items() if record.rows is None}}
