"""Rows of cells from CSV and XLSX files, each cell with its place, as text that the rule set's types then read."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs

from ruleset.loading.nodes import Word, decode
from ruleset.loading.problems import LoadError, Problem, Problems
from ruleset.model import Where

MAX_CELLS: Final = 5_000_000
MAX_BYTES: Final = 50_000_000


@attrs.frozen
class Sheet:
    """A table of cells: its name, its header and its rows, empty cells and empty rows left out."""

    name: str
    header: tuple[Word, ...]
    rows: tuple[tuple[Where, dict[int, Word]], ...]


def read_sheets(path: Path) -> list[Sheet]:
    """Return the sheets of a CSV (comma or semicolon) or XLSX file.

    Raises:
        LoadError: the file cannot be read as such.
    """
    if not path.is_file():
        raise LoadError([Problem(Where(str(path)), "fichier introuvable")])
    if path.stat().st_size > MAX_BYTES:
        raise LoadError([Problem(Where(str(path)), f"fichier de plus de {MAX_BYTES // 1_000_000} Mo")])
    if path.suffix.lower() == ".csv":
        return [_csv(path)]
    if path.suffix.lower() == ".xlsx":
        return list(_xlsx(path))
    raise LoadError([Problem(Where(str(path)), "un tableau est un fichier .csv ou .xlsx")])


def _csv(path: Path) -> Sheet:
    problems = Problems()
    document = decode(path.read_bytes(), str(path), problems)
    problems.raise_errors()
    assert document is not None  # else its problem was raised
    head = document.text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(document.text), delimiter=";" if head.count(";") > head.count(",") else ",")
    rows = ((Where(str(path), reader.line_num, 1), list(cells)) for cells in reader)
    return _sheet(path.stem, str(path), rows)


def _xlsx(path: Path) -> Iterator[Sheet]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise LoadError([Problem(Where(str(path)), f"ce n'est pas un classeur XLSX lisible ({error})")]) from None
    try:
        for sheet in book.worksheets:
            place = f"{path}[{sheet.title}]"
            rows = (
                (Where(place, number, 1), list(values))
                for number, values in enumerate(sheet.iter_rows(values_only=True), 1)
            )
            yield _sheet(sheet.title, place, rows)
    finally:
        book.close()


def _sheet(name: str, place: str, rows: Iterator[tuple[Where, list[Any]]]) -> Sheet:
    header: tuple[Word, ...] = ()
    found: list[tuple[Where, dict[int, Word]]] = []
    cells = 0
    for where, values in rows:
        words = {
            column: Word.at(text, Where(place, where.line, column + 1))
            for column, value in enumerate(values)
            if (text := cell_text(value))
        }
        cells += len(words)
        if cells > MAX_CELLS:
            raise LoadError([Problem(where, f"plus de {MAX_CELLS} cellules : employez « ruleset batch »")])
        if words and not header:
            header = tuple(words.get(column, Word.at("", where)) for column in range(max(words) + 1))
        elif words:
            found.append((where, words))
    return Sheet(name, header, tuple(found))


def cell_text(value: object) -> str:
    """Return what a cell says, as the language writes it: days ISO, yes and no, numbers without a useless `.0`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(sep="T", timespec="minutes")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).strip()
