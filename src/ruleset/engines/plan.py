"""How a program is computed with durable_rules: its strata, the networks of each, what their facts hold.

Each rule becomes productions of two kinds, one that its condition certainly holds, one that its negation does; each
alternative of the normal form is a production of its own, so that a pattern is one conjunction, which is the form that
was never seen to fail. A rule that does not fit, and one whose condition has a constant in it, is left to the
reference evaluator, and the plan says so.
"""

from __future__ import annotations

import functools
import graphlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import attrs

from ruleset.engines.encoding import Encoder, Slot
from ruleset.engines.normal_form import Alternative, TooManyAlternativesError, alternatives, normal_form
from ruleset.engines.subset import (
    IDENTITY,
    MAX_PENDING,
    MAX_PRODUCTIONS,
    MAX_PROPERTIES,
    OutsideSubsetError,
    Pattern,
    Probe,
    prove,
)
from ruleset.expressions import tree
from ruleset.expressions.evaluate import Truth
from ruleset.expressions.tree import Node
from ruleset.model import Rule
from ruleset.program import Program, Step
from ruleset.situation import Place
from ruleset.types import UNKNOWN

GROUP_SIZE: Final = 24
"""Productions behind one guard: few enough that forty groups stay within the branches a fact may have pending."""
SMALL_FACT: Final = 48
"""Properties beyond which another network is begun: durable_rules looks at every property at every node it visits, so
that several small facts cost half of what one large fact does.
"""
COMFORTABLE: Final = 8
"""Alternatives beyond which a rule is tried again with its comparisons on *none* computed by us, which have fewer."""

CONSTANT: Final = "constante"
TOO_MANY: Final = "trop d'alternatives"
TOO_WIDE: Final = "trop de propriétés"


@attrs.frozen
class Production:
    """One alternative of a rule's condition (`holds`) or of its negation."""

    rule: str
    holds: bool
    pattern: Pattern


@attrs.frozen
class Network:
    """Productions registered together, and the fact they read.

    `case_slots` are read once for the case, `record_slots` once for each record; `productions` are by the name under
    which they fire.
    """

    record: str
    productions: Mapping[str, Production]
    rules: tuple[str, ...]
    case_slots: tuple[int, ...]
    record_slots: tuple[int, ...]
    guards: tuple[str, ...]

    @functools.cached_property
    def outcomes(self) -> Mapping[str, tuple[str, bool]]:
        """What each production says when it fires: a rule, and whether it holds."""
        return {name: (production.rule, production.holds) for name, production in self.productions.items()}

    @functools.cached_property
    def all_open(self) -> dict[str, Truth]:
        """The statuses of its rules as long as nothing has fired."""
        return dict.fromkeys(self.rules, UNKNOWN)

    @functools.cached_property
    def case_places(self) -> tuple[Place, ...]:
        """Its rules, for the whole case."""
        return tuple((rule, None) for rule in self.rules)

    def places(self, number: int | None) -> Sequence[Place]:
        """Return its rules, each for a record."""
        return self.case_places if number is None else [(rule, number) for rule in self.rules]

    @functools.cached_property
    def prefix(self) -> str:
        """The beginning of every fact: its id, the one session, the guards."""
        return f'{{"id":"c","sid":"s",{",".join(f"{_quoted(guard)}:1" for guard in self.guards)}'

    @property
    def definition(self) -> str:
        """The rule set as durable_rules reads it."""
        return json.dumps(
            {
                name: {"all": [{"m": {"$and": [test.written() for test in production.pattern]}}]}
                for name, production in self.productions.items()
            }
        )


def _quoted(name: str) -> str:
    return f'"{name}"'


@attrs.frozen
class Stage:
    """What is computed together: definitions first, by the reference semantics, then rules."""

    definitions: tuple[str, ...]
    networks: tuple[Network, ...]
    evaluated: tuple[str, ...]


@attrs.frozen
class Plan:
    """How a program is computed. `reasons` says why a rule is left to the reference evaluator."""

    slots: tuple[Slot, ...]
    stages: tuple[Stage, ...]
    reasons: Mapping[str, str]

    @property
    def networks(self) -> tuple[Network, ...]:
        """Every network, in the order of the stages."""
        return tuple(network for stage in self.stages for network in stage.networks)


@attrs.frozen
class _Encoded:
    """A rule's patterns, still without guard, and the slots they read."""

    rule: Rule
    alternatives: tuple[tuple[bool, Pattern], ...]
    slots: tuple[int, ...]


def make_plan(program: Program) -> Plan:
    """Return how a program is computed; every network in it is proved safe."""
    encoder = Encoder(program.ruleset)
    reasons: dict[str, str] = {}
    levels = _levels(program)
    encoded: dict[int, list[_Encoded]] = {}
    for (kind, id), level in levels.items():
        if kind == "rule":
            found = _encode(program.ruleset.rules[id], encoder)
            if isinstance(found, str):
                reasons[id] = found
            else:
                encoded.setdefault(level, []).append(found)
    slots = encoder.slots
    stages = []
    for level in range(max(levels.values(), default=0) + 1):
        definitions = tuple(id for (kind, id), at in levels.items() if kind == "definition" and at == level)
        networks, refused = _networks(encoded.get(level, []), slots, encoder)
        reasons |= refused
        evaluated = tuple(id for (kind, id), at in levels.items() if kind == "rule" and at == level and id in reasons)
        stages.append(Stage(definitions, networks, evaluated))
    return Plan(slots, tuple(stages), reasons)


def _levels(program: Program) -> dict[Step, int]:
    """Return how many strata of rules come before each step, each step after what it needs."""
    levels: dict[Step, int] = {}
    for step in graphlib.TopologicalSorter(program.needs).static_order():
        levels[step] = max((levels[need] + (need[0] == "rule") for need in program.needs[step]), default=0)
    return levels


