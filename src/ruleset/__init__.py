"""Declarative, dated, cited rule sets: guided questionnaires, three-valued reasoning, explanations to the article.

>>> from ruleset import load, make_case, evaluate
>>> loyalty = load("loyalty")
>>> evaluate(loyalty, make_case(loyalty, {"employer_kind": "private"})).ruleset
'loyalty'

Everything here is public; names of the modules below are not promised.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ruleset.api import evaluate, load, to_json
    from ruleset.expressions.functions import Function
    from ruleset.interview import Interview
    from ruleset.loading.cases import make_case
    from ruleset.loading.problems import LoadError, Problem, RulesetError
    from ruleset.model import Case, Finding, Outcome, RuleSet
    from ruleset.plugins.hooks import hookimpl
    from ruleset.types import UNKNOWN, Period, Type

_HOME = {
    "UNKNOWN": "types",
    "Case": "model",
    "Finding": "model",
    "Function": "expressions.functions",
    "Interview": "interview",
    "LoadError": "loading.problems",
    "Outcome": "model",
    "Period": "types",
    "Problem": "loading.problems",
    "RuleSet": "model",
    "RulesetError": "loading.problems",
    "Type": "types",
    "evaluate": "api",
    "hookimpl": "plugins.hooks",
    "load": "api",
    "make_case": "loading.cases",
    "to_json": "api",
}

__all__ = [
    "UNKNOWN",
    "Case",
    "Finding",
    "Function",
    "Interview",
    "LoadError",
    "Outcome",
    "Period",
    "Problem",
    "RuleSet",
    "RulesetError",
    "Type",
    "evaluate",
    "hookimpl",
    "load",
    "make_case",
    "to_json",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: a program pays only for what it needs."""
    if name in _HOME:
        value = getattr(importlib.import_module(f"ruleset.{_HOME[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'ruleset' has no attribute {name!r}")
