"""The hook specifications of plug-ins (pluggy project name and entry-point group: `ruleset`)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from ruleset.expressions.functions import Function
    from ruleset.model import Case, Outcome
    from ruleset.reports.sections import Section
    from ruleset.wording import Voice

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
def ruleset_report(outcome: Outcome, case: Case, voice: Voice) -> Iterable[Section]:
    """Return extra sections of a report: tables, timelines, charts, as data.

    Args:
        outcome: of any rule set; a plug-in answers for its own (`outcome.ruleset`).
        case: the answers and records behind it.
        voice: its rule set, and the words of the report's language. An implementation takes those it needs.
    """
    raise NotImplementedError


@hookspec
def ruleset_check(case: Case) -> Iterable[str]:
    """Return what is inconsistent between the answers of a case, in words for who answered."""
    raise NotImplementedError
