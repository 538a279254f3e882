"""What the columns of a batch are called, those given and those computed, and what each may hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from ruleset.batch.faults import BatchError
from ruleset.loading.cases import all_questions
from ruleset.model import Question, RuleSet
from ruleset.types import near

CASE: Final = "case_id"
ROW: Final = "row"
ON: Final = "on"
NONE: Final = "__none"
KNOWN: Final = "__known"
_OWN: Final = (CASE, ON, "ruleset", "lang")


@attrs.frozen
class Columns:
    """Which column answers which question. `nones` are the companions that say where an answer is *none*, `known`
    those that say whether a list of records is known; `unasked` the questions without a column.
    """

    questions: Mapping[str, Question]
    nones: Mapping[str, str]
    known: Mapping[str, str]
    unasked: tuple[str, ...]


def questions_of(ruleset: RuleSet, record: str = "") -> Mapping[str, Question]:
    """Return the questions that a table of cases, or one of records, may answer."""
    return ruleset.records[record].fields if record else all_questions(ruleset)


def case_columns(ruleset: RuleSet, names: Iterable[str], source: str, *, extra: bool = False) -> Columns:
    """Return what the columns of a table of cases are for.

    Args:
        ruleset: whose questions they answer.
        names: of the columns.
        source: the table, for messages.
        extra: whether columns that answer nothing are left aside rather than refused.

    Raises:
        BatchError: a column is for no question.
    """
    types = [id for id, record in ruleset.records.items() if record.rows is None]
    known = {f"{id}{KNOWN}": id for id in types}
    return _columns(questions_of(ruleset), [*_OWN, *known], names, source, extra=extra, known=known)


def record_columns(ruleset: RuleSet, record: str, names: Iterable[str], source: str, *, extra: bool = False) -> Columns:
    """Return what the columns of a table of records are for.

    Raises:
        BatchError: a column is for no question, or none says whose records they are.
    """
    names = list(names)
    if CASE not in names:
        raise BatchError(f"{source} : il manque la colonne « {CASE} », qui dit de quel cas est chaque fiche")
    return _columns(questions_of(ruleset, record), [CASE, ROW], names, source, extra=extra, known={})


def _columns(
    questions: Mapping[str, Question],
    own: list[str],
    names: Iterable[str],
    source: str,
    *,
    extra: bool,
    known: Mapping[str, str],
) -> Columns:
    names = list(names)
    companions = {f"{id}{NONE}": id for id in questions}
    for name in names:
        if name not in questions and name not in own and name not in companions and not extra:
            raise BatchError(
                f"{source} : colonne inconnue : « {name} »{near(name, [*questions, *own])} ; elle ne répond à aucune "
                "question (--extra laisse de côté les colonnes en trop)"
            )
    return Columns(
        {id: question for id, question in questions.items() if id in names},
        {name: id for name, id in companions.items() if name in names and id in questions},
        {name: id for name, id in known.items() if name in names},
        tuple(id for id in questions if id not in names),
    )
