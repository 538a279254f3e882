"""The hook specifications of plug-ins (pluggy project name and entry-point group: `ruleset`)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from ruleset.expressions.functions import Function
    from ruleset.model import Case, Outcome

hookspec = pluggy.HookspecMarker("ruleset")
hookimpl = pluggy.HookimplMarker("ruleset")


@hookspec
def ruleset_rulesets() -> Iterable[Path]:
    """Return the folders of the rule sets that the plug-in brings."""
    raise NotImplementedError


@hookspec
def ruleset_functions() -> Iterable[Function]:
    """Return the typed pure functions that its rule sets may call."""
    raise NotImplementedError


@hookspec
def ruleset_report(outcome: Outcome) -> Iterable[dict[str, Any]]:
    """Return extra sections of a report: tables, timelines, charts, as data."""
    raise NotImplementedError


@hookspec
def ruleset_check(case: Case) -> Iterable[str]:
    """Return what is inconsistent between the answers of a case, in words for who answered."""
    raise NotImplementedError