def _encode(rule: Rule, encoder: Encoder) -> _Encoded | str:
    """Return the patterns of a rule, or why it has none."""
    if _has_constant(rule.condition):
        return CONSTANT
    best = None
    for closed in (False, True):
        computed = functools.partial(_computed, encoder=encoder, record=rule.record, closed=closed)
        found = _both(rule.condition, encoder, computed)
        if found is not None and (best is None or _size(found) < _size(best[0])):
            best = (found, computed)
        if best is not None and _size(best[0]) <= COMFORTABLE:
            break
    if best is None:
        return TOO_MANY
    (yes, no), computed = best
    tested = [
        (holds, encoder.tests(one, rule.record, computed=computed))
        for holds, found in ((True, yes), (False, no))
        for one in found
    ]
    slots = tuple(dict.fromkeys(slot for _, tests in tested for slot, _ in tests))
    return _Encoded(rule, tuple((holds, tuple(test for _, test in tests)) for holds, tests in tested), slots)


def _has_constant(node: Node) -> bool:
    if isinstance(node, (tree.And, tree.Or)):
        return any(_has_constant(operand) for operand in node.operands)
    return isinstance(node, tree.Literal) or (isinstance(node, tree.Not) and _has_constant(node.operand))


def _computed(node: Node, *, encoder: Encoder, record: str, closed: bool) -> bool:
    """Whether we compute a comparison: when durable_rules cannot, or (`closed`) where a side can be *none*."""
    if not isinstance(node, tree.Compare):
        return True
    return encoder.against(node, record) is None or (
        closed and any(encoder.noneness.may_be_none(side) for side in (node.left, node.right))
    )


def _both(
    condition: Node, encoder: Encoder, computed: Callable[[Node], bool]
) -> tuple[tuple[Alternative, ...], tuple[Alternative, ...]] | None:
    """Return the alternatives of a condition and of its negation, or None where they are too many."""
    try:
        yes, no = (
            alternatives(
                normal_form(
                    condition,
                    opens=lambda node: not computed(node),
                    may_be_none=encoder.noneness.may_be_none,
                    negated=negated,
                ),
                MAX_PENDING,
            )
            for negated in (False, True)
        )
    except TooManyAlternativesError:
        return None
    return (yes, no) if len(yes) + len(no) <= MAX_PENDING else None


def _size(found: tuple[tuple[Alternative, ...], tuple[Alternative, ...]]) -> int:
    return len(found[0]) + len(found[1])


def _networks(
    encoded: Sequence[_Encoded], slots: Sequence[Slot], encoder: Encoder
) -> tuple[tuple[Network, ...], dict[str, str]]:
    """Return the networks of a stratum, and the rules that fit in none with the reason."""
    networks: list[Network] = []
    refused: dict[str, str] = {}
    for record in dict.fromkeys(one.rule.record for one in encoded):
        packing: list[_Packing] = []
        for one in encoded:
            if one.rule.record != record:
                continue
            if not (packing and packing[-1].add(one)):
                packing.append(_Packing(slots))
                if not packing[-1].add(one):
                    packing.pop()
                    refused[one.rule.id] = TOO_WIDE
        for packed in packing:
            network = packed.network(record, encoder)
            try:
                prove({name: made.pattern for name, made in network.productions.items()}, packed.properties)
            except OutsideSubsetError as error:
                refused |= dict.fromkeys(network.rules, str(error))
            else:
                networks.append(network)
    return tuple(networks), refused


class _Packing:
    """Rules put behind guards, group after group, as long as the whole stays within the bounds."""

    def __init__(self, slots: Sequence[Slot]) -> None:
        self._slots = slots
        self._groups: list[list[_Encoded]] = []
        self._sizes: list[int] = []
        self._used: dict[int, None] = {}

    def add(self, one: _Encoded) -> bool:
        """Take one more rule, if it fits."""
        size = len(one.alternatives)
        used = {**self._used, **dict.fromkeys(one.slots)}
        fresh = not self._sizes or self._sizes[-1] + size > GROUP_SIZE
        sizes = [*self._sizes, size] if fresh else [*self._sizes[:-1], self._sizes[-1] + size]
        held = sum(len(self._slots[slot].properties) for slot in used)
        most = SMALL_FACT if self._groups else MAX_PROPERTIES
        if (
            len(sizes) + max(sizes) - 1 > MAX_PENDING
            or sum(sizes) > MAX_PRODUCTIONS
            or held + len(sizes) + len(IDENTITY) > most
        ):
            return False
        if fresh:
            self._groups.append([])
        self._groups[-1].append(one)
        self._sizes, self._used = sizes, used
        return True

    @property
    def guards(self) -> tuple[str, ...]:
        return tuple(f"g{number}" for number in range(len(self._groups)))

    @property
    def properties(self) -> tuple[str, ...]:
        return (*self.guards, *(name for slot in self._used for name in self._slots[slot].properties))

    def network(self, record: str, encoder: Encoder) -> Network:
        productions = {f"{number}": production for number, production in enumerate(self._productions())}
        of_record = {slot for slot in self._used if encoder.of_record(self._slots[slot].node, record)}
        return Network(
            record,
            productions,
            tuple(one.rule.id for group in self._groups for one in group),
            tuple(slot for slot in self._used if slot not in of_record),
            tuple(slot for slot in self._used if slot in of_record),
            self.guards,
        )

    def _productions(self) -> Iterable[Production]:
        for guard, group in zip(self.guards, self._groups, strict=True):
            for one in group:
                for holds, tests in one.alternatives:
                    yield Production(one.rule.id, holds, (Probe(guard, "==", 1), *tests))
