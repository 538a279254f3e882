"""From the tree of an expression to Python that computes it, in three values, with *none* apart.

What is known beforehand makes the code short: a value that cannot be unknown is not tested for it. Expressions are
computed in the order of the reference, and at least as far: what the reference would report is never missed.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Final, Protocol

from ruleset.engines.compiled import syntax
from ruleset.engines.compiled.atoms import dated
from ruleset.engines.compiled.expand import LEFT_TO_REFERENCE, expand
from ruleset.engines.compiled.syntax import Code, Temporaries, call, constant, if_else, is_, name, not_, tuple_of
from ruleset.expressions import tree
from ruleset.expressions.functions import BUILTINS, Function
from ruleset.expressions.tree import Node
from ruleset.model import RuleSet
from ruleset.types import UNKNOWN, Value

U: Final = name("U")
NOTES: Final = name("notes")
SMALL: Final = 24
"""Nodes of generated code up to which it may be written twice."""
SAFE: Final = frozenset({
    "year", "month", "day", "weekday", "day_of_year", "days_between", "end_of_month", "end_of_year", "full_months",
    "full_years", "floor", "ceil", "len", "abs", "min", "max",
})  # fmt: skip
"""Built-in functions that never fail on values of their types."""
_ARITHMETIC: Final[dict[str, ast.operator]] = {"+": ast.Add(), "-": ast.Sub()}


class Names(Protocol):
    """Where the values of a program stand in the generated code."""

    def answer(self, id: str) -> Code: ...
    def definition(self, id: str) -> Code: ...
    def rule(self, id: str) -> Code: ...
    def field(self, node: tree.Field, index: ast.expr) -> Code: ...
    def count(self, record: str) -> Code: ...
    def dated(self, node: Node) -> Code: ...
    def on(self) -> Code: ...
    def constant(self, value: object) -> ast.expr: ...
    def reference(self, node: Node, bound: dict[str, ast.expr]) -> Code: ...


class Writer:
    """Writes the expressions of a program."""

    def __init__(self, ruleset: RuleSet, names: Names) -> None:
        self._ruleset = ruleset
        self._names = names
        self._temporaries = Temporaries()
        self._bound: dict[str, ast.expr] = {}

    def inside(self, variable: str, index: str) -> Writer:
        """Return a writer of what is said of each record."""
        inner = Writer(self._ruleset, self._names)
        inner._temporaries = self._temporaries
        inner._bound = {**self._bound, variable: name(index)}
        return inner

    def value(self, node: Node) -> Code:
        """Return the code of an expression."""
        node = expand(node, self._ruleset, frozenset(self._bound))
        if isinstance(node, LEFT_TO_REFERENCE):
            return self._names.reference(node, self._bound)
        return _WRITTEN[type(node)](self, node)

    def truth(self, node: Node) -> Code:
        """Return the code of a condition: True, False or UNKNOWN."""
        code = self.value(node)
        if not code.none:
            return code
        if not code.unknown:
            return Code(is_(code.expr, constant(True)), False, False, code.reports, code.size + 1)
        once, again = self.held(code)
        return Code(if_else(is_(once, U), U, is_(again, constant(True))), True, False, code.reports, code.size + 4)

    def held(self, code: Code) -> tuple[ast.expr, ast.expr]:
        """Return an expression as it is first written, and as it is written again."""
        return self._temporaries.held(code)

    # constants and names

    def literal(self, value: Value) -> Code:
        """Return the code of a known value."""
        if value is None or isinstance(value, (bool, int, str)):
            return Code(constant(value), none=value is None)
        return Code(self._names.constant(value), unknown=value is UNKNOWN)

    def field(self, node: tree.Field) -> Code:
        return self._names.field(node, self._bound[node.variable])

    def holds(self, node: tree.Holds) -> Code:
        rule = self._ruleset.rules[node.rule]
        found = self._names.rule(rule.id)
        if not rule.record:
            held = found
        else:
            held = Code(syntax.item(found.expr, self._bound[rule.record]), True, False, False, 2)
        if node.severity is None:
            return held
        # A rule without a finding has no severity: the reference leaves that unknown while the rule may hold.
        return Code(if_else(held.expr, U, constant(False)), True, False, False, held.size + 2)

    def parameter(self, node: tree.Parameter) -> Code:
        if dated(node):
            return self._names.dated(node)
        found = self._names.constant(self._ruleset.parameters[node.id])
        day = self.value(node.day)
        key = self.value(node.key) if node.key is not None else Code(constant(None))
        strict = [day] if node.key is None else [day, key]
        return self._strict(
            strict, lambda parts: call("parameter", found, parts[0], *(parts[1:] or [key.expr])), none=True
        )

    # what is none on none and unknown on unknown

    def _strict(
        self, operands: list[Code], combine: Callable[[list[ast.expr]], ast.expr], *,
        none: bool = False, on_none: ast.expr | None = None, unknown: bool = False, reports: bool = False,
    ) -> Code:  # fmt: skip
        """Return what combines known values; `on_none` is the result (None by default) where one is none."""
        held = [self.held(code) if code.none or code.unknown else (code.expr, code.expr) for code in operands]
        again = [one for _, one in held]
        nones = [number for number, code in enumerate(operands) if code.none]
        unknowns = [number for number, code in enumerate(operands) if code.unknown]
        waiting = [number for number, code in enumerate(operands) if code.reports and not code.simple]
        written: set[int] = set()

        def use(number: int) -> ast.expr:
            first = number not in written
            written.add(number)
            return held[number][0] if first else again[number]

        tests: list[ast.expr] = []
        if waiting and len(operands) > 1 and (nones or unknowns):
            # Everything is computed first, since the reference computes (and reports on) every side.
            held = [(once, other) if other is not once else self.held(code)
                    for (once, other), code in zip(held, operands, strict=True)]  # fmt: skip
            again = [one for _, one in held]
            tests.append(not_(tuple_of(use(number) for number in range(len(operands)))))
        tests += [is_(use(number), constant(None)) for number in nones]
        none_tests, tests = tests, [is_(use(number), U) for number in unknowns]
        result = combine([use(number) for number in range(len(operands))])
        if tests:
            result = if_else(syntax.any_(tests), U, result)
        if none_tests:
            result = if_else(syntax.any_(none_tests), on_none or constant(None), result)
        size = sum(code.size for code in operands) + 3 * (len(nones) + len(unknowns)) + 2
        reported = reports or any(code.reports for code in operands)
        return Code(result, bool(unknowns) or unknown, none or (bool(nones) and on_none is None), reported, size)

    def compare(self, node: tree.Compare) -> Code:
        sides = [self.value(node.left), self.value(node.right)]
        return self._strict(
            sides, lambda parts: syntax.compare(parts[0], node.operator, parts[1]), on_none=constant(False)
        )

    def member(self, node: tree.Member) -> Code:
        if all(isinstance(option, tree.Literal) and option.value is not None for option in node.options):
            found = self._names.constant(frozenset(option.value for option in node.options))  # type: ignore[attr-defined]
            return self._strict(
                [self.value(node.item)], lambda parts: syntax.compare(parts[0], "in", found), on_none=constant(False)
            )
        return self.junction([tree.Compare(node.type, "==", node.item, option) for option in node.options], "any_true")

    def contains(self, node: tree.Contains) -> Code:
        sides = [self.value(node.item), self.value(node.collection)]
        return self._strict(sides, lambda parts: syntax.compare(parts[0], "in", parts[1]), on_none=constant(False))

    def arithmetic(self, node: tree.Arithmetic) -> Code:
        left, right = self.value(node.left), self.value(node.right)
        divisor = node.right.value if isinstance(node.right, tree.Literal) else None
        if node.operator == "/" and not divisor:
            size = left.size + right.size + 2
            return Code(call("over", NOTES, left.expr, right.expr), left.unknown or right.unknown, True, True, size)
        numeric = node.left.type.numeric and node.right.type.numeric
        operator = _ARITHMETIC.get(node.operator) if numeric or node.operator == "+" else None
        if operator is not None:
            return self._strict([left, right], lambda parts: syntax.at(ast.BinOp, parts[0], operator, parts[1]))
        helper = {"-": "minus", "*": "times", "/": "quotient"}[node.operator]
        return self._strict([left, right], lambda parts: call(helper, *parts))

    def negative(self, node: tree.Negative) -> Code:
        return self._strict([self.value(node.operand)], lambda parts: syntax.at(ast.UnaryOp, ast.USub(), parts[0]))

    def shift(self, node: tree.Shift) -> Code:
        found = [self.value(part) for part in (node.day, *node.periods)]
        unknown = any(code.unknown for code in found)
        return Code(call("shift", NOTES, *(c.expr for c in found)), unknown, True, True, sum(c.size for c in found) + 2)

    def call(self, node: tree.Call) -> Code:
        function = BUILTINS.get(node.function) or self._ruleset.functions[node.function]
        folded = _folded(function, node)
        if folded is not None:
            return self.literal(folded)
        found = [self.value(argument) for argument in node.arguments]
        own = self._names.constant(function)
        if node.function in SAFE and function is BUILTINS.get(node.function) and not function.keeps_none:
            return self._strict(found, lambda parts: call("safe", own, *parts))
        safe = node.function in SAFE and function is BUILTINS.get(node.function)
        return Code(
            call("call", NOTES, own, *(code.expr for code in found)),
            not safe or any(code.unknown for code in found),
            not safe or all(code.none for code in found),
            not safe or any(code.reports for code in found),
            sum(code.size for code in found) + 3,
        )

    # conditions

    def is_none(self, node: tree.IsNone) -> Code:
        code = self.value(node.operand)
        if isinstance(code.expr, ast.Constant):
            return Code(constant(code.expr.value is None))
        if not code.unknown:
            return Code(is_(code.expr, constant(None)), False, False, code.reports, code.size + 1)
        once, again = self.held(code)
        return Code(if_else(is_(once, U), U, is_(again, constant(None))), True, False, code.reports, code.size + 4)

    def known(self, node: tree.Known) -> Code:
        code = self.value(node.operand)
        if not code.unknown and not code.reports:
            return Code(constant(True))
        return Code(syntax.is_not(code.expr, U), False, False, code.reports, code.size + 1)

    def not_(self, node: tree.Not) -> Code:
        code = self.value(node.operand)  # `not None` is true, as it must be
        if not code.unknown:
            return Code(not_(code.expr), False, False, code.reports, code.size + 1)
        once, again = self.held(code)
        return Code(if_else(is_(once, U), U, not_(again)), True, False, code.reports, code.size + 4)

    def junction(self, operands: list[Node] | tuple[Node, ...], kind: str) -> Code:
        """Return a conjunction (`all_true`) or disjunction (`any_true`), which stops where it is decided."""
        found = [self.truth(operand) for operand in operands]
        both, size = kind == "all_true", sum(code.size for code in found) + 1
        reports = any(code.reports for code in found)
        if not any(code.unknown for code in found):
            return Code(
                (syntax.all_ if both else syntax.any_)([code.expr for code in found]), False, False, reports, size
            )
        tests, unknowns = [], []
        for code in found:
            once, again = self.held(code) if code.unknown else (code.expr, code.expr)
            tests.append(once if both or not code.unknown else is_(once, constant(True)))
            unknowns += [is_(again, U)] if code.unknown else []
        open_ = syntax.any_(unknowns)
        expr = (
            if_else(syntax.all_(tests), if_else(open_, U, constant(True)), constant(False))  # UNKNOWN is truthy
            if both
            else if_else(syntax.any_(tests), constant(True), if_else(open_, U, constant(False)))
        )
        return Code(expr, True, False, reports, size + 4 * len(unknowns))

    def conditional(self, node: tree.Conditional) -> Code:
        condition = self.truth(node.condition)
        then, otherwise = self.value(node.then), self.value(node.otherwise)
        size = condition.size + then.size + otherwise.size + 3
        unknown = condition.unknown or then.unknown or otherwise.unknown
        none = then.none or otherwise.none
        reports = condition.reports or then.reports or otherwise.reports
        if not condition.unknown:
            expr = if_else(condition.expr, then.expr, otherwise.expr)
        elif then.size + otherwise.size <= SMALL:
            once, again = self.held(condition)
            shared = call("choose", U, then.expr, otherwise.expr)
            expr = if_else(is_(once, U), shared, if_else(again, then.expr, otherwise.expr))
            size += then.size + otherwise.size + 4
        else:
            expr = call("choose", condition.expr, then.expr, otherwise.expr)
        return Code(expr, unknown, none, reports, size)

    # tables and records

    def table(self, node: tree.Table) -> Code:
        rows = [(self.truth(row.condition), self.value(row.value)) for row in node.rows]
        otherwise = self.value(node.otherwise)
        values = [*(value for _, value in rows), otherwise]
        conditions = tuple_of(condition.expr for condition, _ in rows)
        listed = tuple_of(value.expr for value in values)
        helper, more = _POLICIES[node.policy]
        noted = node.policy in ("unique", "any")
        leading: list[ast.expr] = [NOTES, constant(node.policy)] if noted else [name(more)] if more else []
        codes = [code for row in rows for code in row] + [otherwise]
        return Code(
            call(helper, *leading, conditions, listed),
            any(code.unknown for code in codes),
            node.policy not in ("sum", "collect") and any(value.none for value in values),
            noted or any(code.reports for code in codes),
            sum(code.size for code in codes) + 5,
        )

    def aggregate(self, node: tree.Aggregate) -> Code:
        index = f"n{len(self._bound)}"
        inner = self.inside(node.variable, index)
        count = self._names.count(node.record)
        kept = inner.truth(node.filter) if node.filter is not None else Code(constant(True))
        found = [kept]
        if node.kind in ("any", "all"):
            body = inner.truth(node.body)  # type: ignore[arg-type]
            found.append(body)
            helper = "kept" if node.kind == "any" else "spared"
            single = body.expr if node.filter is None else call(helper, kept.expr, body.expr)
            expr = call(f"{node.kind}_true", syntax.listed(single, index, count.expr))
        elif node.kind == "count":
            expr = call("count", syntax.listed(kept.expr, index, count.expr))
        else:
            body = inner.value(node.body)  # type: ignore[arg-type]
            found.append(body)
            lists = (syntax.listed(code.expr, index, count.expr) for code in found)
            expr = call("total", *lists, constant(node.kind))
        if count.unknown:
            expr = if_else(is_(count.expr, U), U, expr)
        unknown = count.unknown or any(code.unknown for code in found)
        reports = any(code.reports for code in found)
        return Code(expr, unknown, node.kind in ("min", "max"), reports, sum(code.size for code in found) + 8)


def _folded(function: Function, node: tree.Call) -> Any:
    """Return the value of a call whose arguments are written (`months(3)`), or None where it must be computed."""
    if function.name not in ("days", "months", "years", "date"):
        return None
    if not all(isinstance(argument, tree.Literal) for argument in node.arguments):
        return None
    try:
        return function.compute(*(argument.value for argument in node.arguments))  # type: ignore[attr-defined]
    except Exception:  # noqa: BLE001  it is reported when it is computed
        return None


_POLICIES: Final = {
    "first": ("first", ""), "unique": ("unique", ""), "any": ("unique", ""), "collect": ("collect", ""),
    "sum": ("added", ""), "highest": ("extreme", "max"), "lowest": ("extreme", "min"),
}  # fmt: skip

_WRITTEN: Final[dict[type[Node], Callable[[Writer, Any], Code]]] = {
    tree.Literal: lambda writer, node: writer.literal(node.value),
    tree.Answer: lambda writer, node: writer._names.answer(node.id),  # noqa: SLF001
    tree.Computed: lambda writer, node: writer._names.definition(node.id),  # noqa: SLF001
    tree.On: lambda writer, _: writer._names.on(),  # noqa: SLF001
    tree.Field: Writer.field,
    tree.Holds: Writer.holds,
    tree.Parameter: Writer.parameter,
    tree.Compare: Writer.compare,
    tree.Member: Writer.member,
    tree.Contains: Writer.contains,
    tree.IsNone: Writer.is_none,
    tree.Known: Writer.known,
    tree.Not: Writer.not_,
    tree.And: lambda writer, node: writer.junction(node.operands, "all_true"),
    tree.Or: lambda writer, node: writer.junction(node.operands, "any_true"),
    tree.Conditional: Writer.conditional,
    tree.Arithmetic: Writer.arithmetic,
    tree.Negative: Writer.negative,
    tree.Shift: Writer.shift,
    tree.Call: Writer.call,
    tree.Table: Writer.table,
    tree.Aggregate: Writer.aggregate,
}
