"""Innovation centres and zones in Québec: which path suits a project, which centres compare, what is missing."""

from importlib.resources import files
from pathlib import Path

from ruleset import hookimpl
from ruleset_plugins.ci.report import ruleset_report

__all__ = ["ruleset_report", "ruleset_rulesets"]


@hookimpl
def ruleset_rulesets() -> list[Path]:
    """Return the folder of the rule set `ci`."""
    return [Path(str(files("ruleset_rules") / "ci"))]
