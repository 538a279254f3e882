"""The names of a rule set while it is being built, and the reading of its expressions in place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ruleset.expressions import tree
from ruleset.expressions.functions import BUILTINS, Function
from ruleset.expressions.parse import ExpressionError, UnknownNameError, parse
from ruleset.expressions.template import FORMATS, TemplateError, Text, placeholders
from ruleset.expressions.tree import Node
from ruleset.loading.nodes import Word, YamlNode
from ruleset.loading.problems import Problems
from ruleset.loading.shapes import plain
from ruleset.model import Definition, Parameter, Question, RecordType, RuleSet, Where
from ruleset.types import DATE, NONE, SEVERITIES, UNKNOWN, YES_NO, BadValueError, Type, Value, near

OPEN_QUESTIONS = "open_questions"
OPEN_WORST = "open_worst"
SPECIAL = frozenset({OPEN_QUESTIONS, OPEN_WORST})


@attrs.define
class Names:
    """What is named so far; implements the `Scope` that expressions are read in."""

    problems: Problems
    questions: dict[str, Question] = attrs.field(factory=dict)
    parameters: dict[str, Parameter] = attrs.field(factory=dict)
    definitions: dict[str, Definition] = attrs.field(factory=dict)
    records: dict[str, RecordType] = attrs.field(factory=dict)
    rule_ids: tuple[str, ...] = ()
    option_ids: tuple[str, ...] = ()
    functions: Mapping[str, Function] = attrs.field(factory=dict)
    imports: Mapping[str, RuleSet] = attrs.field(factory=dict)
    faults: int = 0
    """How many expressions were found wrong so far."""

    def name(self, name: str) -> Node | None:
        """Return what a bare name stands for."""
        if name in self.problems.lost:
            return None
        if name in self.questions:
            return tree.Answer(self.questions[name].type, name)
        if name in self.definitions and not self.definitions[name].record:
            return tree.Computed(self.definitions[name].type, name)
        if name in self.parameters:
            return tree.Parameter(self.parameters[name].type, name, tree.On(DATE))
        return None

    def names(self) -> Iterable[str]:
        """Return every name."""
        plurals = (record.plural for record in self.records.values())
        return [*self.questions, *self.definitions, *self.parameters, *plurals]

    def record(self, plural: str) -> str | None:
        """Return the record type of a list."""
        return next((record.id for record in self.records.values() if record.plural == plural), None)

    def record_types(self) -> Iterable[str]:
        """Return the ids of the record types."""
        return self.records

    def field(self, variable: str, record: str, name: str) -> Node | None:
        """Return a field of a record, or a value computed for it."""
        if f"{record}.{name}" in self.problems.lost:
            return None
        question = self.records[record].fields.get(name)
        if question is not None:
            return tree.Field(question.type, variable, record, name, computed=False)
        definition = self.definitions.get(name)
        if definition is not None and definition.record == record:
            return tree.Field(definition.type, variable, record, name, computed=True)
        return None

    def fields(self, record: str) -> Iterable[str]:
        """Return the names of the fields of a record."""
        return [*self.records[record].fields, *(d.id for d in self.definitions.values() if d.record == record)]

    def keys(self, parameter: str) -> tuple[str, ...]:
        """Return the keys of a parameter."""
        return self.parameters[parameter].keys

    def rules(self) -> Iterable[str]:
        """Return the ids of all rules."""
        return self.rule_ids

    def options(self) -> tuple[str, ...]:
        """Return the ids of the options."""
        return self.option_ids

    def function(self, name: str) -> Function | None:
        """Return a function."""
        return BUILTINS.get(name) or self.functions.get(name)

    def imported(self, alias: str, name: str) -> Node | None:
        """Return a definition, a rule's truth or the verdict of another rule set."""
        other = self.imports.get(alias)
        if other is None:
            return None
        if name in other.definitions and not other.definitions[name].record:
            return tree.Imported(other.definitions[name].type, alias, name)
        if name in other.rules:
            return tree.Imported(YES_NO, alias, name)
        if name == "verdict":
            return tree.Imported(Type("choice", SEVERITIES), alias, name)
        return None

    # reading in place

    def expression(
        self, text: Word | None, expect: Type | None = None, record: str = "", default: Node = tree.TRUE
    ) -> Node:
        """Return the tree of a written expression; `default` where there is none or it is wrong (then noted)."""
        if text is None:
            return default
        try:
            return parse(text, self, expect, {record: record} if record else None)
        except ExpressionError as error:
            self.note(error, offset(text, error.offset))
            return default if default is not tree.TRUE or expect == YES_NO else tree.Literal(NONE, None)

    def note(self, error: ExpressionError, where: Where, prefix: str = "") -> None:
        """Note that an expression is wrong, unless it is because of an error noted elsewhere."""
        self.faults += 1
        if not (isinstance(error, UnknownNameError) and self.problems.excuses(error.name)):
            self.problems.add(where, prefix + error.message)

    def wrong(self, where: Where, message: str) -> None:
        """Note that the type of a part is not what it should be: what refers to it says nothing more."""
        self.faults += 1
        self.problems.add(where, message)

    def condition(self, text: Word | None, record: str = "") -> Node:
        """Return the tree of a condition."""
        return self.expression(text, YES_NO, record)

    def assumption(self, node: YamlNode, question: Question, record: str = "") -> Value | Node:
        """Return what a question is assumed to be answered: a value of its type, else an expression."""
        written = plain(node, question.where.file)
        try:
            return question.domain.read(written)
        except BadValueError as error:
            if not isinstance(written, Word) or not self.mentions(written):
                self.problems.add(place_of(written, question.where), str(error))
                return UNKNOWN
        return self.expression(written, question.type, record, tree.Literal(NONE, None))

    def mentions(self, text: Word) -> bool:
        """Return whether a text names anything of the rule set, and so is meant as an expression."""
        return any(self.name(word) is not None for word in re.findall(r"[A-Za-z_]\w*", text))

    def text(self, text: Word | None, record: str = "") -> Text:
        """Return a message with the trees of its placeholders."""
        if text is None:
            return Text("")
        nodes: dict[str, Node] = {}
        try:
            for hole in placeholders(text):
                if hole.format and "|" not in hole.format and hole.format not in FORMATS:
                    nearby = f"« {hole.format} »{near(hole.format, FORMATS)} ; possibles : {', '.join(FORMATS)}"
                    self.problems.add(offset(text, hole.offset), f"dans le texte : format inconnu : {nearby}")
                if hole.expression in SPECIAL:
                    continue
                try:
                    nodes[hole.expression] = parse(hole.expression, self, None, {record: record} if record else None)
                except ExpressionError as error:
                    self.note(error, offset(text, hole.offset + error.offset), "dans le texte : ")
        except TemplateError as error:
            self.problems.add(offset(text, error.offset), str(error))
        return Text(str(text), nodes)


def offset(text: Word, characters: int) -> Where:
    """Return the place of a character of a word: exact on one line, else where the word begins."""
    where = text.where
    if "\n" in text or not where.line:
        return where
    return Where(where.file, where.line, where.column + characters + (0 if text.plain else 1))


def place_of(value: Any, default: Where) -> Where:
    """Return the place of a word, or a default."""
    return value.where if isinstance(value, Word) else default
