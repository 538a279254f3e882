"""The Python of a program: one function that computes a whole case, and one small function for each slot.

The function of a case reads each answer, checks it and takes what it leaves standing of the clauses in one go. What
differs between laws (parameters, tables) stands in the globals under which it runs: one code serves every date of law.
"""

from __future__ import annotations

import ast
import bisect as bisecting
import datetime as dt
from collections.abc import Iterable, Mapping
from types import CodeType
from typing import Any, Final

from ruleset.engines.compiled import running, syntax
from ruleset.engines.compiled.atoms import ORDERED
from ruleset.engines.compiled.layout import Layout, Slot
from ruleset.engines.compiled.reading import LEAST, MOST
from ruleset.engines.compiled.syntax import (
    all_,
    any_,
    assign,
    call,
    compare,
    conjoin,
    constant,
    if_else,
    is_,
    is_not,
    item,
    name,
    not_,
    tuple_of,
)  # fmt: skip
from ruleset.engines.compiled.writing import NOTES, U
from ruleset.model import Question
from ruleset.situation import rounded
from ruleset.types import UNKNOWN

SUPPORT: Final[dict[str, object]] = {
    "U": UNKNOWN, "bisect": bisecting.bisect_right, "date": dt.date, "rounded": rounded, "Notes": running.Notes,
    **{one.__name__: one for one in (
        running.times, running.minus, running.quotient, running.over, running.shift, running.call, running.safe,
        running.parameter, running.choose, running.all_true, running.any_true, running.kept, running.spared,
        running.count, running.total, running.first, running.unique, running.collect, running.added, running.extreme,
        running.refer,
    )},
}  # fmt: skip
"""What every generated function may call."""


BUILTINS: Final[dict[str, object]] = {one.__name__: one for one in (dict, int, str, len, range, max, min, KeyError)}


def whole_case(layout: Layout) -> CodeType:
    """Return the code of `run(answers, rows, on)`, which gives the clauses that stand, the notes and every slot.

    `rows` are the records by type.
    """
    tested = dict(_tested(layout))
    body: list[ast.stmt] = [assign("b", name("B")), *_given(layout)]
    noted = any(slot.code is not None and slot.code.reports for slot in layout.slots)
    body.append(assign("notes", call("Notes") if noted else constant(None)))
    settled = [slot for slot in layout.order if slot.number not in layout.tainted]
    for slot in settled:
        body += _statements(slot, tested.get(slot.number))
    if layout.tainted:
        known = (U if slot.number in layout.tainted else name(f"v{slot.number}") for slot in layout.slots)
        body.append(assign("known", tuple_of(known)))
    for slot in layout.order[len(settled) :]:
        body += _statements(slot, tested.get(slot.number))
    values = tuple_of(name(f"v{slot.number}") for slot in layout.slots)
    body.append(syntax.at(ast.Return, tuple_of([name("b"), NOTES, values])))
    return _compiled([syntax.function("run", ("answers", "rows", "on"), body)])


def _given(layout: Layout) -> list[ast.stmt]:
    """Return the statements that fetch the answers: a dictionary with one for each question is read as it is; from
    anything else `given` gathers what is there, and may refuse what no question asks.
    """
    if not layout.given:
        return [syntax.at(ast.Expr, call("given", name("answers")))]
    targets = [syntax.at(ast.Name, f"v{number}", syntax.STORE) for number in layout.given.values()]
    gathered = syntax.at(ast.Assign, [syntax.at(ast.List, targets, syntax.STORE)], call("given", name("answers")))
    fetched = [assign(f"v{number}", item(name("answers"), constant(id))) for id, number in layout.given.items()]
    complete = all_([
        _is_a(name("answers"), "dict"),
        compare(call("len", name("answers")), "==", constant(len(layout.given))),
    ])  # fmt: skip
    missing = syntax.at(ast.ExceptHandler, name("KeyError"), None, [gathered])
    return [syntax.at(ast.If, complete, [syntax.at(ast.Try, fetched, [missing], [], [])], [gathered])]


def slot_by_slot(layout: Layout) -> CodeType:
    """Return the code of `step7(s, notes, on)` and so on, which compute one slot from the slots `s`."""
    steps = []
    for slot in layout.slots:
        if slot.code is not None:
            read: list[ast.stmt] = [
                assign(f"v{number}", item(name("s"), constant(number))) for number in sorted(slot.needs)
            ]
            known = [assign("known", name("s"))] if slot.free else []
            body = [*read, *known, syntax.at(ast.Return, slot.code.expr)]
            steps.append(syntax.function(f"step{slot.number}", ("s", "notes", "on"), body))
    return _compiled(steps)


def _compiled(body: list[ast.stmt]) -> CodeType:
    return compile(ast.Module(body, []), "<ruleset>", "exec")


