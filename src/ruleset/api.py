"""The front door of the library: load a rule set, evaluate a case."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from ruleset.engines import Engine, Evaluator
from ruleset.loading.folder import load_folder
from ruleset.loading.problems import LoadError, Problem
from ruleset.model import Case, Outcome, RuleSet, Where
from ruleset.outcome import outcome
from ruleset.outcome import to_json as outcome_json
from ruleset.program import compile_program
from ruleset.types import near
from ruleset.wording import Voice

FEW: Final = 20
"""Cases of a rule set in one process up to which making it ready would cost more than it saves."""


def load(name: str | Path) -> RuleSet:
    """Return a rule set by its id (`"loyalty"`: one that an installed plug-in brings) or by its folder.

    Raises:
        LoadError: no such rule set, or something is wrong with its files; every problem is named with its place.
    """
    from ruleset.plugins.registry import registry

    found = registry()
    if isinstance(name, Path) or Path(name).is_dir():
        return load_folder(Path(name), found.functions, found.get)
    ruleset = found.get(str(name))
    if ruleset is None:
        raise LoadError([Problem(Where(str(name)), f"jeu de règles inconnu{near(str(name), found.ids())}")])
    return ruleset


def evaluate(ruleset: RuleSet, case: Case, *, ask: bool = True) -> Outcome:
    """Return what a rule set says of a case.

    Args:
        ruleset: from `load`.
        case: from `make_case` or a case file; its language is the one of the words.
        ask: whether to seek the next questions too (the dearest part).
    """
    situation = _whole_cases(ruleset).solve(compile_program(ruleset), case)
    return outcome(situation, Voice.of(ruleset, case.lang), ask=ask)


def _whole_cases(ruleset: RuleSet) -> Engine:
    """Return the engine of a whole case: the compiled one, once a rule set is seen to be used again and again."""
    if next(_uses(ruleset)) < FEW:
        return Evaluator()
    from ruleset.engines.compiled import CompiledEngine

    return CompiledEngine()


@functools.lru_cache(maxsize=64)
def _uses(_: RuleSet) -> Iterator[int]:
    return itertools.count()


def to_json(found: Outcome, ruleset: RuleSet) -> dict[str, Any]:
    """Return an outcome as the JSON object of the contract."""
    return outcome_json(found, ruleset)
