"""The part of durable_rules 2.0.28 that was never seen to fail, and the proof that a network lies inside it.

The bounds come from its sources and from measuring; outside them it hangs, crashes or loses firings. The proof reads
what is about to be registered, not how it was made.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final, TypeAlias

import attrs

from ruleset.expressions.tree import Comparison

Constant: TypeAlias = bool | int | str

MAX_PENDING: Final = 64
"""Branches that may wait in one fact: error 303 beyond, and nothing fires."""
MAX_PROPERTIES: Final = 200
"""Properties of a fact, guards, id and session included: error 302 from 254."""
MAX_CHILDREN: Final = 400
"""Different tests after one test: the process hangs for ever beyond 512."""
MAX_PRODUCTIONS: Final = 900
"""Productions of one network (4 096 is the most), so that registering stays short."""
MAX_SAME: Final = 120
"""Productions with the very same tests (256 is the most)."""
MAX_INTEGER: Final = 2**53 - 1
MAX_TEXT: Final = 65_000
"""Characters of a text as it is written in a fact (its length is kept in 16 bits)."""

IDENTITY: Final = ("id", "sid")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_RESERVED: Final = (
    *IDENTITY, "all", "any", "pri", "count", "cap", "dist", "m", "name", "$s", "$i", "$m", "$l", "$r", "$forward",
    "$lt", "$lte", "$gt", "$gte", "$eq", "$neq", "$mt", "$imt", "$iall", "$iany", "$ex", "$nex", "$or", "$and",
    "$add", "$sub", "$mul", "$div",
)  # fmt: skip
_WORDS: Final[dict[Comparison, str]] = {"!=": "$neq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}


class OutsideSubsetError(ValueError):
    """What was about to be registered is not known to be safe."""


@attrs.frozen
class Probe:
    """One test of a pattern: a property of the fact compared with a constant; false where the property is absent."""

    property: str
    operator: Comparison
    constant: Constant

    def written(self) -> dict[str, object]:
        """Return the test as durable_rules reads it."""
        test: dict[str, object] = {self.property: self.constant}
        return test if self.operator == "==" else {_WORDS[self.operator]: test}


Pattern: TypeAlias = tuple[Probe, ...]
"""Tests that a fact must all pass; the first is the guard of its group."""


def fits_text(text: str) -> bool:
    """Whether a text may be a constant of a pattern."""
    return unicodedata.is_normalized("NFC", text) and len(written_text(text)) < MAX_TEXT


def written_text(text: str) -> str:
    """Return a text as facts and patterns hold it: in ASCII (durable_rules has cut other characters in two)."""
    return json.dumps(text)


def prove(patterns: Mapping[str, Pattern], properties: Collection[str]) -> None:
    """Prove that a network is safe for every fact that has some of the properties, and all of the guards.

    Args:
        patterns: the tests of each production.
        properties: what a fact can hold, guards included, without its id and session.

    Raises:
        OutsideSubsetError: it cannot be proved; the message names the bound, in French.
    """
    groups = Counter(_guard(name, pattern) for name, pattern in patterns.items())
    _require(len(patterns) <= MAX_PRODUCTIONS, f"{len(patterns)} productions (au plus {MAX_PRODUCTIONS})")
    pending = len(groups) + max(groups.values(), default=1) - 1
    _require(pending <= MAX_PENDING, f"{pending} branches en attente (au plus {MAX_PENDING})")
    count = len(set(properties)) + len(IDENTITY)
    _require(count <= MAX_PROPERTIES, f"{count} propriétés dans un fait (au plus {MAX_PROPERTIES})")
    _prove_names({*properties, *(test.property for pattern in patterns.values() for test in pattern)}, properties)
    for pattern in set(patterns.values()):
        for test in pattern:
            _prove_test(test)
    _prove_tree(patterns)


def _guard(name: str, pattern: Pattern) -> str:
    _require(bool(pattern), f"la production « {name} » ne teste rien")
    guard = pattern[0]
    _require(
        guard.property.startswith("g") and guard.operator == "==" and guard.constant == 1,
        f"la production « {name} » ne commence pas par sa garde",
    )
    _require(
        all(not test.property.startswith("g") for test in pattern[1:]), f"la production « {name} » a plusieurs gardes"
    )
    return guard.property


def _prove_names(names: Collection[str], properties: Collection[str]) -> None:
    _require(set(names) <= set(properties), "une production teste une propriété qu'aucun fait ne porte")
    for name in names:
        _require(_NAME.fullmatch(name) is not None, f"nom de propriété « {name} »")
    hashes = Counter(name_hash(name) for name in {*names, *_RESERVED})
    _require(max(hashes.values()) == 1, "deux noms de propriété se confondent dans durable_rules")


def _prove_test(test: Probe) -> None:
    constant = test.constant
    if isinstance(constant, bool):
        _require(test.operator == "==", "un oui/non ne se teste que par l'égalité")
    elif isinstance(constant, int):
        _require(abs(constant) <= MAX_INTEGER, f"l'entier {constant} dépasse 53 bits")
    else:
        _require(test.operator in ("==", "!="), "un texte ne se teste que par l'égalité")
        _require(fits_text(constant), "un texte trop long ou hors de la forme NFC")


def _prove_tree(patterns: Mapping[str, Pattern]) -> None:
    """Count the children of each node of the shared tree of tests."""
    children: dict[Pattern, set[Probe]] = {}
    for pattern in patterns.values():
        for length, test in enumerate(pattern):
            children.setdefault(pattern[:length], set()).add(test)
    most = max((len(found) for found in children.values()), default=0)
    _require(most < MAX_CHILDREN, f"{most} tests différents sous un même nœud (au plus {MAX_CHILDREN})")
    same = max(Counter(patterns.values()).values(), default=0)
    _require(same <= MAX_SAME, f"{same} productions aux mêmes tests (au plus {MAX_SAME})")


def _require(safe: bool, otherwise: str) -> None:
    if not safe:
        raise OutsideSubsetError(f"hors du domaine sûr de durable_rules : {otherwise}")


def name_hash(name: str) -> int:
    """Return the 32 bits by which durable_rules knows a property (FNV-1a): it never compares the names themselves."""
    found = 0x811C9DC5
    for byte in name.encode("ascii"):
        found = ((found ^ byte) * 0x01000193) & 0xFFFFFFFF
    return found
