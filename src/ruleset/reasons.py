"""The part of a tree that decides, as explanations: rules and conditions (values are in `reasons_values`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from ruleset.explanation import Explanation, Kind
from ruleset.expressions import tree
from ruleset.expressions.evaluate import Bound, Truth, evaluate, same, truth
from ruleset.expressions.prose import Prose
from ruleset.expressions.tree import TRUE, Node
from ruleset.model import Rule, Source, Status
from ruleset.outcome import record_reference
from ruleset.reasons_values import WHY, listed
from ruleset.situation import Situation, bound_to
from ruleset.support import Support, cost
from ruleset.texts import N_
from ruleset.types import UNKNOWN
from ruleset.wording import Voice

_STATUS: Final[dict[Truth, Status]] = {True: "holds", False: "ruled_out", UNKNOWN: "open"}
_PARTS: Final[dict[str, dict[Truth, str]]] = {
    "period": {
        True: N_("la règle est en vigueur"),
        False: N_("la règle n'est pas en vigueur"),
        UNKNOWN: N_("reste à savoir si la règle est en vigueur"),
    },
    "when": {
        True: N_("sa condition est remplie"),
        False: N_("sa condition n'est pas remplie"),
        UNKNOWN: N_("sa condition n'est pas tranchée"),
    },
    "exception": {
        True: N_("l'exception ne s'applique pas"),
        False: N_("l'exception s'applique"),
        UNKNOWN: N_("l'exception n'est pas tranchée"),
    },
    "variant": {
        True: N_("variante {n} : elle s'applique"),
        False: N_("variante {n} : elle ne s'applique pas"),
        UNKNOWN: N_("variante {n} : elle n'est pas tranchée"),
    },
}


@attrs.define
class Reasons:
    """Builds explanations. `facts` is the part of the case that decides; `told`, the whole case, gives the words."""

    facts: Situation
    told: Situation
    voice: Voice
    seen: set[tuple[str, str, int | None]] = attrs.field(factory=set)
    _support: Support | None = None

    @property
    def prose(self) -> Prose:
        """What writes the conditions."""
        return Prose(self.voice, self.told)

    @property
    def support(self) -> Support:
        """What tells how many answers an explanation needs."""
        if self._support is None:
            self._support = Support(self.facts)
        return self._support

    def size(self, node: Node, bound: Bound) -> tuple[int, int]:
        """Return how many assumptions and answers force the value of a node."""
        return cost(self.support.of(node, bound))

    # rules

    def rule_parts(self, rule: Rule, number: int | None) -> Iterator[Explanation]:
        """Yield the parts of a rule that decide its status."""
        bound = bound_to(rule, number)
        unless = tree.negation(rule.unless) if rule.unless is not None else TRUE
        parts: list[tuple[Kind, Node]] = [("period", rule.in_force), ("when", rule.when), ("exception", unless)]
        parts = [(kind, node) for kind, node in parts if node != TRUE]
        status = self.facts.rule_status(rule.id, number)
        chosen = [(kind, node) for kind, node in parts if truth(node, self.facts, bound) is status]
        if status is False:
            chosen = sorted(chosen, key=lambda one: self.size(one[1], bound))[:1]
        for kind, node in chosen:
            text = _PARTS[kind][status]
            yield Explanation(kind, self.voice.ui(text), truth=status, children=tuple(self.why(node, bound)))
        if status is not False and len(rule.variants) > 1:
            yield from self.variants(rule, number)

    def variants(self, rule: Rule, number: int | None, *, alone: bool = False) -> Iterator[Explanation]:
        """Yield why the finding takes its variant, or what is not settled of it; `alone`: whether it holds or not."""
        bound = bound_to(rule, number)
        settled = alone or len(self.facts.variants(rule, number)) == 1
        holds = alone or self.facts.rule_status(rule.id, number) is True
        for position, variant in enumerate(rule.variants, 1):
            certain = truth(variant.when, self.facts, bound)
            if certain is UNKNOWN or (settled and holds and variant.when != TRUE):
                text = self.voice.ui(_PARTS["variant"][certain]).format(n=position)
                yield Explanation("variant", text, truth=certain, children=tuple(self.why(variant.when, bound)))
            if certain is True:
                return

    def other(self, rule: Rule, numbers: Iterable[int | None], severity: str | None = None) -> Iterator[Explanation]:
        """Yield a finding that another one needs, for some records."""
        for number in numbers:
            known_bound = number is not None or not rule.record
            status = self.facts.finding_status(rule, number) if severity else self.status(rule, number)
            reference = record_reference(rule.record, number) or ""
            repeated = ("rule", rule.id, number) in self.seen
            self.seen.add(("rule", rule.id, number))
            children: tuple[Explanation, ...] = ()
            if not repeated:
                children = tuple(self.rule_parts(rule, number)) if known_bound else (listed(self, rule.record),)
                if severity and known_bound and self.status(rule, number) is UNKNOWN:
                    other_severity = self.facts.severity(rule.id, severity, bound_to(rule, number)) is False
                    children = tuple(self.variants(rule, number, alone=True)) if other_severity else children
            yield Explanation(
                "finding", reference, rule.id, status=_STATUS[status], repeated=repeated, children=children
            )

    def status(self, rule: Rule, number: int | None) -> Truth:
        """Return whether a rule's condition holds (unknown while its records are)."""
        return UNKNOWN if rule.record and number is None else self.facts.rule_status(rule.id, number)

    def cite(self, ids: tuple[str, ...]) -> tuple[Source, ...]:
        """Return the sources that may be cited at the date of law."""
        return tuple(self.facts.ruleset.sources[id] for id in self.facts.ruleset.cite(ids, self.facts.on))

    # conditions

    def why(self, node: Node, bound: Bound) -> Iterator[Explanation]:
        """Yield what decides a node, or what keeps it open."""
        explain_node = _WHY.get(type(node))
        if explain_node is not None:
            yield from explain_node(self, node, bound)
        elif node.type.kind == "yes_no":
            yield self.atom(node, bound)
        else:
            yield from self.terms(node, bound)

    def atom(self, node: Node, bound: Bound) -> Explanation:
        """Return a comparison with the values that it compares: said as it is true, or as the open question."""
        certain = truth(node, self.facts, bound)
        text = self.prose.condition(node, bound, negated=certain is False)
        children = tuple(self.terms(node, bound))
        if len(children) == 1 and children[0].value is not None and f"{children[0].text} : {children[0].value}" == text:
            return children[0]
        return Explanation("condition", text, truth=certain, children=children)

    def terms(self, node: Node, bound: Bound) -> Iterator[Explanation]:
        """Yield what decides the value of the operands that count."""
        for child in self.deciding_terms(node, bound):
            yield from self.why(child, bound)

    def deciding_terms(self, node: Node, bound: Bound) -> list[Node]:
        """Return the operands that decide: the *none* one, the unknown ones of an unknown node, else all."""
        children = list(node.children())
        value = evaluate(node, self.facts, bound)
        if value is UNKNOWN:
            return [child for child in children if evaluate(child, self.facts, bound) is UNKNOWN]
        nones = [child for child in children if evaluate(child, self.facts, bound) is None]
        if nones and not isinstance(node, (tree.Call, tree.IsNone, tree.Known)) and (value is None or value is False):
            return [min(nones, key=lambda child: self.size(child, bound))]
        if isinstance(node, tree.Member) and value is True:
            item = evaluate(node.item, self.facts, bound)
            equal = [one for one in node.options if same(evaluate(one, self.facts, bound), item)]
            return [node.item, min(equal, key=lambda one: self.size(one, bound))]
        return children

    def junction(self, node: tree.And | tree.Or, bound: Bound) -> Iterator[Explanation]:
        certain = truth(node, self.facts, bound)
        decisive = isinstance(node, tree.Or)
        same_truth = [one for one in node.operands if truth(one, self.facts, bound) is certain]
        if certain is decisive:
            same_truth = [min(same_truth, key=lambda one: self.size(one, bound))]
        parts = [part for one in same_truth for part in self.why(one, bound)]
        if certain is UNKNOWN and len(same_truth) > 1:
            kind: Kind = "any" if decisive else "all"
            text = self.voice.ui(N_("l'un au moins de :") if decisive else N_("tous :"))
            yield Explanation(kind, text, truth=certain, children=tuple(parts))
        else:
            yield from parts

    def negation(self, node: tree.Not, bound: Bound) -> Iterator[Explanation]:
        yield from self.why(node.operand, bound)

    def conditional(self, node: tree.Conditional, bound: Bound) -> Iterator[Explanation]:
        certain = truth(node.condition, self.facts, bound)
        branches = (node.then, node.otherwise)
        values = [evaluate(branch, self.facts, bound) for branch in branches]
        if certain is UNKNOWN and UNKNOWN in values:
            yield from self.why(node.condition, bound)
            for branch, value in zip(branches, values, strict=True):
                yield from self.why(branch, bound) if value is UNKNOWN else ()
        elif certain is UNKNOWN or self.alike(node, bound):
            for branch in branches:
                yield from self.why(branch, bound)
        else:
            yield from self.why(node.condition, bound)
            yield from self.why(node.then if certain else node.otherwise, bound)

    def alike(self, node: tree.Conditional, bound: Bound) -> bool:
        """Return whether both branches give the same, with fewer answers than the condition needs."""
        then, otherwise = (evaluate(one, self.facts, bound) for one in (node.then, node.otherwise))
        if then is UNKNOWN or not same(then, otherwise):
            return False
        used = self.support.all_of((node.then, node.otherwise), bound)
        certain = truth(node.condition, self.facts, bound)
        return cost(used) < cost(self.support.all_of((node.condition, node.then if certain else node.otherwise), bound))


_WHY: Final[Mapping[type[Node], Callable[[Reasons, Any, Bound], Iterator[Explanation]]]] = {
    **WHY,
    tree.And: Reasons.junction,
    tree.Or: Reasons.junction,
    tree.Not: Reasons.negation,
    tree.Conditional: Reasons.conditional,
}