def _tested(layout: Layout) -> Iterable[tuple[int, str]]:
    """Yield the slots that clauses test, and the kinds of their values."""
    for atom in layout.clauses.atoms.found:
        if atom.input in layout.inputs:
            yield layout.inputs[atom.input], kind_of(layout, atom.input)


def kind_of(layout: Layout, key: Any) -> str:
    """Return the kind of an input."""
    kind, id = key
    if kind == "answer":
        return layout.program.ruleset.questions[id].type.kind
    return layout.program.ruleset.definitions[id].type.kind if kind == "definition" else "yes_no"


def _statements(slot: Slot, kind: str | None) -> list[ast.stmt]:
    target = f"v{slot.number}"
    if slot.record:
        rows = syntax.at(
            ast.Call, syntax.at(ast.Attribute, name("rows"), "get", syntax.LOAD), [constant(slot.record), U], []
        )
        return [assign(target, rows)]
    if slot.question is not None:
        return _answer(slot.question, slot.number, tested=kind is not None)
    assert slot.code is not None
    return [assign(target, slot.code.expr), *([_taken(slot.number, kind)] if kind is not None else [])]


def _taken(number: int, kind: str) -> ast.stmt:
    """Return the statement that takes what the value of a definition leaves standing."""
    value, select = name(f"v{number}"), call(f"S{number}", name(f"v{number}"))
    if kind == "yes_no":
        return conjoin("b", if_else(
            is_(value, constant(True)), name(f"T{number}"),
            if_else(is_(value, constant(False)), name(f"F{number}"), select),
        ))  # fmt: skip
    if kind in ORDERED and kind != "date":
        return conjoin("b", if_else(_is_a(value, "int"), _zone(number, value), select))
    return conjoin("b", select)


def _is_a(value: ast.expr, kind: str) -> ast.expr:
    return is_(syntax.at(ast.Attribute, value, "__class__", syntax.LOAD), name(kind))


def _zone(number: int, value: ast.expr) -> ast.expr:
    return item(name(f"L{number}"), call("bisect", name(f"W{number}"), value))


def _answer(question: Question, number: int, *, tested: bool) -> list[ast.stmt]:
    """Return the statements that check an answer and take what it leaves standing."""
    value = name(f"v{number}")
    slow: list[ast.stmt] = [assign(f"v{number}", call(f"R{number}", value))]
    if tested:
        slow.append(conjoin("b", call(f"S{number}", value)))
    kind = question.type.kind
    if kind == "yes_no":
        if not tested:
            wrong = all_([is_not(value, constant(True)), is_not(value, constant(False))])
            return [syntax.at(ast.If, wrong, slow, [])]
        no = syntax.at(ast.If, is_(value, constant(False)), [conjoin("b", name(f"F{number}"))], slow)
        return [syntax.at(ast.If, is_(value, constant(True)), [conjoin("b", name(f"T{number}"))], [no])]
    if kind == "choice":
        text = _is_a(value, "str")
        if not tested:
            return [syntax.at(ast.If, any_([not_(text), not_(compare(value, "in", name(f"M{number}")))]), slow, [])]
        found = syntax.at(ast.Call, syntax.at(ast.Attribute, name(f"M{number}"), "get", syntax.LOAD), [value], [])
        missing = syntax.at(ast.If, is_(name("s"), constant(None)), slow, [conjoin("b", name("s"))])
        return [assign("s", if_else(text, found, constant(None))), missing]
    domain = question.domain
    if kind in ("integer", "number", "money"):
        low, high = (LEAST if domain.minimum is None else -int(-domain.minimum // 1),
                     MOST if domain.maximum is None else int(domain.maximum // 1))  # fmt: skip
        between = syntax.at(ast.Compare, constant(low), [ast.LtE(), ast.LtE()], [value, constant(high)])
        good = all_([_is_a(value, "int"), between])
        return _if_good(good, _zone(number, value), slow, tested=tested)
    if kind == "date" and domain.first is None and domain.last is None:
        day = syntax.at(ast.Call, syntax.at(ast.Attribute, value, "toordinal", syntax.LOAD), [], [])
        return _if_good(_is_a(value, "date"), _zone(number, day), slow, tested=tested)
    return slow


def _if_good(good: ast.expr, taken: ast.expr, slow: list[ast.stmt], *, tested: bool) -> list[ast.stmt]:
    return (
        [syntax.at(ast.If, good, [conjoin("b", taken)], slow)] if tested else [syntax.at(ast.If, not_(good), slow, [])]
    )


def defined(code: CodeType, names: Mapping[str, object]) -> dict[str, Any]:
    """Return the globals of a generated code once it has run in them."""
    space: dict[str, Any] = {"__builtins__": BUILTINS}
    space.update(SUPPORT, **names)
    # The code was built node by node from a checked rule set: no text of a rule file is ever run.
    exec(code, space)  # noqa: S102
    return space
