"""One situation, answer by answer: forward chaining on durable_rules.

A rule holds when the production of its condition fires, is ruled out when the one of its negation does, and is open
when neither does. Strata follow one another; definitions are computed between them by the reference semantics.
"""

from __future__ import annotations

import collections
import logging
from collections.abc import Hashable, Iterable, Mapping
from typing import Final

import attrs

from ruleset.engines.encoding import UnsafeValueError
from ruleset.engines.forward import LOCK, Forward, ForwardError
from ruleset.engines.plan import Network, Plan, Stage, make_plan
from ruleset.expressions.evaluate import NOTHING_BOUND, Bound
from ruleset.model import Case, RuleSet
from ruleset.program import Program
from ruleset.situation import Situation

KEPT: Final = 16
"""Programs kept registered, the last used; each costs 0.1 to 2 MB."""

FAULTS: Final = 3
"""Faults of durable_rules on one program after which it is not tried again."""

_log = logging.getLogger(__name__)


@attrs.frozen
class PlanReport:
    """What durable_rules computes of a program: how many rules, in how many networks and productions.

    `native` atoms are compared by durable_rules, `computed` ones by us; `evaluated` names the rules that are left to
    the reference evaluator, each with the reason.
    """

    rules: int
    networks: int
    productions: int
    native: int
    computed: int
    evaluated: Mapping[str, str]

    def __str__(self) -> str:
        text = (
            f"{self.rules - len(self.evaluated)} règles sur {self.rules} par durable_rules "
            f"({self.productions} productions, {self.networks} réseaux)"
        )
        return f"{text} ; par l'évaluateur : {len(self.evaluated)}" if self.evaluated else text


class _Settling(Situation):
    """A case whose statuses come from outside."""

    def unsettled(self, network: Network) -> Iterable[int | None]:
        """Return the records for which a rule of a network was not taken over from an earlier case."""
        numbers = self.numbers(network.record)
        if self._touched is None:
            return numbers
        found = frozenset[int | None]().union(*(self._touched.get(("rule", rule), ()) for rule in network.rules))
        return [number for number in numbers if number in found] if found else ()

    def settle(self, network: Network, number: int | None, fired: list[str]) -> None:
        """Take what fired in a network (for a record)."""
        found = set(map(network.outcomes.__getitem__, fired))
        settled = dict(found)
        if len(settled) < len(found):
            raise ForwardError("une règle et son contraire")
        statuses = network.all_open | settled
        self._statuses.update(zip(network.places(number), statuses.values(), strict=True))


@attrs.frozen(eq=False)
class _Registered:
    """A plan, with the registered networks of each of its stages."""

    plan: Plan
    networks: tuple[tuple[Forward, ...], ...]


class SessionEngine:
    """Computes cases with durable_rules; safe to share between threads, which take turns.

    A case that durable_rules cannot take (a value that its question does not allow, a fault of durable_rules) is
    computed by the reference evaluator; `handed_over` counts them.
    """

    name: str = "durable_rules"

    def __init__(self, kept: int = KEPT) -> None:
        """Keep at most so many programs registered."""
        self._kept = kept
        self._registered: collections.OrderedDict[Hashable, _Registered] = collections.OrderedDict()
        self._faults: collections.Counter[Hashable] = collections.Counter()
        self.handed_over = 0

    def solve(self, program: Program, case: Case) -> Situation:
        """Return the case with every value and status computed.

        It differs from the evaluator's only by a fault; see `ruleset.engines.verifying`.
        """
        return self._computed(_Settling(program, case))

    def follow(self, before: Situation, case: Case) -> Situation:
        """Return a case computed like an earlier one, but for what the answers that differ cannot reach."""
        return self._computed(_Settling(before.program, case).follow(before))

    def _computed(self, situation: _Settling) -> Situation:
        program, case = situation.program, situation.case
        try:
            _settle(self._register(program), situation)
        except (UnsafeValueError, ForwardError) as error:
            self._hand_over(program, error)
            return Situation(program, case).compute()
        if situation.diagnostics:
            # Atoms are all computed, those too that the evaluator never comes to: what it reports is what counts.
            situation.diagnostics[:] = Situation(program, case).compute().diagnostics
        return situation

    def explain_plan(self, program: Program) -> PlanReport:
        """Return what durable_rules computes of a program, and what it does not."""
        plan = self._register(program).plan
        native = sum(slot.name.startswith("v") for slot in plan.slots)
        return PlanReport(
            len(program.ruleset.rules),
            len(plan.networks),
            sum(len(network.productions) for network in plan.networks),
            native,
            len(plan.slots) - native,
            plan.reasons,
        )

    def _register(self, program: Program) -> _Registered:
        key = _key(program.ruleset)
        with LOCK:
            if self._faults[key] > FAULTS:
                raise ForwardError("trop de défauts")
            found = self._registered.pop(key, None) or _registered(make_plan(program))
            self._registered[key] = found
            while len(self._registered) > self._kept:
                self._registered.popitem(last=False)
            return found

    def _hand_over(self, program: Program, error: Exception) -> None:
        key = _key(program.ruleset)
        with LOCK:
            self.handed_over += 1
            if isinstance(error, ForwardError):
                self._faults[key] += 1
                self._registered.pop(key, None)
        _log.warning("durable_rules : %s ; ce cas de %s est calculé par l'évaluateur", error, program.ruleset.id)


def _settle(registered: _Registered, situation: _Settling) -> None:
    rules = situation.ruleset.rules
    facts = _Facts(registered.plan, situation)
    for stage, networks in zip(registered.plan.stages, registered.networks, strict=True):
        _compute_definitions(stage, situation)
        for network, forward in zip(stage.networks, networks, strict=True):
            for number in situation.unsettled(network):
                fact = facts.of(network, number)
                with LOCK:
                    fired = forward.fire(fact)
                situation.settle(network, number, fired)
        for id_ in stage.evaluated:
            for number in situation.changed(("rule", id_), situation.numbers(rules[id_].record)):
                situation.rule_status(id_, number)


def _registered(plan: Plan) -> _Registered:
    return _Registered(plan, tuple(tuple(Forward(network) for network in stage.networks) for stage in plan.stages))


def _key(ruleset: RuleSet) -> Hashable:
    return (ruleset.id, ruleset.content) if ruleset.content else ruleset


def _compute_definitions(stage: Stage, situation: Situation) -> None:
    definitions = situation.ruleset.definitions
    for id_ in stage.definitions:
        for number in situation.changed(("definition", id_), situation.numbers(definitions[id_].record)):
            situation.value(id_, number)


class _Facts:
    """The facts of one case; each slot is read once (once for each record)."""

    def __init__(self, plan: Plan, situation: Situation) -> None:
        self._slots = plan.slots
        self._situation = situation
        self._of_case: list[str | None] = [None] * len(plan.slots)
        self._of_record: dict[tuple[str, int | None], list[str | None]] = {}

    def of(self, network: Network, number: int | None) -> str:
        """Return the fact of the case (with a record) for a network."""
        parts = [network.prefix, self._read(network.case_slots, self._of_case, NOTHING_BOUND)]
        if number is not None:
            known = self._of_record.setdefault((network.record, number), [None] * len(self._slots))
            parts.append(self._read(network.record_slots, known, {network.record: number}))
        return "".join([*parts, "}"])

    def _read(self, slots: tuple[int, ...], known: list[str | None], bound: Bound) -> str:
        read = []
        for slot in slots:
            fragment = known[slot]
            if fragment is None:
                fragment = known[slot] = self._slots[slot].fragment(self._situation, bound)
            read.append(fragment)
        return "".join(read)
