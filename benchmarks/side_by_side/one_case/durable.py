"""durable_rules by itself, through its C extension and through its public API, in the subset where it does not fail.

One fact for each network; definitions are a stratum of their own, whose firings go into the facts of the rules. Every
production begins with a guard, twenty-four behind each (see `ruleset.engines.subset` for why). Complete cases only: no
production says that a rule is ruled out, which the session engine of ours needs too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Any

import attrs
from benchmarks.side_by_side.form import Base, Comparison, Condition, Literal_, plain
from benchmarks.side_by_side.one_case import Engine, Local
from benchmarks.side_by_side.one_case.zen import plain_case

BEHIND_A_GUARD = 24
PRODUCTIONS = 24 * 16
"""In a network: more make each fact dearer, fewer make more facts."""
WORDS = {"!=": "$neq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}


@attrs.frozen
class Network:
    """Productions registered together: `rules` by the name of the production, `reads` what their fact holds."""

    name: str
    definition: dict[str, Any]
    rules: dict[str, str]
    reads: tuple[str, ...]
    guards: dict[str, int]

    def fact(self, case: dict[str, Any]) -> dict[str, Any]:
        """Return the fact of a case."""
        return {"id": "c", "sid": "s", **self.guards, **{name: case[name] for name in self.reads}}


def networks(name: str, conditions: dict[str, Condition]) -> Iterator[Network]:
    """Yield the networks of a stratum."""
    alternatives = [(id_, one) for id_, condition in conditions.items() for one in product(*condition)]
    for start in range(0, len(alternatives), PRODUCTIONS):
        part = alternatives[start : start + PRODUCTIONS]
        guards = [f"g{n // BEHIND_A_GUARD}" for n in range(len(part))]
        reads = {one.input.id if isinstance(one, Comparison) else one.definition for _, both in part for one in both}
        yield Network(
            f"{name}{start}",
            {
                f"{n}": {"all": [{"m": {"$and": [{guard: 1}, *map(test, both)]}}]}
                for n, (guard, (_, both)) in enumerate(zip(guards, part, strict=True))
            },
            {f"{n}": id_ for n, (id_, _) in enumerate(part)},
            tuple(sorted(reads)),
            dict.fromkeys(guards, 1),
        )


def test(literal: Literal_) -> dict[str, Any]:
    """Return a literal as durable_rules reads it."""
    if not isinstance(literal, Comparison):
        return {literal.definition: not literal.negated}
    one = {literal.input.id: plain(literal.value)}
    return one if literal.operator == "==" else {WORDS[literal.operator]: one}


def deciding(base: Base, register: Callable[[Network], Callable[[dict[str, Any]], Iterable[str]]]) -> Local:
    """Return the two strata, each network fired by what `register` gives."""
    strata = [
        [(network, register(network)) for network in networks(name, conditions)]
        for name, conditions in ((f"{base.name}-definitions", base.definitions), (f"{base.name}-rules", base.rules))
    ]

    def run(case: dict[str, Any]) -> set[str]:
        case = case | dict.fromkeys(base.definitions, False)
        found: set[str] = set()
        for stratum in strata:
            found = {
                network.rules[name] for network, fire in stratum for name in fire(network.fact(case))
            }  # fmt: skip
            case |= dict.fromkeys(found, True)
        return found

    return Local(run, plain_case)


def by_extension(base: Base) -> Local:
    """Load a rule set into the C extension."""
    import durable_rules_engine as extension

    def register(network: Network) -> Callable[[dict[str, Any]], Iterable[str]]:
        handle = extension.create_ruleset(network.name, json.dumps(network.definition))

        def fire(fact: dict[str, Any]) -> list[str]:
            status, state = extension.assert_fact(handle, json.dumps(fact))
            fired: list[str] = []
            if status == 0:
                message = extension.start_action_for_state(handle, state)[1]
                while message is not None:
                    fired.append(message[2 : message.index('"', 2)])
                    message = extension.complete_and_start_action(handle, state)
                extension.retract_fact(handle, '{"id":"c","sid":"s"}')
            return fired

        return fire

    return deciding(base, register)


def by_public_api(base: Base) -> Local:
    """Load a rule set into a host, without its timer threads: they take firings away."""
    from durable.engine import Host, MessageNotHandledException

    class Quiet(Host):  # type: ignore[misc]
        def _run(self) -> None: ...

    host = Quiet()

    def register(network: Network) -> Callable[[dict[str, Any]], Iterable[str]]:
        fired: list[str] = []

        def note(name: str) -> Callable[[Any], None]:
            return lambda c: fired.append(name)  # noqa: ARG005  durable_rules counts an action's arguments

        host.set_rulesets({network.name: {name: one | {"run": note(name)} for name, one in network.definition.items()}})

        def fire(fact: dict[str, Any]) -> list[str]:
            fired.clear()
            try:
                host.assert_fact(network.name, fact)
                host.retract_fact(network.name, {"id": "c", "sid": "s"})
            except MessageNotHandledException:
                pass  # no production wants it
            return list(fired)

        return fire

    return deciding(base, register)


EXTENSION = Engine(
    "durable_rules, extension", by_extension, "facts given to the C extension itself, in two strata", "durable-rules"
)
PUBLIC = Engine(
    "durable_rules, public API",
    by_public_api,
    "`Host.assert_fact` with an action for each production",
    "durable-rules",
    slow=True,
)
