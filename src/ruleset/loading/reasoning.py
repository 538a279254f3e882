"""Definitions, decision tables and rules: from what was read to typed trees."""

from __future__ import annotations

import ast
import graphlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

import attrs

from ruleset.expressions import tree
from ruleset.expressions.parse import ExpressionError, kind_name, parse, unify
from ruleset.expressions.tree import FALSE, TRUE, Node, Row
from ruleset.loading.nodes import Word
from ruleset.loading.parts import Parts, currency_of, labels_of
from ruleset.loading.problems import Problems
from ruleset.loading.scope import Names, offset
from ruleset.loading.shapes import Read, names
from ruleset.model import Definition, Rule, Task, Variant, Where
from ruleset.types import DATE, NONE, YES_NO, BadValueError, Domain, Type

_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_WORD = re.compile(r"[A-Za-z_]\w*")
_MENTION = re.compile(r"(\.?)\s*\b([A-Za-z_]\w*)")
_CELL_COMPARISON = re.compile(r"(<=|>=|<|>|==|!=)\s*(.+)", re.DOTALL)
_RESERVED_COLUMNS: Final = ("value", "if", "from", "until", "source", "seed", "note")
_START: Final = ast.Constant(None, col_offset=0)
"""The start of an expression, where a type error has no better place."""
NOTHING: Final = tree.Literal(NONE, None)


def expressions_of(read: Read) -> Iterable[str]:
    """Yield every expression text of a definition or table, to find what it depends on."""
    for key in ("value", "otherwise", "by"):
        if key in read:
            yield read[key]
    yield from read.get("inputs", ())
    for case in read.get("cases", ()):
        yield from (case.get("when", ""), case.get("value", ""))
    for row in read.get("rows", ()):
        yield from (row.get("if", ""), row.get("value", ""), *row.get("when", ()))


def in_order(reads: Mapping[Word, Read], problems: Problems, csv_texts: Mapping[str, Iterable[str]]) -> list[Word]:
    """Return the definitions and tables so that each comes after what it mentions; a cycle is noted."""
    words = {str(id): id for id in reads}
    of_records = frozenset(str(id) for id, read in reads.items() if "for" in read.places)
    needs: dict[str, set[str]] = {}
    for id, read in reads.items():
        texts = [*expressions_of(read), *csv_texts.get(str(id), ())]
        mentioned = {word for text in texts for word in _mentioned(text, of_records)}
        needs[str(id)] = mentioned & words.keys()
    while True:
        try:
            order = list(graphlib.TopologicalSorter(needs).static_order())
        except graphlib.CycleError as error:
            path = list(reversed(error.args[1]))
            problems.add(words[path[0]].where, f"ces définitions tournent en rond : {' → '.join(path)}")
            problems.lost.update(path)
            needs[path[0]] = set()
            for id in path:
                needs[id] -= set(path)
        else:
            return [words[id] for id in order]


def _mentioned(text: str, of_records: frozenset[str]) -> Iterator[str]:
    """Yield the definitions that a text may mention: after a point those of records, else the others."""
    for point, word in _MENTION.findall(_QUOTED.sub(" ", text)):
        if bool(point) == (word in of_records):
            yield word


