"""The queries that give every value and truth as they are computed, and how their rows are read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import attrs
from sqlglot import exp

from ruleset.engines.sql.inputs import Layout, Place, Raw
from ruleset.engines.sql.query import Query
from ruleset.engines.sql.syntax import FALSE, NoSqlFormError
from ruleset.engines.sql.terms import PERIOD_BASE, Term
from ruleset.model import RuleSet
from ruleset.program import Step
from ruleset.types import UNKNOWN, Period, Value, whole


@attrs.frozen
class Decoded:
    """How a step is read back: the columns of its value, of *none* and of its divisor, by position."""

    step: Step
    term: Term
    value: int | None
    none: int | None
    divisor: int | None


@attrs.frozen(eq=False)
class Compiled:
    """The queries of a rule set by record type ("" for the cases), and what their columns mean; `failed` tells what
    has no SQL form.
    """

    queries: Mapping[str, str]
    decoded: Mapping[str, tuple[Decoded, ...]]
    failed: Mapping[Step, str]
    raw: Mapping[Place, Raw]


def compile_raw(ruleset: RuleSet, dialect: str = "duckdb", layout: Layout | None = None) -> Compiled:
    """Return queries that give every definition's value and every rule's truth, as they are computed."""
    query = Query(ruleset, dialect, layout or Layout())
    reader = query.main
    homes: dict[str, list[tuple[Step, Term]]] = {"": []}
    for step in reader.program.order:
        node = reader.program.node(step)
        try:
            term = reader.step(step)
        except NoSqlFormError:
            continue
        homes.setdefault(reader.record_context(node.record) if node.record else "", []).append((step, term))
    queries, decoded = {}, {}
    for context, terms in homes.items():
        outputs: dict[str, exp.Expression] = {}
        decoded[context] = tuple(_outputs(step, term, outputs, 2 if context else 1) for step, term in terms)
        queries[context] = query.select(context, outputs).sql(dialect, copy=False)
    return Compiled(queries, decoded, dict(reader.failed), query.raw)


def _outputs(step: Step, term: Term, outputs: dict[str, exp.Expression], first: int) -> Decoded:
    def add(one: exp.Expression | None, *, written: bool = False) -> int | None:
        if not (isinstance(one, exp.Column) or (written and one is not None and not isinstance(one, exp.Null))):
            return None
        outputs[f"c{len(outputs)}"] = one
        return first + len(outputs) - 1

    value = add(term.value, written=term.constant is UNKNOWN)
    return Decoded(step, term, value, add(term.none), add(term.scale.divisor))


def decode(one: Decoded, row: Sequence[Any]) -> Value:
    """Return the value of a step in a row of its query."""
    term = one.term
    none = row[one.none] if one.none is not None else term.none != FALSE
    if none:
        return None
    if one.value is None:
        return term.constant
    found = row[one.value]
    if found is None:
        return UNKNOWN
    divisor = row[one.divisor] if one.divisor is not None else 1
    return _value(term, found, divisor)


def _value(term: Term, found: Any, divisor: int) -> Value:
    if term.kind == "number":
        return whole(Fraction(int(found)) * term.scale.factor / int(divisor))
    if term.kind == "choices":
        return frozenset(code for n, code in enumerate(term.codes) if int(found) >> n & 1)
    if term.kind == "period":
        months, days = divmod(int(found) + PERIOD_BASE // 2, PERIOD_BASE)
        return Period(months, days - PERIOD_BASE // 2)
    if term.kind == "list":
        assert term.of is not None
        return tuple(_value(term.of, item, 1) for item in found)
    return found  # type: ignore[no-any-return]
