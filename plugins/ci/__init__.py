"""Innovation centres and zones in Québec: which path suits a project, which centres compare, what is missing."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

from ruleset import RuleSet, hookimpl

TOWN_CENTRE = "town_centre"


@hookimpl
def ruleset_rulesets() -> list[Path]:
    """Return the folder of the rule set `ci`."""
    return [Path(str(files("ruleset_rules") / "ci"))]


def directory(ruleset: RuleSet) -> list[dict[str, str]]:
    """Return the directory of centres as texts, in its order; what is not known is empty.

    Each row has the fields of the reference table `centre`, then `latitude` and `longitude` in degrees (WGS 84) and
    `location_precision`: the coordinates are those of the town's centre, never of the building.
    """
    towns = {_text(row["city"]): row for row in ruleset.records["town"].rows or ()}
    found = []
    for row in ruleset.records["centre"].rows or ():
        town = towns.get(_text(row["city"]))
        found.append(
            {field: _text(value) for field, value in row.items()}
            | {
                "latitude": _text(town["latitude"]) if town else "",
                "longitude": _text(town["longitude"]) if town else "",
                "location_precision": TOWN_CENTRE if town else "",
            }
        )
    return found


def directory_csv(ruleset: RuleSet) -> str:
    """Return the directory as CSV: UTF-8 text, comma, one header line, lines ended as RFC 4180 asks."""
    rows = directory(ruleset)
    written = io.StringIO()
    writer = csv.DictWriter(written, fieldnames=list(rows[0]) if rows else [])
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def directory_geojson(ruleset: RuleSet) -> dict[str, Any]:
    """Return the directory as a GeoJSON FeatureCollection (RFC 7946); a centre without a known town has no geometry."""
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "id": row["id"], "geometry": _point(row), "properties": _properties(row)}
            for row in directory(ruleset)
        ],
    }


def _point(row: dict[str, str]) -> dict[str, Any] | None:
    if not row["latitude"]:
        return None
    return {"type": "Point", "coordinates": [float(row["longitude"]), float(row["latitude"])]}


def _properties(row: dict[str, str]) -> dict[str, str]:
    return {field: value for field, value in row.items() if field not in ("latitude", "longitude") and value}


def _text(value: object) -> str:
    """Return a cell as its file writes it: *none* is empty, an exact number is a decimal."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{float(value):g}" if isinstance(value, Fraction) else str(value)
