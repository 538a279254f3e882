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
from ruleset.exchange.files import WORKBOOK, named_in, open_case, read_file, with_table
from ruleset.loading.cases import finish_case, read_case_file
from ruleset.loading.problems import LoadError, Problem
from ruleset.model import Case, RuleSet
from ruleset.types import BadValueError, parse_day


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

    def find(id: str, base: Path) -> RuleSet:
        return named(id, folders, base)

    if name.lower().endswith(WORKBOOK):
        ruleset, case = read_file(Path(name), find, "fr" if for_program else speech.language, on)
    else:
        standard = name == "-"
        written = read_case_file(Path("-"), "-", sys.stdin.buffer.read()) if standard else open_case(Path(name))
        ruleset = named_in(written, find, Path() if standard else Path(name).parent)
        lang = speech.asked or str(written.read.get("lang", "")) or ("fr" if for_program else speech.language)
        try:
            case = finish_case(written, ruleset, on, lang)
        except ValueError as error:
            raise LoadError([Problem(written.read.place("lang"), str(error))]) from None
    for table in tables:
        case = with_table(table, ruleset, case)
    return ruleset, case


def write_json(data: Any) -> None:
    """Write data as JSON in UTF-8, whatever the terminal's coding."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    click.echo(text.encode("utf-8", "replace"))
