"""A reference table as CSV, GeoJSON and JSON."""

import csv
import io
import json
from pathlib import Path

import pytest

from ruleset.exchange.reference import as_text, to_csv, to_data, to_geojson
from ruleset.exchange.whole import write_whole
from ruleset.loading.folder import load_folder
from ruleset.model import RuleSet
from ruleset.reference import entries, tables
from ruleset.wording import Voice

RULES = """
ruleset: places
title: Lieux
version: '1'
sources: {R: {title: Rapport}}
reference:
  place:
    title: Lieu
    plural: places
    file: places.csv
    source: R
    fields:
      id: {type: text, ask: Repère}
      about: {type: text, translate: true, ask: "Présentation, en bref"}
      kind: {type: choice, ask: Genre, choices: {lab: Laboratoire}}
      open: {type: yes_no, ask: Ouvert}
      since: {type: date, ask: Depuis}
      cost: {type: money, currency: CAD, ask: Coût}
      latitude: {type: number, min: -90, max: 90, ask: Latitude}
      longitude: {type: number, min: -180, max: 180, ask: Longitude}
  bare: {title: Nu, plural: bares, file: bare.csv, fields: {code: {type: text, ask: Code}}}
"""


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    folder = tmp_path_factory.mktemp("places")
    (folder / "a.yaml").write_text(RULES, encoding="utf-8")
    (folder / "places.csv").write_text(
        "id,about,kind,open,since,cost,latitude,longitude\n"
        'a,"Bois, « vert »\nsuite",lab,true,2022-02-21,1200.50,47.83,-69.54\n'
        "b,,,,,,,\n",
        encoding="utf-8",
    )
    (folder / "bare.csv").write_text("code\nx\n", encoding="utf-8")
    catalogue = folder / "locale" / "en" / "LC_MESSAGES"
    catalogue.mkdir(parents=True)
    (catalogue / "rules.po").write_text('msgid "Laboratoire"\nmsgstr "Laboratory"\n', encoding="utf-8")
    return load_folder(folder)


def test_a_csv_file_has_labels_and_plain_numbers_and_days(places: RuleSet) -> None:
    table, voice = tables(places)["place"], Voice.of(places, "fr")
    rows = list(csv.reader(io.StringIO(to_csv(table, entries(table, voice), voice), newline="")))
    assert rows == [
        ["Repère", "Présentation, en bref", "Genre", "Ouvert", "Depuis", "Coût", "Latitude", "Longitude"],
        ["a", "Bois, « vert »\nsuite", "Laboratoire", "oui", "2022-02-21", "1200.50", "47.83", "-69.54"],
        ["b", "", "", "", "", "", "", ""],
    ]


def test_geojson_has_a_point_for_each_row_with_coordinates(places: RuleSet) -> None:
    table, voice = tables(places)["place"], Voice.of(places, "en")
    found = to_geojson(table, entries(table, voice), voice)
    first, second = found["features"]
    assert (found["type"], first["type"], first["id"]) == ("FeatureCollection", "Feature", "a")
    assert first["geometry"] == {"type": "Point", "coordinates": [-69.54, 47.83]}
    assert first["properties"] == {
        "id": "a",
        "about": "Bois, « vert »\nsuite",
        "kind": "Laboratory",
        "open": "yes",
        "since": "2022-02-21",
        "cost": "1200.50",
    }
    assert second == {"type": "Feature", "id": "b", "geometry": None, "properties": {"id": "b"}}


def test_a_table_without_coordinates_has_no_geojson(places: RuleSet) -> None:
    table, voice = tables(places)["bare"], Voice.of(places, "fr")
    with pytest.raises(ValueError, match="la table « bare » n'a pas de coordonnées"):
        as_text("geojson", table, entries(table, voice), voice)


def test_json_has_the_ids_with_the_words_beside(places: RuleSet) -> None:
    table, voice = tables(places)["place"], Voice.of(places, "en")
    found = to_data(table, entries(table, voice), voice)
    assert found["rows"][0]["kind"] == "lab"
    assert found["rows"][1] == {"id": "b", **dict.fromkeys(list(table.fields)[1:])}
    assert found["fields"]["kind"] == {"label": "Genre", "type": "choice", "unit": "", "choices": {"lab": "Laboratory"}}
    assert found["sources"] == ["R"]
    assert json.loads(as_text("json", table, entries(table, voice), voice)) == found


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_whole(path, b"one")
    path.chmod(0o640)
    write_whole(path, b"two")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"two", 0o640)
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        write_whole(tmp_path / "folder", b"three")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.csv", "folder"]
