"""Python expressions as syntax trees, with what is known beforehand of their values."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Final, TypeVar

import attrs

LOAD: Final = ast.Load()
STORE: Final = ast.Store()
_IS: Final[list[ast.cmpop]] = [ast.Is()]
_IS_NOT: Final[list[ast.cmpop]] = [ast.IsNot()]
_OPERATORS: Final[dict[str, ast.cmpop]] = {
    "==": ast.Eq(), "!=": ast.NotEq(), "<": ast.Lt(), "<=": ast.LtE(), ">": ast.Gt(), ">=": ast.GtE(), "in": ast.In(),
}  # fmt: skip


T = TypeVar("T", bound=ast.AST)
_located: Final[dict[type[ast.AST], type[ast.AST]]] = {}


def at(kind: type[T], *parts: object) -> T:
    """Return a node of Python's grammar with a place, which `compile` asks of every node: all have the same."""
    if kind not in _located:
        _located[kind] = type(kind.__name__, (kind,), dict.fromkeys(_PLACES, 1))
    return _located[kind](*parts)  # type: ignore[return-value]


_PLACES: Final = ("lineno", "col_offset", "end_lineno", "end_col_offset")


def name(id: str) -> ast.expr:
    """Return a name that is read."""
    return at(ast.Name, id, LOAD)


def constant(value: bool | int | str | None) -> ast.expr:
    """Return a literal of Python."""
    return at(ast.Constant, value)


def call(function: str, *arguments: ast.expr) -> ast.expr:
    """Return a call of a named function."""
    return at(ast.Call, name(function), list(arguments), [])


def tuple_of(items: Iterable[ast.expr]) -> ast.expr:
    """Return a tuple."""
    return at(ast.Tuple, list(items), LOAD)


def if_else(test: ast.expr, then: ast.expr, otherwise: ast.expr) -> ast.expr:
    """Return `then if test else otherwise`."""
    return at(ast.IfExp, test, then, otherwise)


def is_(left: ast.expr, right: ast.expr) -> ast.expr:
    """Return `left is right`."""
    return at(ast.Compare, left, _IS, [right])


def is_not(left: ast.expr, right: ast.expr) -> ast.expr:
    """Return `left is not right`."""
    return at(ast.Compare, left, _IS_NOT, [right])


def compare(left: ast.expr, operator: str, right: ast.expr) -> ast.expr:
    """Return a comparison, or `in`."""
    return at(ast.Compare, left, [_OPERATORS[operator]], [right])


def not_(operand: ast.expr) -> ast.expr:
    """Return `not operand`."""
    return at(ast.UnaryOp, ast.Not(), operand)


def all_(operands: list[ast.expr]) -> ast.expr:
    """Return the operands joined by `and`."""
    return operands[0] if len(operands) == 1 else at(ast.BoolOp, ast.And(), operands)


def any_(operands: list[ast.expr]) -> ast.expr:
    """Return the operands joined by `or`."""
    return operands[0] if len(operands) == 1 else at(ast.BoolOp, ast.Or(), operands)


def item(sequence: ast.expr, index: ast.expr) -> ast.expr:
    """Return `sequence[index]`."""
    return at(ast.Subscript, sequence, index, LOAD)


def listed(body: ast.expr, variable: str, count: ast.expr) -> ast.expr:
    """Return `[body for variable in range(count)]`."""
    loop = ast.comprehension(at(ast.Name, variable, STORE), call("range", count), [], 0)
    return at(ast.ListComp, body, [loop])


def assign(target: str, value: ast.expr) -> ast.stmt:
    """Return `target = value`."""
    return at(ast.Assign, [at(ast.Name, target, STORE)], value)


def conjoin(target: str, value: ast.expr) -> ast.stmt:
    """Return `target &= value`."""
    return at(ast.AugAssign, at(ast.Name, target, STORE), ast.BitAnd(), value)


@attrs.frozen(eq=False)
class Code:
    """An expression; whether it can be UNKNOWN or None, whether computing it may have something to report."""

    expr: ast.expr
    unknown: bool = False
    none: bool = False
    reports: bool = False
    size: int = 1

    @property
    def simple(self) -> bool:
        """Whether it can be written twice: a name or a literal."""
        return isinstance(self.expr, (ast.Name, ast.Constant))


class Temporaries:
    """Names for values that an expression needs twice; each is made once."""

    def __init__(self) -> None:
        self._count = 0

    def held(self, code: Code) -> tuple[ast.expr, ast.expr]:
        """Return an expression as it is first written (it keeps its value), and as it is written again."""
        if code.simple:
            return code.expr, code.expr
        self._count += 1
        target = f"t{self._count}"
        return at(ast.NamedExpr, at(ast.Name, target, STORE), code.expr), name(target)


def function(id: str, parameters: Iterable[str], body: list[ast.stmt]) -> ast.stmt:
    """Return the definition of a function."""
    arguments = ast.arguments(
        posonlyargs=[], args=[at(ast.arg, one) for one in parameters], vararg=None,
        kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=[],
    )  # fmt: skip
    return at(ast.FunctionDef, id, arguments, body, [])
