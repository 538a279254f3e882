"""The workbook of a rule set: a row for each question, a sheet for each record type, choices as lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from ruleset.model import Case, Question, RuleSet
from ruleset.types import UNKNOWN, Value
from ruleset.wording import Voice

ROWS_WITH_LISTS = 1000
_BOLD = Font(bold=True)
_WRAP = Alignment(wrap_text=True, vertical="top")
_LONGEST_LIST = 250
_WIDTH = 26


def build_workbook(ruleset: RuleSet, voice: Voice, case: Case | None) -> openpyxl.Workbook:
    """Return the workbook; `case` gives what to put in, and leaves out the lists that it does not know."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Questions"
    _ = voice.ui
    sheet.append(["id", _("Question"), _("Réponse")])
    sheet.append(["ruleset", voice.own(ruleset.title), ruleset.id])
    sheet.append(["on", _("Date de droit"), case.on if case else None])
    for question in ruleset.questions.values():
        value = case.answers.get(question.id, UNKNOWN) if case else UNKNOWN
        sheet.append([question.id, voice.own(question.ask), written(value, question, voice)])
        _describe(sheet, sheet.cell(sheet.max_row, 3), question, voice, (sheet.max_row, sheet.max_row))
    _shape(sheet, (24, 70, 30))
    for record in ruleset.records.values():
        if record.rows is None and (case is None or record.id in case.records):
            rows = case.records[record.id] if case else ()
            _records(book.create_sheet(record.id[:31]), record.fields.values(), rows, voice)
    return book


def _records(sheet: Any, fields: Iterable[Question], rows: Iterable[Mapping[str, Value]], voice: Voice) -> None:
    questions = list(fields)
    sheet.append([voice.own(question.ask) for question in questions])
    for row in rows:
        sheet.append([written(row.get(question.id, UNKNOWN), question, voice) for question in questions])
    for column, question in enumerate(questions, 1):
        _describe(sheet, sheet.cell(1, column), question, voice, (2, ROWS_WITH_LISTS), column)
    _shape(sheet, [_WIDTH] * len(questions))


def _shape(sheet: Any, widths: Iterable[int]) -> None:
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for cell in sheet[1]:
        cell.font, cell.alignment = _BOLD, _WRAP
    sheet.freeze_panes = "A2"


def _describe(
    sheet: Any, cell: Any, question: Question, voice: Voice, rows: tuple[int, int], column: int | None = None
) -> None:
    """Put the help of a question in a comment, and its choices in a list."""
    choices = [voice.own(label) for label in question.labels.values()]
    about = [voice.own(text) for text in (question.why, question.help) if text]
    if choices:
        about.append(" | ".join(choices))
    if about:
        cell.comment = Comment("\n".join(about), "ruleset")
    listed = {"choice": choices, "yes_no": [voice.ui("oui"), voice.ui("non")]}.get(question.type.kind)
    joined = ",".join(listed or ())
    if listed and len(joined) <= _LONGEST_LIST and not any('"' in one or "," in one for one in listed):
        rule = DataValidation(type="list", formula1=f'"{joined}"', allow_blank=True)
        letter = get_column_letter(column or cell.column)
        rule.add(f"{letter}{rows[0]}:{letter}{rows[1]}")
        sheet.add_data_validation(rule)


def written(value: Value, question: Question, voice: Voice) -> object:
    """Return a value as a cell: labels of choices, numbers as numbers, days as days, « aucun » for none."""
    if value is UNKNOWN:
        return None
    if value is None:
        return "aucun"
    if isinstance(value, bool):
        return voice.ui("oui") if value else voice.ui("non")
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, frozenset):
        order = {choice: number for number, choice in enumerate(question.type.choices or ())}
        chosen = sorted(value, key=lambda choice: order.get(choice, 0))
        return " | ".join(voice.own(question.labels.get(one, one)) for one in chosen)
    if question.type.kind == "choice":
        return voice.own(question.labels.get(str(value), str(value)))
    return value
