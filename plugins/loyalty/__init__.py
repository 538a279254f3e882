"""Loyalty, exclusivity, non-compete: may an employee in France create, take over or hold a company?"""

from importlib.resources import files
from pathlib import Path

from ruleset import hookimpl


@hookimpl
def ruleset_rulesets() -> list[Path]:
    """Return the folder of the rule set `loyalty`."""
    return [Path(str(files("ruleset_rules") / "loyalty"))]
