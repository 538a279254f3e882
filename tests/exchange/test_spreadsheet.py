"""Cases and records from spreadsheets: what is written comes back, what does not fit is named by its cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleset import LoadError, RuleSet, make_case
from ruleset.exchange.spreadsheet import read_workbook, workbook_ruleset, write_template
from ruleset.loading.folder import load_folder
from ruleset.plugins.registry import registry

RULES = """
ruleset: shop
title: Boutique
version: '1'
currency: EUR
questions:
  country: {ask: Dans quel pays ?, type: choice, choices: {FR: France, SN: Sénégal}}
  channels: {ask: Par quels canaux ?, type: choices, choices: {web: Site, post: Courrier}}
  opened: {ask: Ouverte le ?, type: date, optional: true}
  big: {ask: Est-ce grand ?, type: yes_no}
records:
  row:
    title: Ligne du registre
    plural: rows
    questions:
      name: {ask: Nom ?, type: text}
      kind: {ask: Quelle catégorie ?, type: choice, choices: {order: Commande, log: Journal}}
      amount: {ask: Montant ?, type: money}
      seen: {ask: Vue le ?, type: date, optional: true}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "a.yaml").write_text(RULES, encoding="utf-8")
    return load_folder(folder)


def workbook(path: Path, **sheets: Sequence[Sequence[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "country": st.sampled_from(["FR", "SN"]),
        "channels": st.lists(st.sampled_from(["web", "post"]), min_size=1, unique=True),
        "opened": st.one_of(st.just("none"), st.dates(dt.date(1950, 1, 1)).map(str)),
        "big": st.booleans(),
    },
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"name": st.text("abcé'; |", min_size=1).map(lambda text: f"n{text.strip()}")},
        optional={
            "kind": st.sampled_from(["order", "log"]),
            "amount": st.decimals(0, 100000, places=2).map(str),
            "seen": st.one_of(st.just("none"), st.dates(dt.date(1950, 1, 1)).map(str)),
        },
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANSWERS, ROWS, st.sampled_from(["fr", "en"]))
def test_what_is_written_comes_back(
    shop: RuleSet, tmp_path: Path, answers: dict[str, object], rows: list[dict[str, object]], lang: str
) -> None:
    case = make_case(shop, answers, {"row": rows}, dt.date(2026, 11, 23))
    path = tmp_path / "case.xlsx"
    write_template(shop, path, lang, case)
    assert workbook_ruleset(path) == "shop"
    assert read_workbook(path, shop) == case


def test_columns_go_by_id_or_words_in_any_order(shop: RuleSet, tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        rows=[["MONTANT", "name", "Quelle catégorie ?"], [12.5, "Lampe", "Commande"], [], [3, "Clou"]],
    )
    case = read_workbook(path, shop, dt.date(2026, 1, 1))
    assert (
        case.records
        == make_case(
            shop, {}, {"row": [{"name": "Lampe", "kind": "order", "amount": "12.5"}, {"name": "Clou", "amount": 3}]}
        ).records
    )


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_csv_file_holds_the_rows_of_one_type(shop: RuleSet, tmp_path: Path, separator: str) -> None:
    path = tmp_path / "registre.csv"
    path.write_text(f"Nom{separator}Vue le\nLampe{separator}23/11/2026\n", encoding="utf-8-sig")
    base = make_case(shop, {"big": True}, on=dt.date(2026, 1, 1))
    case = read_workbook(path, shop, base=base, record="row")
    assert case.answers == {"big": True}
    assert case.records == {"row": ({"name": "Lampe", "seen": dt.date(2026, 11, 23)},)}


def problems(path: Path, shop: RuleSet, record: str | None = None) -> list[tuple[int, int, str]]:
    with pytest.raises(LoadError) as caught:
        read_workbook(path, shop, record=record)
    return [(problem.where.line, problem.where.column, problem.message) for problem in caught.value.problems]


def test_every_bad_cell_is_named(shop: RuleSet, tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        row=[
            ["Nom", "kind", "amount", "seen"],
            ["Lampe", "Comande", "12,345", "31/02/2026"],
            ["Clou", "Journal", 1, "oui"],
        ],
    )
    found = problems(path, shop)
    assert [(line, column) for line, column, _ in found] == [(2, 2), (2, 3), (2, 4), (3, 4)]
    assert "n'est pas un choix possible" in found[0][2]
    assert "plus de 2 décimales" in found[1][2]
    assert "31/02/2026" in found[2][2]


@pytest.mark.parametrize(
    ("sheets", "message"),
    [
        ({"row": [["Nom", "Prix"], ["a", 1]]}, "colonne inconnue : « Prix »"),
        ({"row": [["Nom", "name"], ["a", "b"]]}, "deux colonnes pour « name »"),
        ({"row": [["Nom"], ["a", "b"]]}, "cellule « b » sans titre de colonne"),
        ({"lignes": [["Nom"], ["a"]]}, "feuille « lignes » inconnue"),
        ({"Questions": [["id", "Question", "Réponse"], ["pays", "", "FR"]]}, "question inconnue : « pays »"),
        ({"Questions": [["id", "Question", "Réponse"], ["on", "", "hier"]]}, "n'est pas une date"),
    ],
)
def test_what_does_not_belong_is_named(
    shop: RuleSet, tmp_path: Path, sheets: dict[str, Sequence[Sequence[object]]], message: str
) -> None:
    found = problems(workbook(tmp_path / "a.xlsx", **sheets), shop)
    assert [message in text for *_, text in found] == [True]


@pytest.mark.parametrize(("name", "data"), [("a.xlsx", b"PK not a zip"), ("a.csv", b"\xff\xfe\x00"), ("a.ods", b"")])
def test_a_file_of_another_kind_gets_a_clear_message(shop: RuleSet, tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert problems(path, shop, "row")


def test_a_missing_file_and_a_workbook_without_rule_set(shop: RuleSet, tmp_path: Path) -> None:
    assert problems(tmp_path / "none.xlsx", shop)[0][2] == "fichier introuvable"
    with pytest.raises(LoadError, match="ne dit pas son jeu de règles"):
        workbook_ruleset(workbook(tmp_path / "a.xlsx", row=[["Nom"], ["a"]]))


def test_the_template_lists_choices_and_explains(shop: RuleSet, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_template(shop, path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Questions", "row"]
    lists = {rule.formula1 for sheet in book.worksheets for rule in sheet.data_validations.dataValidation}
    assert {'"France,Sénégal"', '"oui,non"', '"Commande,Journal"'} <= lists


@pytest.mark.parametrize("id", registry().ids())
def test_the_worked_cases_of_the_rule_sets_pass_through_a_workbook(id: str, tmp_path: Path) -> None:
    rules = registry().get(id)
    assert rules is not None
    case = max((worked.case for worked in rules.cases), key=lambda case: len(case.answers) + len(case.records))
    path = tmp_path / "case.xlsx"
    write_template(rules, path, "fr", case)
    found = read_workbook(path, rules)
    own = {
        question: value
        for question, value in case.answers.items()
        if question in rules.questions and value != frozenset()
    }
    assert found.answers == own
    assert found.records == case.records
