"""A report as JSON: the outcome of the contract, then the sections as data."""

from __future__ import annotations

import datetime as dt
import json
from fractions import Fraction
from typing import Any

import attrs

from ruleset.expressions.functions import round_to
from ruleset.outcome import to_json as outcome_json
from ruleset.reports.contents import Report
from ruleset.reports.sections import BLOCKS
from ruleset.situation import NUMBER_DECIMALS
from ruleset.types import decimal_text


def to_json(report: Report) -> str:
    """Return a report as JSON text: `outcome` (as `ruleset evaluate --json` gives it), `sections`, `missing`.

    A section has a title and a body; each part of the body says its `kind`, in the words of `ruleset.Table`, and so on.
    Exact numbers are decimals in a string, days are ISO.
    """
    data = {
        "title": report.title,
        "disclaimer": report.disclaimer,
        "outcome": outcome_json(report.outcome, report.voice.ruleset),
        "sections": [{"title": one.title, "body": [_plain(block) for block in one.body]} for one in report.sections],
        "missing": list(report.missing),
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _plain(value: object) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return decimal_text(round_to(value, NUMBER_DECIMALS))
    kind = type(value)
    if attrs.has(kind):
        named = {"kind": kind.__name__.lower()} if isinstance(value, BLOCKS) else {}
        return named | {field.name: _plain(getattr(value, field.name)) for field in attrs.fields(kind)}
    return value
