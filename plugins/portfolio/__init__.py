"""Portfolio of a digital or game artist in Québec: pieces, audit, income, price, calls and calendar."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from ruleset import Function, Type, hookimpl
from ruleset_plugins.portfolio.report import ruleset_report

__all__ = ["ruleset_functions", "ruleset_report", "ruleset_rulesets"]


@hookimpl
def ruleset_rulesets() -> list[Path]:
    """Return the folder of the rule set `portfolio`."""
    return [Path(str(files("ruleset_rules") / "portfolio"))]


def _alphabetically_before(one: str, other: str) -> bool:
    """Return whether a text comes strictly before another, by code points, whatever the machine's language."""
    return one < other


def _alphabetically_before_sql(dialect: str, one: Any, other: Any) -> Any:
    """Return the same comparison for a database; PostgreSQL would compare by its own language."""
    from sqlglot import exp

    if dialect == "postgres":
        one = exp.Collate(this=one, expression=exp.to_identifier("C", quoted=True))
    return exp.LT(this=one, expression=other)


@hookimpl
def ruleset_functions() -> list[Function]:
    """Return the functions of the rule set.

    `alphabetically_before` breaks the ties of a ranking by name: expressions compare texts for equality only.
    """
    return [
        Function(
            "alphabetically_before",
            ("text", "text"),
            Type("yes_no"),
            _alphabetically_before,
            sql=_alphabetically_before_sql,
            doc="Whether a text comes strictly before another, by code points.",
        )
    ]
