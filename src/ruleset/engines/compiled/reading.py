"""How an answer becomes a value: as a program gives it, or as a Case holds it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, TypeAlias

from ruleset.model import Question, Record, RecordType
from ruleset.types import UNKNOWN, BadValueError, Domain, Value, decimal_text, decimals_of, near

RawRecords: TypeAlias = Mapping[str, Sequence[Mapping[str, object]]]


LEAST: Final = -(10**15) + 1
MOST: Final = 10**15 - 1
"""The numbers that an answer may be, whatever its question (`types.parse_number`)."""


class UnfitValueError(ValueError):
    """A value in a Case that its question does not allow: the reference computes such a case."""


def all_raw(ids: Mapping[str, int], answers: Mapping[str, object]) -> list[object]:
    """Return every answer as given, in the order of the questions, UNKNOWN where there is none.

    Raises:
        BadValueError: there is no such question.
    """
    if not answers.keys() <= ids.keys():
        unknown = next(id for id in answers if id not in ids)
        raise BadValueError(f"question inconnue : « {unknown} »{near(str(unknown), ids)}")
    return all_values(ids, answers)


def all_values(ids: Mapping[str, int], answers: Mapping[str, Any]) -> list[Any]:
    """Return every answer of a Case, in the order of the questions, UNKNOWN where there is none."""
    get = answers.get
    return [get(id, UNKNOWN) for id in ids]


def read_day(on: object) -> dt.date:
    """Return a date of law, today for None.

    Raises:
        BadValueError: it is not a date.
    """
    if on is None:
        return dt.date.today()  # noqa: DTZ011  the law changes at the local midnight
    if isinstance(on, dt.date) and not isinstance(on, dt.datetime):
        return on
    raise BadValueError(f"on : « {on} » n'est pas une date (attendu : datetime.date)")


def read_raw(question: Question, raw: object, place: str = "") -> Value:
    """Return an answer as a program gives it.

    Raises:
        BadValueError: the question does not allow it; the message names the question.
    """
    if raw is None or raw is UNKNOWN:
        return UNKNOWN
    domain = question.domain
    if isinstance(raw, bool):
        if domain.type.kind == "yes_no":
            return raw
    elif isinstance(raw, int) and domain.type.numeric and _within(domain, raw):
        return raw  # what reading it would give, without the detour by its digits
    elif isinstance(raw, Fraction) and decimals_of(raw) is not None:
        raw = decimal_text(raw)
    try:
        return domain.read(raw)
    except BadValueError as error:
        raise BadValueError(f"{place}{question.id} : {error}") from None


def _within(domain: Domain, number: int) -> bool:
    least = LEAST if domain.minimum is None else domain.minimum
    return least <= number <= (MOST if domain.maximum is None else domain.maximum)


def read_value(question: Question, value: Value) -> Value:
    """Return a value of a Case.

    Raises:
        UnfitValueError: the question does not allow it.
    """
    if value is None:
        if not question.domain.optional:
            raise UnfitValueError(question.id)
    elif value is not UNKNOWN and not question.type.holds(value):
        raise UnfitValueError(question.id)
    return value


def read_raw_records(records: RawRecords, kinds: Mapping[str, RecordType]) -> dict[str, tuple[Record, ...]]:
    """Return records with their answers as values.

    Raises:
        BadValueError: a question does not allow its answer, or there is no such type or question.
    """
    found: dict[str, tuple[Record, ...]] = {}
    for id, rows in records.items():
        kind = kinds.get(id)
        if kind is None:
            raise BadValueError(f"type de fiches inconnu : « {id} »{near(str(id), kinds)}")
        for number, row in enumerate(rows):
            for name in row:
                if name not in kind.fields:
                    raise BadValueError(
                        f"{id}[{number}] : question inconnue : « {name} »{near(str(name), kind.fields)}"
                    )
        found[id] = tuple(
            {name: read_raw(kind.fields[name], raw, f"{id}[{number}].") for name, raw in row.items()}
            for number, row in enumerate(rows)
        )
    return found


def read_records(
    records: Mapping[str, tuple[Record, ...]], kinds: Mapping[str, RecordType]
) -> Mapping[str, tuple[Record, ...]]:
    """Return the records of a Case.

    Raises:
        UnfitValueError: a question does not allow its answer.
    """
    for id, rows in records.items():
        fields = kinds[id].fields if id in kinds else {}
        for row in rows:
            for name, value in row.items():
                if name in fields:
                    read_value(fields[name], value)
    return records