@attrs.frozen
class Reasoning:
    """Builds the reasoning parts of one rule set, with the names known so far."""

    names: Names
    parts: Parts

    @property
    def problems(self) -> Problems:
        """Where mistakes are noted."""
        return self.names.problems

    # definitions

    def definition(self, id: Word, read: Read) -> Definition:
        """Return a definition by expression or by cases."""
        self.parts.check_name(id)
        record = self.record(read)
        if "value" in read and "cases" in read:
            self.problems.add(id.where, "une définition a « value » ou « cases », pas les deux")
        if "cases" in read:
            rows = [
                Row(
                    self.names.condition(case.get("when"), record),
                    self.names.expression(case.get("value"), None, record, NOTHING),
                    case.where.line,
                    self.parts.cited(case),
                )
                for case in read["cases"]
            ]
            otherwise = self.names.expression(read.get("otherwise"), None, record, NOTHING)
            node = self.table_node("first", rows, otherwise, [case.place("value") for case in read["cases"]], id.where)
        else:
            if "otherwise" in read:
                self.problems.add(read.place("otherwise"), "« otherwise » ne va qu'avec « cases »")
            node = self.names.expression(read.get("value"), None, record, NOTHING)
        return self.finish(id, read, node, record, table=False)

    def finish(self, id: Word, read: Read, node: Node, record: str, *, table: bool) -> Definition:
        """Return the definition with its declared type, checked against the one of its expression."""
        type_ = node.type
        if "type" in read or "unit" in read or "currency" in read:
            made = type_.of if type_.kind == "list" and type_.of is not None else type_
            declared = self.declared(read, made)
            where = read.place("value") if "value" in read else id.where
            try:
                unify(declared, made, _START, "le type déclaré et l'expression")
                declared = self.narrowed(declared, made, where)
                type_ = declared if made is type_ else Type("list", declared.choices, declared.unit, of=declared)
            except ExpressionError as error:
                self.names.wrong(where, error.message)
                type_ = declared
        decimals = read.get("decimals")
        return Definition(
            str(id),
            attrs.evolve(node, type=type_) if type_ != node.type and not isinstance(node, tree.Literal) else node,
            type_,
            record,
            str(read.get("label", "")),
            labels_of(read),
            str(read.get("unit", "")),
            currency_of(type_),
            str(read.get("rounding", "half_up")),
            decimals,
            table,
            self.parts.cited(read),
            read.get("mark", "checked"),
            names(read.get("seed")),
            str(read.get("note", "")),
            id.where,
        )

    def declared(self, read: Read, made: Type) -> Type:
        """Return the declared type of a definition, with the unit of its expression where it names none."""
        if "type" not in read:
            kind = "money" if "currency" in read else made.kind
            return attrs.evolve(made, kind=kind, unit=self.parts.unit_of(read, kind))
        declared = self.parts.type_of(read)
        if declared.kind in ("integer", "number") and "unit" not in read and made.kind != "money":
            return attrs.evolve(declared, unit=made.unit)
        return declared

    def narrowed(self, declared: Type, inferred: Type, where: Where) -> Type:
        """Return the declared type after checking that an expression of the inferred one can be kept in it."""
        if declared.kind == "integer" and inferred.kind not in ("integer", "none"):
            self.problems.add(
                where, "l'expression n'est pas un nombre entier : arrondissez-la avec round, floor ou ceil"
            )
        if declared.kind == "choice" and inferred.kind == "text":
            self.problems.add(where, "l'expression est un texte libre : elle ne peut pas devenir un choix")
        if declared.kind == "choice" and inferred.kind == "choice":
            unknown = [choice for choice in inferred.choices or () if choice not in (declared.choices or ())]
            if unknown:
                self.problems.add(where, f"valeur absente de « choices » : {', '.join(unknown)}")
        return declared

    def record(self, read: Read) -> str:
        """Return the record type that something is computed for."""
        record = read.get("for")
        if record is None:
            return ""
        if record not in self.names.records:
            self.problems.unknown(record.where, "type de fiche inconnu", record, self.names.records)
            self.problems.lost.add(str(record))
            return ""
        return str(record)

    # tables

    def table(self, id: Word, read: Read) -> Definition:
        """Return a decision table as a definition."""
        self.parts.check_name(id)
        record = self.record(read)
        day = self.names.expression(read.get("by"), DATE, record, tree.On(DATE))
        inputs = [(text, self.names.expression(text, None, record, NOTHING)) for text in read.get("inputs", ())]
        rows = [self.row(row, inputs, day, record, read) for row in read.get("rows", ())]
        places = [row.place("value") for row in read.get("rows", ())]
        if "file" in read:
            written = self.csv_table(read, inputs, day, record)
            rows += [row for _, row in written]
            places += [where for where, _ in written]
        otherwise = self.names.expression(self.value_word(read.get("otherwise"), read, record), None, record, NOTHING)
        empty = {"sum": "une somme sans ligne vaut 0", "collect": "une liste sans ligne est vide"}.get(
            read.get("policy", "")
        )
        if empty is not None and "otherwise" in read:
            self.problems.add(read.place("otherwise"), f"{empty} : « otherwise » n'a pas de sens ici")
        node = self.table_node(str(read.get("policy", "first")), rows, otherwise, places, id.where)
        return self.finish(id, read, node, record, table=True)

    def row(self, read: Read, inputs: list[tuple[Word, Node]], day: Node, record: str, table: Read) -> Row:
        """Return a row written in YAML."""
        cells = read.get("when", [])
        if len(cells) != len(inputs) and ("when" in read or inputs):
            self.problems.add(read.place("when"), f"{len(cells)} cellules pour {len(inputs)} entrées")
            cells = []
        tests = [
            self.cell(cell, node, offset(cell, 0))
            for cell, (_, node) in zip(cells, inputs, strict=len(cells) == len(inputs))
        ]
        tests.append(self.names.condition(read.get("if"), record))
        tests.append(tree.between(day, read.get("from"), read.get("until")))
        value = self.names.expression(self.value_word(read.get("value"), table, record), None, record, NOTHING)
        return Row(tree.conjunction(*tests), value, read.where.line, self.parts.cited(read))

    def csv_table(self, read: Read, inputs: list[tuple[Word, Node]], day: Node, record: str) -> list[tuple[Where, Row]]:
        """Return the rows of a CSV table: a column for each input, then `value` and the optional columns."""
        rows: list[tuple[Where, Row]] = []
        for where, cells in self.parts.csv_rows(read.get("file")):
            columns = [column for column in cells if column not in _RESERVED_COLUMNS]
            head = attrs.evolve(where, line=1)
            if not inputs:
                inputs = [
                    (word, self.names.expression(word, None, record, NOTHING))
                    for word in (Word.at(column, head) for column in columns)
                ]
            if [str(text) for text, _ in inputs] != columns or "value" not in cells:
                expected = ", ".join([*(str(text) for text, _ in inputs), "value"])
                self.problems.add(
                    head, f"colonnes attendues : {expected} (puis, au choix, {', '.join(_RESERVED_COLUMNS[1:])})"
                )
                return rows
            words = {name: Word.at(cell.strip(), where) for name, cell in cells.items()}
            tests = [self.cell(words[str(text)], node, where) for text, node in inputs]
            if words.get("if"):
                tests.append(self.names.condition(words["if"], record))
            dates = [self.day(words.get(name), where) for name in ("from", "until")]
            tests.append(tree.between(day, *dates))
            value = self.names.expression(self.value_word(words["value"], read, record), None, record, NOTHING)
            sources = Read(where)
            sources["source"] = [Word.at(one, where) for one in words.get("source", "").split()]
            rows.append((where, Row(tree.conjunction(*tests), value, where.line, self.parts.cited(sources))))
        return rows

    def day(self, text: Word | None, where: Where) -> Any:
        """Return the day written in a cell."""
        if not text:
            return None
        try:
            return Domain(DATE).read(str(text))
        except BadValueError as error:
            self.problems.add(where, str(error))
            return None

    def value_word(self, text: Word | None, table: Read, record: str) -> Word | None:
        """Return the value of a row as an expression: in a table of choices or texts a bare word is itself."""
        if text is None or table.get("type") not in ("choice", "text") or text[:1] in ("'", '"') or text == "none":
            return text
        if self.names.name(str(text)) is not None:
            return text
        try:
            if not _WORD.fullmatch(text) or table.get("type") == "choice":
                return Word.at('"' + text.replace('"', "'") + '"', text.where)
            parse(text, self.names, None, {record: record} if record else None)
        except ExpressionError:
            return Word.at('"' + text.replace('"', "'") + '"', text.where)
        return text

    def table_node(self, policy: str, rows: list[Row], otherwise: Node, places: list[Where], where: Where) -> Node:
        """Return the tree of a table, its rows (whose values stand at `places`) unified to one type."""
        type_ = otherwise.type
        for row, place in zip(rows, places, strict=True):
            try:
                type_ = unify(type_, row.value.type, _START, "les valeurs des lignes")
            except ExpressionError as error:
                self.names.wrong(place, error.message)
        if policy in ("highest", "lowest") and not (type_.numeric or type_.kind in ("date", "none")):
            self.names.wrong(where, f"« {policy} » demande des nombres ou des dates, pas : {kind_name(type_)}")
        if policy == "sum" and not (type_.numeric or type_.kind == "none"):
            self.names.wrong(where, f"« sum » demande des nombres, pas : {kind_name(type_)}")
        if policy == "collect":
            type_ = Type("list", type_.choices, type_.unit, of=type_)
        return tree.Table(type_, cast("tree.Policy", policy), tuple(rows), otherwise)

    def cell(self, text: Word, node: Node, where: Where) -> Node:
        """Return the condition that a cell puts on its input."""
        body = text.strip()
        if body in ("", "-"):
            return TRUE
        if body.startswith("not "):
            return tree.negation(self.cell(Word.at(body[4:], where), node, where))
        if "|" in body:
            return tree.disjunction(*(self.cell(Word.at(part.strip(), where), node, where) for part in body.split("|")))
        if " .. " in body:
            low, high = body.split(" .. ", 1)
            return tree.conjunction(self.compared(">=", low, node, where), self.compared("<=", high, node, where))
        match = _CELL_COMPARISON.fullmatch(body)
        if match is not None:
            return self.compared(match[1], match[2], node, where)
        if node.type.kind == "choices":
            return tree.Contains(YES_NO, node, tree.Literal(Type("choice", (body,)), body))
        return self.compared("==", body, node, where)

    def compared(self, operator: str, text: str, node: Node, where: Where) -> Node:
        """Return a comparison of an input with a written value."""
        text = text.strip()
        if text == "none" and "none" not in (node.type.choices or ()):
            return tree.IsNone(YES_NO, node) if operator == "==" else FALSE
        try:
            if node.type.kind == "none":
                return FALSE
            literal = Domain(attrs.evolve(node.type, of=None)).read(text.strip('"'))
        except BadValueError as error:
            self.problems.add(where, f"cellule « {text} » : {error}")
            return FALSE
        if operator not in ("==", "!=") and not (node.type.numeric or node.type.kind == "date"):
            self.problems.add(
                where, f"cellule « {operator} {text} » : cette entrée ne s'ordonne pas ({kind_name(node.type)})"
            )
            return FALSE
        return tree.Compare(YES_NO, cast("tree.Comparison", operator), node, tree.Literal(node.type, literal))

    # rules

    def rule(self, id: Word, read: Read, options: Iterable[str]) -> Rule:
        """Return a rule."""
        record = self.record(read)
        when = self.names.condition(read.get("when"), record)
        unless = self.names.condition(read["unless"], record) if "unless" in read else None
        in_force = self.in_force(read.get("valid"), record)
        then = read.get("then") or Read(read.where)
        self.check_options(then, list(options))
        sources = self.parts.cited(then)
        if "finding" in then and "say" not in then.places and not any("say" in case for case in then.get("cases", ())):
            self.problems.add(then.where, f"la conclusion « {id} » ne dit rien : ajoutez « say »")
        for key in ("say", "do", "cases"):
            if key in then and "finding" not in then.places and key != "say":
                self.problems.add(then.place(key), f"« {key} » ne va qu'avec une conclusion (« finding »)")
        for key in ("due", "phase", "order"):
            if key in then and "task" not in then.places:
                self.problems.add(then.place(key), f"« {key} » ne va qu'avec une tâche (« task »)")
        return Rule(
            str(id),
            tree.conjunction(in_force, when, tree.negation(unless) if unless is not None else TRUE),
            when,
            unless,
            in_force,
            record,
            self.variants(then, record, sources) if "finding" in then else (),
            self.task(then, record) if "task" in then else None,
            names(then.get("exclude")),
            {
                str(option): self.names.expression(points, Type("number"), record, NOTHING)
                for option, points in then.get("favour", {}).items()
            },
            self.names.text(then.get("say"), record),
            sources,
            then.get("mark", "checked"),
            tuple(
                dict.fromkeys(
                    [
                        *names(then.get("seed")),
                        *(one for case in then.get("cases", ()) for one in names(case.get("seed"))),
                    ]
                )
            ),
            str(read.get("ref", "")),
            str(read.get("group", "")),
            str(read.get("note", "")),
            where=id.where,
        )

    def in_force(self, valid: Read | None, record: str) -> Node:
        """Return the condition that the rule applies on its date."""
        if valid is None:
            return TRUE
        first, last = valid.get("from"), valid.get("until")
        if first and last and last < first:
            self.problems.add(valid.place("until"), f"la période finit ({last}) avant de commencer ({first})")
        day = self.names.expression(valid.get("by"), DATE, record, tree.On(DATE))
        return tree.between(day, first, last)

    def variants(self, then: Read, record: str, sources: tuple[str, ...]) -> tuple[Variant, ...]:
        """Return the variants of a finding: its cases, then itself."""
        say, do = self.names.text(then.get("say"), record), self.names.text(then.get("do"), record)
        found = [
            Variant(
                self.names.condition(case.get("when"), record),
                case.get("finding", then["finding"]),
                self.names.text(case["say"], record) if "say" in case else say,
                self.names.text(case["do"], record) if "do" in case else do,
                self.parts.cited(case) if "source" in case else sources,
                case.get("mark", then.get("mark", "checked")),
                case.where,
            )
            for case in then.get("cases", ())
        ]
        return (*found, Variant(TRUE, then["finding"], say, do, sources, then.get("mark", "checked"), then.where))

    def task(self, then: Read, record: str) -> Task:
        """Return a task."""
        due = self.names.expression(then["due"], DATE, record, NOTHING) if "due" in then else None
        return Task(self.names.text(then["task"], record), due, str(then.get("phase", "")), then.get("order", 0))

    def check_options(self, then: Read, options: list[str]) -> None:
        """Note options that do not exist."""
        for option in [*then.get("exclude", ()), *then.get("favour", {})]:
            if option not in options:
                self.problems.unknown(option.where, "option inconnue", option, options)
