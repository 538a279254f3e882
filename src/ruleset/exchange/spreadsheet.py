"""A case as a workbook: a sheet of questions and one for each record type; CSV files of records; empty templates.

Columns are found by the id or the words of a question, in French or translated; choices by id or by label. Every cell
that does not fit is named with its place, and nothing is half imported. A sheet of records without rows says
that there are none; without the sheet they are unknown.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import attrs

from ruleset.exchange.sheets import Sheet, read_sheets
from ruleset.loading.cases import all_questions, read_answers, read_records
from ruleset.loading.nodes import Word
from ruleset.loading.problems import LoadError, Problem, Problems
from ruleset.loading.shapes import Read
from ruleset.model import Case, Question, RecordType, RuleSet, Where
from ruleset.texts import UnreadableTextError, parse_date
from ruleset.types import BadValueError, near, parse_day
from ruleset.wording import Voice

QUESTIONS_SHEET: Final = "Questions"
RULESET_ROW: Final = "ruleset"
DAY_ROW: Final = "on"
_SEPARATORS: Final = ("|", ";", ",")
_YES: Final = ("oui", "non")


def workbook_ruleset(path: Path) -> str:
    """Return the rule set that a workbook names in its sheet of questions.

    Raises:
        LoadError: it names none.
    """
    for sheet in read_sheets(path):
        for name, answer in _pairs(sheet):
            if name == RULESET_ROW:
                return str(answer)
    message = f"ce classeur ne dit pas son jeu de règles (ligne « {RULESET_ROW} » de la feuille « {QUESTIONS_SHEET} »)"
    raise LoadError([Problem(Where(str(path)), message)])


def _pairs(sheet: Sheet) -> Iterator[tuple[Word, Word]]:
    """Yield the names and answers of a sheet of questions: the first and the last of its columns."""
    last = len(sheet.header) - 1
    for cells in (dict(enumerate(sheet.header)), *(cells for _, cells in sheet.rows)):
        if last > 0 and cells.get(0) and cells.get(last):
            yield cells[0], cells[last]


def read_workbook(
    path: Path,
    ruleset: RuleSet,
    on: dt.date | None = None,
    lang: str = "fr",
    base: Case | None = None,
    record: str | None = None,
) -> Case:
    """Return the case that a workbook or a CSV file holds.

    Args:
        path: the file.
        ruleset: what its columns are questions of.
        on: the date of law, before the one that the file gives.
        lang: the language of the outcome.
        base: a case whose answers and records the file completes.
        record: the record type of the rows of a CSV file, or of a workbook's first sheet.

    Raises:
        LoadError: a sheet, a column or a cell does not fit; all of them are named.
    """
    problems = Problems()
    case = base or Case(ruleset.id, lang=lang)
    answers: dict[Word, object] = {}
    records: dict[str, list[Read]] = {}
    day = on
    for position, sheet in enumerate(read_sheets(path)):
        kind = ruleset.records.get(record) if record is not None and position == 0 else record_of(sheet, ruleset)
        if kind is not None and kind.rows is None:
            records[kind.id] = _records(sheet, kind, ruleset, problems)
        elif _key(sheet.name) == _key(QUESTIONS_SHEET):
            day = day or _questions(sheet, ruleset, answers, problems)
        elif sheet.header:
            known = [one.id for one in ruleset.records.values() if one.rows is None]
            place = sheet.header[0].where
            problems.add(
                Where(place.file),
                f"feuille « {sheet.name} » inconnue{near(sheet.name, known)} : {', '.join(known) or 'aucune fiche'}",
            )
    where = Where(str(path))
    given = read_answers(answers, ruleset, problems, where)
    rows = read_records(records, ruleset, problems, where)
    problems.raise_errors()
    return attrs.evolve(
        case, on=day or case.on, answers={**case.answers, **given}, records={**case.records, **rows}, lang=lang
    )


def says_its_sheets(path: Path, ruleset: RuleSet) -> bool:
    """Return whether a sheet of a workbook is named after the questions or after a record type.

    Raises:
        LoadError: the file cannot be read.
    """
    sheets = read_sheets(path)
    return any(_key(sheet.name) == _key(QUESTIONS_SHEET) or record_of(sheet, ruleset) is not None for sheet in sheets)


def record_of(sheet: Sheet, ruleset: RuleSet) -> RecordType | None:
    """Return the record type that a sheet is named after: its id, its list or its title."""
    for record in ruleset.records.values():
        if _key(sheet.name) in {_key(record.id), _key(record.plural), _key(record.title)}:
            return record
    return None


def _records(sheet: Sheet, kind: RecordType, ruleset: RuleSet, problems: Problems) -> list[Read]:
    columns = _columns(sheet.header, kind.fields, ruleset, problems)
    found = []
    for where, cells in sheet.rows:
        read = Read(where)
        for number, cell in cells.items():
            question = columns.get(number)
            if question is not None:
                read[Word.at(question.id, cell.where)] = _value(cell, question, ruleset)
            elif number >= len(sheet.header):
                problems.add(cell.where, f"cellule « {cell} » sans titre de colonne")
        found.append(read)
    return found


def _columns(
    header: Iterable[Word], fields: Mapping[str, Question], ruleset: RuleSet, problems: Problems
) -> dict[int, Question]:
    names = _names(fields.values(), ruleset)
    found: dict[int, Question] = {}
    for number, title in enumerate(header):
        question = names.get(_key(title))
        if not title:
            continue
        if question is None:
            problems.add(
                title.where, f"colonne inconnue : « {title} »{near(title, fields)} ; possibles : {', '.join(fields)}"
            )
        elif question in found.values():
            problems.add(title.where, f"deux colonnes pour « {question.id} »")
        else:
            found[number] = question
    return found


def _names(questions: Iterable[Question], ruleset: RuleSet) -> dict[str, Question]:
    """Every way to name a question: its id, its words in French and in the languages that have a catalogue."""
    voices = [Voice.of(ruleset, lang) for lang in ("fr", "en")]
    found: dict[str, Question] = {}
    for question in questions:
        for voice in voices:
            found.setdefault(_key(voice.own(question.ask)), question)
    return found | {_key(question.id): question for question in questions}


def _questions(sheet: Sheet, ruleset: RuleSet, answers: dict[Word, object], problems: Problems) -> dt.date | None:
    names = _names(all_questions(ruleset).values(), ruleset)
    day = None
    for name, answer in _pairs(sheet):
        if _key(name) in ("id", RULESET_ROW):
            continue
        question = names.get(_key(name))
        if _key(name) == DAY_ROW:
            day = _day(answer, problems)
        elif question is None:
            problems.add(name.where, f"question inconnue : « {name} »{near(name, ruleset.questions)}")
        else:
            answers[Word.at(question.id, answer.where)] = _value(answer, question, ruleset)
    return day


def _day(text: Word, problems: Problems) -> dt.date | None:
    try:
        return parse_day(_iso(text))
    except BadValueError as error:
        problems.add(text.where, str(error))
        return None


def _iso(text: str) -> str:
    """Return a day typed by a person (23/11/2026) as the language writes it, or the text itself."""
    try:
        return parse_date(text, "fr_FR").isoformat()
    except UnreadableTextError:
        return text


def _value(cell: Word, question: Question, ruleset: RuleSet) -> object:
    """Return a cell as an answer: labels become ids, typed days ISO days, lists are split."""
    labels = {_key(label): id for id, label in question.labels.items()}
    voice = Voice.of(ruleset, "en")
    labels |= {_key(voice.own(label)): id for id, label in question.labels.items()}
    labels |= {_key(id): id for id in question.labels}
    if question.domain.optional and _key(cell) in ("aucun", "none") and _key(cell) not in labels:
        return Word.at("none", cell.where)
    if question.type.kind == "choice":
        return Word.at(labels.get(_key(cell), str(cell)), cell.where)
    if question.type.kind == "choices":
        separator = next((sign for sign in _SEPARATORS if sign in cell), None)
        parts = cell.split(separator) if separator else [str(cell)]
        return [Word.at(labels.get(_key(part), part.strip()), cell.where) for part in parts if part.strip()]
    if question.type.kind == "date":
        return Word.at(_iso(cell), cell.where)
    return cell


def _key(text: str) -> str:
    """Return a name as it is compared: without case, accents apart, spaces or end signs."""
    plain = unicodedata.normalize("NFC", str(text)).casefold()
    return " ".join(plain.replace("\u202f", " ").replace("\xa0", " ").split()).rstrip(" ?:")


def write_template(ruleset: RuleSet, path: Path, lang: str = "fr", case: Case | None = None) -> None:
    """Write a workbook to fill in: questions, then a sheet for each record type, with lists of choices.

    Args:
        ruleset: whose questions it asks.
        path: where it goes (`.xlsx`).
        lang: the language of the titles.
        case: answers and records to put in.

    Raises:
        OSError: the file cannot be written.
    """
    from ruleset.exchange.workbook import build_workbook

    build_workbook(ruleset, Voice.of(ruleset, lang), case).save(path)
