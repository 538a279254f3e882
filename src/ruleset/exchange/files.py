"""A case from a file of whatever kind (JSON, YAML, workbook, CSV table), and back: all of it is read, or nothing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

import attrs

from ruleset.loading.cases import CaseFile, finish_case, read_case_file
from ruleset.loading.problems import LoadError, Problem
from ruleset.model import Case, RuleSet, Where
from ruleset.types import near

WORKBOOK: Final = ".xlsx"
TABLE: Final = ".csv"
WRITTEN: Final = (WORKBOOK, ".json", ".yaml", ".yml")

Find: TypeAlias = Callable[[str, Path], RuleSet]
"""Gives the rule set that a file names; the folder is the file's, from which a relative path counts."""


def read_file(path: Path, find: Find, lang: str, on: dt.date | None = None) -> tuple[RuleSet, Case]:
    """Return the case of a file (JSON, YAML or a workbook) and the rule set that it names.

    Args:
        path: the file.
        find: gives the rule set.
        lang: the language of the case.
        on: the date of law, before the one that the file gives.

    Raises:
        LoadError: the file cannot be read or does not fit the rule set; every cell or line that does not is named.
    """
    if path.suffix.lower() == TABLE:
        message = "un tableau CSV ne dit pas de quel questionnaire il est : ouvrez d'abord ce questionnaire"
        raise LoadError([Problem(Where(str(path)), message)])
    if path.suffix.lower() == WORKBOOK:
        from ruleset.exchange.spreadsheet import read_workbook, workbook_ruleset

        ruleset = find(workbook_ruleset(path), path.parent)
        return ruleset, read_workbook(path, ruleset, on, lang)
    written = open_case(path)
    ruleset = named_in(written, find, path.parent)
    return ruleset, finish_case(written, ruleset, on, lang)


def complete_case(path: Path, ruleset: RuleSet, case: Case, record: str | None = None) -> Case:
    """Return a case with the answers and records of a file before its own.

    Args:
        path: a case (JSON, YAML, workbook) of the same rule set, or a table of records (CSV, a workbook's first sheet).
        ruleset: the case's.
        case: the case to complete.
        record: the type of the records of a table, where its name or its sheets do not say it.

    Raises:
        LoadError: as `read_file`; or the file is about another rule set.
    """
    if path.suffix.lower() not in (WORKBOOK, TABLE):
        written = open_case(path)
        if written.ruleset != ruleset.id:
            message = f"ce cas est du questionnaire « {written.ruleset} », et non de « {ruleset.id} »"
            raise LoadError([Problem(written.read.place("ruleset"), message)])
        read = finish_case(written, ruleset, None if "on" in written.read else case.on, case.lang)
        return attrs.evolve(
            case, on=read.on, answers={**case.answers, **read.answers}, records={**case.records, **read.records}
        )
    from ruleset.exchange.spreadsheet import read_workbook, says_its_sheets

    if path.suffix.lower() == WORKBOOK and says_its_sheets(path, ruleset):
        record = None
    return read_workbook(path, ruleset, None, case.lang, case, _kind(path, ruleset, record))


def with_table(table: str, ruleset: RuleSet, case: Case) -> Case:
    """Return a case with the records of a table, given as `FILE` or `TYPE=FILE`; its date of law stays.

    Raises:
        LoadError: as `complete_case`; or there is no such record type.
    """
    from ruleset.exchange.spreadsheet import read_workbook

    kind, _, file = table.rpartition("=")
    path = Path(file)
    return read_workbook(path, ruleset, case.on, case.lang, case, _kind(path, ruleset, kind or None))


def _kind(path: Path, ruleset: RuleSet, record: str | None) -> str | None:
    """Return the record type of a table; None for a workbook, whose sheets say it."""
    types = [id for id, kind in ruleset.records.items() if kind.rows is None]
    if record is not None and record not in types:
        message = (
            f"type de fiche inconnu : « {record} »{near(record, types)} ; possibles : {', '.join(types) or 'aucun'}"
        )
        raise LoadError([Problem(Where(str(path)), message)])
    if record is not None or path.suffix.lower() != TABLE:
        return record
    if len(types) == 1:
        return types[0]
    if path.stem in types:
        return path.stem
    message = (
        f"dites de quelles fiches est ce tableau (TYPE={path}, ou depuis la liste à remplir) ; "
        f"types : {', '.join(types) or 'aucun'}"
    )
    raise LoadError([Problem(Where(str(path)), message)])


def open_case(path: Path) -> CaseFile:
    """Return a case file as written.

    Raises:
        LoadError: there is no such file, or it is not a case.
    """
    if path.is_dir():
        raise LoadError([Problem(Where(str(path)), "c'est un dossier ; un cas est un fichier YAML ou JSON")])
    if not path.exists():
        raise LoadError([Problem(Where(str(path)), "fichier introuvable")])
    return read_case_file(path)


def named_in(written: CaseFile, find: Find, base: Path) -> RuleSet:
    """Return the rule set that a case file names.

    Raises:
        LoadError: there is none of that name, said at the place where the file names it; or it cannot be loaded.
    """
    try:
        return find(written.ruleset, base)
    except LoadError as error:
        if [problem.where for problem in error.problems] == [Where(written.ruleset)]:
            message = error.problems[0].message
            raise LoadError([Problem(written.read.place("ruleset"), f"« {written.ruleset} » : {message}")]) from None
        raise


def write_file(path: Path, ruleset: RuleSet, case: Case) -> None:
    """Write a case: a workbook to fill in and read again (`.xlsx`), YAML (`.yaml`, `.yml`) or JSON (`.json`).

    Raises:
        LoadError: the name says no such kind, or nothing can be written there.
    """
    if path.suffix.lower() == WORKBOOK:
        _write_workbook(path, ruleset, case.lang, case)
    elif path.suffix.lower() in WRITTEN:
        text = _written(path, ruleset, case)
        _guarded(path, lambda: path.write_text(text, encoding="utf-8"))
    else:
        raise LoadError([Problem(Where(str(path)), f"donnez un nom en {', '.join(WRITTEN)}")])


def write_model(path: Path, ruleset: RuleSet, lang: str, case: Case | None = None) -> None:
    """Write a workbook to fill in (`.xlsx`), empty or with what a case says already.

    Raises:
        LoadError: the name says no workbook, or nothing can be written there.
    """
    if path.suffix.lower() != WORKBOOK:
        raise LoadError([Problem(Where(str(path)), "un modèle est un classeur : donnez un nom en .xlsx")])
    _write_workbook(path, ruleset, lang, case)


def _write_workbook(path: Path, ruleset: RuleSet, lang: str, case: Case | None) -> None:
    from ruleset.exchange.spreadsheet import write_template

    _guarded(path, lambda: write_template(ruleset, path, lang, case))


def _guarded(path: Path, write: Callable[[], object]) -> None:
    try:
        write()
    except OSError as error:
        raise LoadError([Problem(Where(str(path)), f"impossible d'écrire ici : {error.strerror}")]) from None


def _written(path: Path, ruleset: RuleSet, case: Case) -> str:
    from ruleset.saved import case_form

    if path.suffix.lower() == ".json":
        return json.dumps(case_form(case, ruleset), ensure_ascii=False, indent=2) + "\n"
    import yaml

    return yaml.safe_dump(case_form(case, ruleset), allow_unicode=True, sort_keys=False, width=120)
