"""Rows of a reference table for other programs: CSV and GeoJSON in the words of a language, JSON by ids."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any, Final

from ruleset.model import RecordType
from ruleset.reference import LATITUDE, LONGITUDE, Entry, located
from ruleset.types import Value, encode
from ruleset.wording import Voice

_IN_WORDS: Final = ("choice", "choices", "yes_no", "text")


def to_csv(table: RecordType, found: Iterable[Entry], voice: Voice) -> str:
    """Return rows as CSV (RFC 4180): the labels of the fields, then choices by label, numbers and days as programs
    write them, nothing for *none*.
    """
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(voice.own(field.ask) for field in table.fields.values())
    for one in found:
        writer.writerow(_plain(one, id, table) for id in table.fields)
    return written.getvalue()


def _plain(one: Entry, id: str, table: RecordType) -> object:
    kind = table.fields[id].type
    if one.values[id] is None or kind.kind in _IN_WORDS:
        return one.words[id]
    return encode(one.values[id], kind)


def to_geojson(table: RecordType, found: Iterable[Entry], voice: Voice) -> dict[str, Any]:
    """Return rows as a GeoJSON FeatureCollection (RFC 7946): points in degrees, the other fields by id as properties,
    choices by label. A row without coordinates has no geometry; what is *none* is left out.

    Raises:
        ValueError: rows of this table are not points of a map.
    """
    if not located(table):
        raise ValueError(
            voice.ui("la table « {table} » n'a pas de coordonnées (champs latitude et longitude)").format(
                table=table.id
            )
        )
    features = []
    for one in found:
        id = {} if one.values.get("id") is None else {"id": one.values["id"]}
        body = {"geometry": _point(one.values), "properties": _properties(one, table)}
        features.append({"type": "Feature", **id, **body})
    return {"type": "FeatureCollection", "name": voice.own(table.title), "features": features}


def _point(row: Mapping[str, Value]) -> dict[str, Any] | None:
    latitude, longitude = row[LATITUDE], row[LONGITUDE]
    if not isinstance(latitude, (int, Fraction)) or not isinstance(longitude, (int, Fraction)):
        return None
    return {"type": "Point", "coordinates": [float(longitude), float(latitude)]}


def _properties(one: Entry, table: RecordType) -> dict[str, Any]:
    ids = [id for id, value in one.values.items() if value is not None and id not in (LATITUDE, LONGITUDE)]
    return {id: _plain(one, id, table) for id in ids}


def to_data(table: RecordType, found: Iterable[Entry], voice: Voice) -> dict[str, Any]:
    """Return a table as JSON-able data: its fields with their words, and rows by ids (null for *none*)."""
    own = voice.own
    return {
        "table": table.id,
        "title": own(table.title),
        "fields": {
            id: {
                "label": own(field.ask), "type": field.type.kind, "unit": field.unit or field.currency,
                "choices": {choice: own(field.labels.get(choice, choice)) for choice in field.type.choices or ()},
            }
            for id, field in table.fields.items()
        },
        "sources": list(table.sources),
        "rows": [
            {id: None if value is None else encode(value, table.fields[id].type) for id, value in one.values.items()}
            for one in found
        ],
    }  # fmt: skip


def as_text(form: str, table: RecordType, found: Iterable[Entry], voice: Voice) -> str:
    """Return rows as the text of a file: `csv`, `geojson` or `json`.

    Raises:
        ValueError: GeoJSON is asked for and rows are not points of a map.
    """
    import json

    if form == "csv":
        return to_csv(table, found, voice)
    build: Callable[[RecordType, Iterable[Entry], Voice], dict[str, Any]] = to_geojson if form == "geojson" else to_data
    return json.dumps(build(table, found, voice), ensure_ascii=False, indent=2) + "\n"
