"""The part of a tree that decides, as explanations: answers, definitions, tables, parameters, records, options."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from ruleset.explanation import Explanation, Kind
from ruleset.expressions import tree
from ruleset.expressions.evaluate import NOTHING_BOUND, Bound, Truth, all_of, any_of, evaluate, opposite, truth
from ruleset.expressions.tree import TRUE, Node
from ruleset.model import Question
from ruleset.outcome import record_reference
from ruleset.program import speaks_of
from ruleset.relevance import Wanted
from ruleset.support import cost
from ruleset.texts import N_
from ruleset.types import UNKNOWN, Value
from ruleset.wording import Voice, labels_of

if TYPE_CHECKING:
    from ruleset.reasons import Reasons


def _answer(reasons: Reasons, node: tree.Answer, _: Bound) -> Iterator[Explanation]:
    question = reasons.facts.ruleset.questions[node.id]
    given = reasons.facts.case.answers.get(node.id, UNKNOWN)
    yield asked(reasons, question, Wanted(node.id), given, NOTHING_BOUND)


def _field(reasons: Reasons, node: tree.Field, bound: Bound) -> Iterator[Explanation]:
    number = bound[node.variable]
    record = reasons.facts.ruleset.records[node.record]
    if node.computed:
        yield definition(reasons, node.id, number)
    elif record.rows is None:
        given = reasons.facts.case.records[node.record][number].get(node.id, UNKNOWN)
        yield asked(reasons, record.fields[node.id], Wanted(node.id, node.record, number), given, {node.record: number})


def asked(reasons: Reasons, question: Question, wanted: Wanted, given: Value, bound: Bound) -> Explanation:
    """Return a question and what was answered, with what decides that it is asked."""
    posed, _ = truth(question.ask_when, reasons.facts, bound), reasons.voice.ui
    repeated = ("answer", str(wanted), None) in reasons.seen
    reasons.seen.add(("answer", str(wanted), None))
    because = () if repeated or question.ask_when == TRUE else tuple(reasons.why(question.ask_when, bound))
    text = reasons.voice.own(question.ask)
    if wanted.record:
        cell = tree.Field(question.type, wanted.record, wanted.record, wanted.id, computed=False)
        text = reasons.prose.field(cell, bound)
    assumed = reasons.facts.assumption(question, bound)
    kind: Kind
    if posed is not True:
        kind, value = ("unasked", _("sans objet")) if posed is False else ("later", _("selon d'autres réponses"))
    elif given is not UNKNOWN:
        kind, value = "answer", reasons.voice.answer(question, given)
    elif assumed is not UNKNOWN:
        kind, value = "assumption", reasons.voice.answer(question, assumed)
        because += tuple(reasons.why(question.assume, bound)) if isinstance(question.assume, Node) else ()
    else:
        kind, value = "unanswered", _("pas encore de réponse")
    return Explanation(kind, text, str(wanted), value=value, children=because)


def _computed(reasons: Reasons, node: tree.Computed, _: Bound) -> Iterator[Explanation]:
    yield definition(reasons, node.id, None)


def definition(reasons: Reasons, id: str, number: int | None) -> Explanation:
    """Return a definition with its value and what decides it."""
    named = reasons.facts.ruleset.definitions[id]
    bound = {named.record: number} if number is not None else NOTHING_BOUND
    repeated = ("definition", id, number) in reasons.seen
    reasons.seen.add(("definition", id, number))
    value = reasons.facts.value(id, number)
    labels = named.labels or labels_of(named.value, reasons.facts.ruleset)
    return Explanation(
        "definition",
        reasons.prose.definition(id),
        id,
        value=reasons.voice.value(value, named.type, labels, named.unit),
        mark=named.mark,
        sources=reasons.cite(named.sources),
        repeated=repeated,
        children=() if repeated else tuple(reasons.why(named.value, bound)),
    )


def _imported(reasons: Reasons, node: tree.Imported, _: Bound) -> Iterator[Explanation]:
    value = reasons.facts.imported(node.ruleset, node.id)
    other = reasons.facts.other(node.ruleset)
    voice = Voice.of(other.ruleset, reasons.facts.case.lang)
    inner = type(reasons)(other, reasons.told.other(node.ruleset), voice)
    if node.id in other.ruleset.definitions:
        children = [definition(inner, node.id, None)]
    elif node.id in other.ruleset.rules:
        rule = other.ruleset.rules[node.id]
        children = list(inner.other(rule, other.places(rule)))
    else:
        places = [(rule, n) for rule in other.ruleset.rules.values() if rule.variants for n in other.places(rule)]
        children = [one for rule, n in places for one in inner.other(rule, [n], "any")]
    words = reasons.voice.value(value, node.type)
    yield Explanation(
        "definition", reasons.prose.bare(node, {}), f"{node.ruleset}.{node.id}", value=words, children=tuple(children)
    )


def _parameter(reasons: Reasons, node: tree.Parameter, bound: Bound) -> Iterator[Explanation]:
    parameter = reasons.facts.ruleset.parameters[node.id]
    day = evaluate(node.day, reasons.facts, bound)
    children = tuple(part for one in reasons.deciding_terms(node, bound) for part in reasons.why(one, bound))
    value = evaluate(node, reasons.facts, bound)
    period = parameter.period(day) if day is not None and day is not UNKNOWN else None  # type: ignore[arg-type]
    sources = (period.sources or parameter.sources) if period is not None else parameter.sources
    yield Explanation(
        "parameter",
        reasons.prose.parameter(node, bound),
        node.id,
        value=reasons.voice.value(value, parameter.type, None, parameter.unit),
        since=period.since if period is not None else None,
        mark=period.mark if period is not None and period.mark != "checked" else parameter.mark,
        sources=reasons.cite(sources),
        children=children,
    )


def _holds(reasons: Reasons, node: tree.Holds, bound: Bound) -> Iterator[Explanation]:
    rule = reasons.facts.ruleset.rules[node.rule]
    if rule.record in bound:
        numbers: list[int | None] = [bound[rule.record]]
    else:
        numbers = list(reasons.facts.places(rule))
        certain = reasons.facts.status(rule.id, bound)
        same_status = [number for number in numbers if reasons.status(rule, number) is certain]
        if rule.record and certain is True:
            same_status = same_status[:1]
        numbers = same_status or numbers
    yield from reasons.other(rule, numbers, node.severity)


def _open_findings(reasons: Reasons, node: tree.OpenFindings, _: Bound) -> Iterator[Explanation]:
    truth_now = reasons.facts.open_findings(node.severity)
    found = tuple(
        Explanation("finding", record_reference(rule.record, number) or "", rule.id, status="open")
        for rule, number in reasons.facts.open_places(node.severity)
    )
    text = reasons.prose.condition(node, negated=truth_now is False)
    yield Explanation("condition", text, truth=truth_now, children=found)


def _options(
    reasons: Reasons, node: tree.Score | tree.Excluded | tree.BestOption, bound: Bound
) -> Iterator[Explanation]:
    option = None if isinstance(node, tree.BestOption) else node.option
    rules = [rule for rule in reasons.facts.ruleset.rules.values() if speaks_of(rule, option)]
    value = evaluate(node, reasons.facts, bound)
    labels = {id: one.label for id, one in reasons.facts.ruleset.options.items()}
    yield Explanation(
        "definition",
        reasons.prose.bare(node, bound),
        value=reasons.voice.value(value, node.type, labels),
        children=tuple(one for rule in rules for one in reasons.other(rule, reasons.facts.places(rule))),
    )


def listed(reasons: Reasons, record: str) -> Explanation:
    """Return the list of the records of a type."""
    kind = reasons.facts.ruleset.records[record]
    count = reasons.facts.count(record)
    title, _ = reasons.voice.own(kind.title), reasons.voice.ui
    if count is UNKNOWN:
        return Explanation("unanswered", title, record, value=_("liste pas encore donnée"))
    return Explanation("records", title, record, value=_("{n} fiche(s)").format(n=count))


# tables

_ROW: Final[dict[Truth, str]] = {
    True: N_("ligne {n} : {condition}"),
    False: N_("ligne {n} écartée : {condition}"),
    UNKNOWN: N_("ligne {n}, en suspens : {condition}"),
}


def _table(reasons: Reasons, node: tree.Table, bound: Bound) -> Iterator[Explanation]:
    """Yield the rows that count; of those that do not, only what adds an answer."""
    value = evaluate(node, reasons.facts, bound)
    rows = [(position, row, truth(row.condition, reasons.facts, bound)) for position, row in enumerate(node.rows, 1)]
    single = node.policy in ("first", "unique", "any")
    stop = next((n for n, (_, _, certain) in enumerate(rows, 1) if single and certain is True), len(rows))
    counted = [
        _row(reasons, position, row, certain, value, bound)
        for position, row, certain in rows[:stop]
        if certain is not False
    ]
    yield from counted
    if not any(certain is True for _, _, certain in rows[:stop]):
        if value is UNKNOWN:
            yield from _if_unknown(reasons, node.otherwise, bound)
        else:
            yield from reasons.why(node.otherwise, bound)
    if value is UNKNOWN:
        return
    named = {leaf for part in counted for one in part.walk() if (leaf := one.id) and one.kind in ("answer", "records")}
    for position, row, certain in rows[:stop]:
        if certain is False and not {str(leaf) for leaf in reasons.support.of(row.condition, bound)} <= named:
            excluded = _row(reasons, position, row, certain, value, bound)
            named |= set(excluded.answers)
            yield excluded


def _row(reasons: Reasons, position: int, row: tree.Row, certain: Truth, value: Value, bound: Bound) -> Explanation:
    """Return a row that applies, that does not, or that may."""
    condition = reasons.prose.condition(row.condition, bound, negated=certain is False)
    children: list[Explanation] = []
    if certain is not UNKNOWN or value is UNKNOWN:
        children += reasons.why(row.condition, bound) if row.condition != TRUE else ()
    if certain is True and value is not UNKNOWN:
        children += reasons.why(row.value, bound)
    elif certain is not False:
        children += _if_unknown(reasons, row.value, bound) if value is UNKNOWN else reasons.why(row.value, bound)
    return Explanation(
        "row",
        reasons.voice.ui(_ROW[certain]).format(n=position, condition=condition),
        truth=certain,
        sources=reasons.cite(row.sources) if certain is not False else (),
        children=tuple(children),
    )


def _if_unknown(reasons: Reasons, node: Node, bound: Bound) -> Iterator[Explanation]:
    if evaluate(node, reasons.facts, bound) is UNKNOWN:
        yield from reasons.why(node, bound)


# records


def _aggregate(reasons: Reasons, node: tree.Aggregate, bound: Bound) -> Iterator[Explanation]:
    facts = reasons.facts
    certain: Truth | None = None
    if node.type.kind == "yes_no":
        certain = truth(node, facts, bound)
    text = (
        reasons.prose.condition(node, bound, negated=certain is False)
        if certain is not None
        else reasons.prose.bare(node, bound)
    )
    children: list[Explanation] = []
    if facts.ruleset.records[node.record].rows is None:
        children.append(listed(reasons, node.record))
    count = facts.count(node.record)
    for number in _deciding_rows(reasons, node, range(0 if count is UNKNOWN else count), bound):
        inner = {**bound, node.variable: number}
        title = reasons.voice.own(facts.ruleset.records[node.record].title)
        parts = tuple(_record_parts(reasons, node, inner))
        if parts:
            children.append(Explanation("record", f"{title} {number + 1}", f"{node.record}[{number}]", children=parts))
    value = None if certain is not None else reasons.voice.value(evaluate(node, facts, bound), node.type)
    yield Explanation("condition", text, truth=certain, value=value, children=tuple(children))


def _kept_and_body(reasons: Reasons, node: tree.Aggregate, inner: Bound) -> tuple[Truth, Value]:
    kept: Truth = True if node.filter is None else truth(node.filter, reasons.facts, inner)
    if node.body is None:
        return kept, True
    if node.kind in ("any", "all"):
        return kept, truth(node.body, reasons.facts, inner)
    return kept, evaluate(node.body, reasons.facts, inner)


def _row_truth(node: tree.Aggregate, kept: Truth, body: Value) -> Truth:
    """Return what one record says: of `any` and `all` whether it satisfies, else whether it is settled at all."""
    if node.kind == "any":
        return all_of([kept, body])  # type: ignore[list-item]
    if node.kind == "all":
        return any_of([opposite(kept), body])  # type: ignore[list-item]
    settled = kept is False or (kept is True and body is not UNKNOWN)
    return True if settled else UNKNOWN


def _deciding_rows(reasons: Reasons, node: tree.Aggregate, numbers: range, bound: Bound) -> list[int]:
    """Return the records that decide: the one that is enough, those that are not settled, or all."""
    value = evaluate(node, reasons.facts, bound)
    truths = {
        number: _row_truth(node, *_kept_and_body(reasons, node, {**bound, node.variable: number})) for number in numbers
    }
    if value is UNKNOWN:
        return [number for number, one in truths.items() if one is UNKNOWN]
    if node.kind in ("any", "all") and value is (node.kind == "any"):
        enough = [number for number, one in truths.items() if one is value]
        return [min(enough, key=lambda number: _cost(reasons, node, {**bound, node.variable: number}))]
    return list(numbers)


def _cost(reasons: Reasons, node: tree.Aggregate, inner: Bound) -> tuple[int, int]:
    return cost(reasons.support.all_of([one for one in (node.filter, node.body) if one is not None], inner))


def _record_parts(reasons: Reasons, node: tree.Aggregate, inner: Bound) -> Iterator[Explanation]:
    """Yield what decides about one record."""
    kept, body = _kept_and_body(reasons, node, inner)
    if _row_truth(node, kept, body) is UNKNOWN:
        for one, value in ((node.filter, kept), (node.body, body)):
            if one is not None and value is UNKNOWN:
                yield from reasons.why(one, inner)
        return
    ways = [[node.filter]] if kept is False else []
    if node.kind in ("any", "all") and body is (node.kind == "all"):
        ways.append([node.body])
    chosen = min(ways, key=lambda way: cost(reasons.support.all_of([one for one in way if one], inner)), default=None)
    for one in (node.filter, node.body) if chosen is None else chosen:
        if one is not None:
            yield from reasons.why(one, inner)


WHY: Final[Mapping[type[Node], Callable[[Reasons, Any, Bound], Iterator[Explanation]]]] = {
    tree.Answer: _answer,
    tree.Field: _field,
    tree.Computed: _computed,
    tree.Imported: _imported,
    tree.Parameter: _parameter,
    tree.Table: _table,
    tree.Aggregate: _aggregate,
    tree.Holds: _holds,
    tree.OpenFindings: _open_findings,
    tree.Score: _options,
    tree.Excluded: _options,
    tree.BestOption: _options,
}
