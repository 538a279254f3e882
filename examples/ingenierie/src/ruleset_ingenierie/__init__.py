"""Building-engineering missions: what a project needs, by phase and department, and what the law asks of it."""

from importlib.resources import files
from pathlib import Path

from ruleset import hookimpl
from ruleset_ingenierie.report import ruleset_report

__all__ = ["ruleset_report", "ruleset_rulesets"]


@hookimpl
def ruleset_rulesets() -> list[Path]:
    """Return the folder of the rules."""
    return [Path(str(files("ruleset_ingenierie") / "rules"))]
