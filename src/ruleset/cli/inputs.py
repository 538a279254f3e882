"""What command lines give: days, case files, findings; and what most commands write."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ruleset.cli.rulesets import named
from ruleset.cli.speech import Speech
from ruleset.loading.cases import CaseFile, finish_case, read_case_file
from ruleset.loading.problems import LoadError, Problem
from ruleset.model import Case, RuleSet, Where
from ruleset.types import BadValueError, near, parse_day


def on_option(speech: Speech) -> click.Option:
    """Return the option `--on`: the date of law."""
    _ = speech.ui

    def read(_context: click.Context, _option: click.Parameter, value: str | None) -> dt.date | None:
        try:
            return None if value is None else parse_day(value)
        except BadValueError as error:
            raise click.BadParameter(str(error)) from None

    return click.Option(["--on"], metavar=_("JOUR"), callback=read, help=_("Date de droit, AAAA-MM-JJ."))


def json_option(speech: Speech) -> click.Option:
    """Return the option `--json`."""
    return click.Option(["--json", "as_json"], is_flag=True, help=speech.ui("Écrit du JSON, pour un programme."))


def case_argument(speech: Speech) -> click.Argument:
    """Return the argument CASE: a file, or `-` for the standard input."""
    return click.Argument(["case"], metavar=speech.ui("CAS"))


def table_option(speech: Speech) -> click.Option:
    """Return the option `--table`: records from a spreadsheet."""
    _ = speech.ui
    return click.Option(
        ["--table", "tables"],
        multiple=True,
        metavar=_("[TYPE=]FICHIER"),
        help=_("Fiches d'un fichier .csv ou .xlsx, dont les colonnes sont les questions (peut être répété)."),
    )


def read_case(
    name: str,
    folders: Sequence[Path],
    speech: Speech,
    on: dt.date | None = None,
    *,
    for_program: bool = False,
    tables: Sequence[str] = (),
) -> tuple[RuleSet, Case]:
    """Return the case of a file (YAML, JSON or a workbook) and its rule set, with the records of some tables.

    The language is the one of `--lang`, else the case's, else (for people, not for programs, whose output must not
    depend on the machine) the environment's.

    Raises:
        LoadError: the file cannot be read or does not fit the rule set.
    """
    if name.lower().endswith(".xlsx"):
        ruleset, case = _workbook(name, folders, "fr" if for_program else speech.language, on)
    else:
        written = _read(name)
        ruleset = _ruleset(written, name, folders)
        lang = speech.asked or str(written.read.get("lang", "")) or ("fr" if for_program else speech.language)
        try:
            case = finish_case(written, ruleset, on, lang)
        except ValueError as error:
            raise LoadError([Problem(written.read.place("lang"), str(error))]) from None
    for table in tables:
        case = _with_table(table, ruleset, case)
    return ruleset, case


def _workbook(name: str, folders: Sequence[Path], lang: str, on: dt.date | None) -> tuple[RuleSet, Case]:
    from ruleset.exchange.spreadsheet import read_workbook, workbook_ruleset

    path = Path(name)
    ruleset = named(workbook_ruleset(path), folders, path.parent)
    return ruleset, read_workbook(path, ruleset, on, lang)


def _with_table(table: str, ruleset: RuleSet, case: Case) -> Case:
    from ruleset.exchange.spreadsheet import read_workbook

    kind, _, file = table.rpartition("=")
    types = [id for id, record in ruleset.records.items() if record.rows is None]
    if kind and kind not in types:
        message = f"type de fiche inconnu{near(kind, types)} ; possibles : {', '.join(types) or 'aucun'}"
        raise LoadError([Problem(Where(table), message)])
    if not kind and file.lower().endswith(".csv") and len(types) == 1:
        kind = types[0]
    if not kind and file.lower().endswith(".csv") and Path(file).stem not in types:
        message = f"dites de quelles fiches : --table TYPE={file} ; types : {', '.join(types) or 'aucun'}"
        raise LoadError([Problem(Where(table), message)])
    return read_workbook(Path(file), ruleset, case.on, case.lang, case, kind or None)


def _read(name: str) -> CaseFile:
    if name == "-":
        return read_case_file(Path("-"), "-", sys.stdin.buffer.read())
    if Path(name).is_dir():
        raise LoadError([Problem(Where(name), "c'est un dossier ; un cas est un fichier YAML ou JSON")])
    if not Path(name).exists():
        raise LoadError([Problem(Where(name), "fichier introuvable")])
    return read_case_file(Path(name))


def _ruleset(written: CaseFile, name: str, folders: Sequence[Path]) -> RuleSet:
    base = Path() if name == "-" else Path(name).parent
    try:
        return named(written.ruleset, folders, base)
    except LoadError as error:
        if [problem.where for problem in error.problems] == [Where(written.ruleset)]:
            message = error.problems[0].message
            raise LoadError([Problem(written.read.place("ruleset"), f"« {written.ruleset} » : {message}")]) from None
        raise


def write_json(data: Any) -> None:
    """Write data as JSON in UTF-8, whatever the terminal's coding."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    click.echo(text.encode("utf-8", "replace"))
