"""Reference tables as people browse them: which rows a condition keeps, and what a mistake in it says."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleset.loading.folder import load_folder
from ruleset.loading.problems import LoadError
from ruleset.model import RuleSet
from ruleset.reference import entries, folded, located, mentioning, name_field, read_condition, tables
from ruleset.types import BadValueError
from ruleset.wording import Voice

RULES = """
ruleset: places
title: Lieux
version: '1'
reference:
  place:
    title: Lieu
    plural: places
    name: name
    file: places.csv
    fields:
      name: {type: text, ask: Nom}
      about: {type: text, translate: true, ask: Présentation}
      region:
        type: choice
        ask: Région
        choices: {bsl: Bas-Saint-Laurent, sag: Saguenay–Lac-Saint-Jean, cn: Côte-Nord}
      open: {type: yes_no, ask: Ouvert}
      since: {type: date, ask: Depuis}
      staff: {type: integer, ask: Personnes}
      offers: {type: choices, ask: Services, choices: {room: Salle, lab: Laboratoire}}
      latitude: {type: number, min: -90, max: 90, ask: Latitude}
      longitude: {type: number, min: -180, max: 180, ask: Longitude}
"""
ROWS = """name,about,region,open,since,staff,offers,latitude,longitude
Halles,"Emballage, bois",bsl,true,2022-02-21,12,room|lab,47.83,-69.54
Élan,Aluminium vert,sag,false,2024-12-16,3,lab,48.43,-71.07
Quai,,cn,true,,,,,
"""


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    folder = tmp_path_factory.mktemp("places")
    (folder / "a.yaml").write_text(RULES, encoding="utf-8")
    (folder / "places.csv").write_text(ROWS, encoding="utf-8")
    catalogue = folder / "locale" / "en" / "LC_MESSAGES"
    catalogue.mkdir(parents=True)
    (catalogue / "rules.po").write_text(
        'msgid "Aluminium vert"\nmsgstr "Green aluminium"\n\nmsgid "Région"\nmsgstr "Region"\n', encoding="utf-8"
    )
    return load_folder(folder)


def kept(places: RuleSet, *conditions: str, lang: str = "fr") -> list[str]:
    table, voice = tables(places)["place"], Voice.of(places, lang)
    tests = [read_condition(text, table, voice) for text in conditions]
    return [one.words["name"] for one in entries(table, voice) if all(test.keeps(one) for test in tests)]


@pytest.mark.parametrize(
    ("conditions", "names"),
    [
        (["region=bsl"], ["Halles"]),
        (["region=Côte-Nord"], ["Quai"]),
        (["Région=cote-nord"], ["Quai"]),
        (["region=saguenay"], ["Élan"]),
        (["region=bsl|cn"], ["Halles", "Quai"]),
        (["region!=bsl|cn"], ["Élan"]),
        (["name=elan"], ["Élan"]),
        (["about=bois"], ["Halles"]),
        (["about!=bois"], ["Élan", "Quai"]),
        (["open=oui"], ["Halles", "Quai"]),
        (["open = no"], ["Élan"]),
        (["since>=2024-12-16"], ["Élan"]),
        (["since<16/12/2024"], ["Halles"]),
        (["since=none"], ["Quai"]),
        (["since="], ["Quai"]),
        (["since!=aucun"], ["Halles", "Élan"]),
        (["staff>3"], ["Halles"]),
        (["staff<=12"], ["Halles", "Élan"]),
        (["latitude=48,43"], ["Élan"]),
        (["offers=room"], ["Halles"]),
        (["offers=lab", "open=yes"], ["Halles"]),
        (["region=bsl", "region=cn"], []),
        ([], ["Halles", "Élan", "Quai"]),
    ],
)
def test_a_condition_keeps_the_rows_where_it_is_true(places: RuleSet, conditions: list[str], names: list[str]) -> None:
    assert kept(places, *conditions) == names


def test_texts_are_looked_for_in_the_words_that_are_shown(places: RuleSet) -> None:
    assert kept(places, "about=vert") == ["Élan"]
    assert kept(places, "about=green", "Region=sag", lang="en") == ["Élan"]
    assert kept(places, "about=vert", lang="en") == []


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("region", "« region » n'est pas un filtre : écrivez CHAMP=VALEUR"),
        ("=bsl", "n'est pas un filtre"),
        ("regoin=bsl", "champ inconnu : « regoin » (vouliez-vous dire « region » ?) ; champs : name, about, region"),
        ("region=sagenay", "Région : « sagenay » n'est pas un choix (vouliez-vous dire « saguenay » ?) ; choix : bsl"),
        ("region=saint", "peut être « Bas-Saint-Laurent » ou « Saguenay–Lac-Saint-Jean » ; précisez"),
        ("region>bsl", "« Région » n'a pas d'ordre : comparez avec = ou !="),
        ("open=peut-être", "Ouvert : « peut-être » n'est ni oui ni non"),
        ("since>hier", "Depuis : « hier » n'est pas une date"),
        ("staff>3x", "Personnes : « 3x » n'est pas un nombre"),
    ],
)
def test_a_wrong_condition_says_how_to_mend_it(places: RuleSet, condition: str, message: str) -> None:
    with pytest.raises(BadValueError) as error:
        kept(places, condition)
    assert message in str(error.value)


def test_rows_are_found_by_any_words_they_show(places: RuleSet) -> None:
    found = entries(tables(places)["place"], Voice.of(places, "fr"))
    assert [one.words["name"] for one in mentioning(found, "lac VERT")] == ["Élan"]
    assert mentioning(found, "") == found
    assert mentioning(found, "lac bois") == ()


def test_a_row_is_named_by_the_declared_field_and_is_a_point_if_it_has_coordinates(places: RuleSet) -> None:
    table = tables(places)["place"]
    assert name_field(table) == "name"
    assert located(table)
    assert list(tables(places)) == ["place"]


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("47.83", "147.83", "places.csv:2:1: colonne « latitude » : « 147.83 » dépasse le maximum 90"),
        ("translate: true, ask: Prés", "ask: Prés", None),
        (
            "        type: choice",
            "        translate: true\n        type: choice",
            "« translate » ne va qu'avec le type text",
        ),
    ],
)
def test_a_table_is_checked_when_it_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, message: str | None
) -> None:
    assert old in RULES + ROWS
    (tmp_path / "a.yaml").write_text(RULES.replace(old, new), encoding="utf-8")
    (tmp_path / "places.csv").write_text(ROWS.replace(old, new), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    if message is None:
        assert not load_folder(tmp_path).records["place"].fields["about"].labels
        return
    with pytest.raises(LoadError) as error:
        load_folder(tmp_path)
    assert message in str(error.value)
