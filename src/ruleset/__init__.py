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
    from ruleset.engines.compiled import compiled
    from ruleset.expressions.functions import Function
    from ruleset.interview import Interview
    from ruleset.loading.cases import make_case
    from ruleset.loading.problems import LoadError, Problem, RulesetError
    from ruleset.model import Case, Finding, Outcome, RuleSet
    from ruleset.plugins.hooks import hookimpl
    from ruleset.reports.contents import Report, report
    from ruleset.reports.sections import (
        Bar,
        BarChart,
        Event,
        Item,
        Items,
        Link,
        Map,
        Outline,
        Paragraphs,
        Place,
        Plan,
        Section,
        Stage,
        Table,
        Timeline,
        Tone,
    )
    from ruleset.reports.writing import write_report
    from ruleset.types import UNKNOWN, Period, Type
    from ruleset.wording import Voice

_HOME = {
    "UNKNOWN": "types",
    "Bar": "reports.sections",
    "BarChart": "reports.sections",
    "Case": "model",
    "Event": "reports.sections",
    "Finding": "model",
    "Function": "expressions.functions",
    "Interview": "interview",
    "Item": "reports.sections",
    "Items": "reports.sections",
    "Link": "reports.sections",
    "LoadError": "loading.problems",
    "Map": "reports.sections",
    "Outcome": "model",
    "Outline": "reports.sections",
    "Paragraphs": "reports.sections",
    "Period": "types",
    "Place": "reports.sections",
    "Plan": "reports.sections",
    "Problem": "loading.problems",
    "Report": "reports.contents",
    "RuleSet": "model",
    "RulesetError": "loading.problems",
    "Section": "reports.sections",
    "Stage": "reports.sections",
    "Table": "reports.sections",
    "Timeline": "reports.sections",
    "Tone": "reports.sections",
    "Type": "types",
    "Voice": "wording",
    "compiled": "engines.compiled",
    "evaluate": "api",
    "hookimpl": "plugins.hooks",
    "load": "api",
    "make_case": "loading.cases",
    "report": "reports.contents",
    "to_json": "api",
    "write_report": "reports.writing",
}

__all__ = [
    "UNKNOWN",
    "Bar",
    "BarChart",
    "Case",
    "Event",
    "Finding",
    "Function",
    "Interview",
    "Item",
    "Items",
    "Link",
    "LoadError",
    "Map",
    "Outcome",
    "Outline",
    "Paragraphs",
    "Period",
    "Place",
    "Plan",
    "Problem",
    "Report",
    "RuleSet",
    "RulesetError",
    "Section",
    "Stage",
    "Table",
    "Timeline",
    "Tone",
    "Type",
    "Voice",
    "compiled",
    "evaluate",
    "hookimpl",
    "load",
    "make_case",
    "report",
    "to_json",
    "write_report",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: a program pays only for what it needs."""
    if name in _HOME:
        value = getattr(importlib.import_module(f"ruleset.{_HOME[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'ruleset' has no attribute {name!r}")
