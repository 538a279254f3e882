"""Privacy and retention: how long may a register row stay, what must a request get, what is missing from a notice?

The durations are data, in the rule set `retention`. Only what columns cannot say is a function here: elapsed hours
between zoned instants, identifiers listed in a text, the days that Québec's Interpretation Act does not count.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from dateutil.easter import easter

from ruleset import Case, Function, Type, hookimpl
from ruleset_plugins.retention.report import ruleset_report

__all__ = ["ruleset_check", "ruleset_functions", "ruleset_report", "ruleset_rulesets"]

_DAY = dt.timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6


def _instant(text: str) -> dt.datetime:
    try:
        instant = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"« {text} » n'est pas un instant ISO 8601 (exemple : 2026-11-20T17:30+01:00)") from None
    if instant.tzinfo is None:
        raise ValueError(f"« {text} » ne dit pas son fuseau : ajoutez Z ou un décalage comme +01:00")
    return instant


def full_hours_between(start: str, end: str) -> int:
    """Return the elapsed hours between two zoned instants, an hour begun counted as whole.

    >>> full_hours_between("2026-10-25T01:30+02:00", "2026-10-25T01:30+01:00")
    1
    """
    return -((_instant(start) - _instant(end)) // dt.timedelta(hours=1))


def add_hours(start: str, hours: int) -> str:
    """Return the instant so many elapsed hours later, written in the same offset from UTC.

    >>> add_hours("2026-11-20T17:30+01:00", 72)
    '2026-11-23T17:30+01:00'
    """
    return (_instant(start) + dt.timedelta(hours=hours)).isoformat(timespec="minutes")


def day_of(instant: str) -> dt.date:
    """Return the calendar day of a zoned instant, in its own offset."""
    return _instant(instant).date()


def lists_id(text: str, id: str) -> bool:
    """Return whether an identifier is one of those that a text lists (separated by spaces, commas or semicolons).

    >>> lists_id("stripe, google", "google"), lists_id("stripe", "strip")
    (True, False)
    """
    return id in _ids(text)


def _ids(text: str) -> list[str]:
    return [id for id in re.split(r"[\s,;]+", text) if id]


def is_qc_holiday(day: dt.date) -> bool:
    """Return whether a day is a holiday, Sundays apart, of Québec's Interpretation Act (art. 61, 23°).

    The usual list of Québec's paid holidays differs: it lacks Easter Monday and adds days « observed ».
    """
    fixed = {(1, 1), (6, 24), (12, 25), (7, 2) if dt.date(day.year, 7, 1).weekday() == _SUNDAY else (7, 1)}
    if (day.month, day.day) in fixed or day - easter(day.year) in (-2 * _DAY, _DAY):
        return True
    if day.weekday() != 0:
        return False
    # The Sovereign's day (before 25 May), the first Monday of September, the second of October.
    return (
        (day.month == 5 and 18 <= day.day <= 24)
        or (day.month == 9 and day.day <= 7)
        or (day.month == 10 and 8 <= day.day <= 14)
    )


def next_working_day_qc(day: dt.date) -> dt.date:
    """Return the day itself, or the next that is neither a Saturday, a Sunday nor a holiday in Québec.

    >>> next_working_day_qc(dt.date(2026, 11, 21))
    datetime.date(2026, 11, 23)
    """
    while day.weekday() >= _SATURDAY or is_qc_holiday(day):
        day += _DAY
    return day


def next_day_qc(day: dt.date) -> dt.date:
    """Return the day itself unless it is a Sunday or a holiday in Québec: a Saturday is not moved (art. 52).

    >>> next_day_qc(dt.date(2026, 11, 21)), next_day_qc(dt.date(2026, 11, 22))
    (datetime.date(2026, 11, 21), datetime.date(2026, 11, 23))
    """
    return next_working_day_qc(day) if day.weekday() == _SUNDAY or is_qc_holiday(day) else day


@hookimpl
def ruleset_rulesets() -> list[Path]:
    """Return the folder of the rule set `retention`."""
    return [Path(str(files("ruleset_rules") / "retention"))]


@hookimpl
def ruleset_functions() -> list[Function]:
    """Return the functions that the rule set `retention` calls."""
    integer, text, date, yes_no = Type("integer"), Type("text"), Type("date"), Type("yes_no")
    return [
        Function("full_hours_between", ("text", "text"), integer, full_hours_between),
        Function("add_hours", ("text", "integer"), text, add_hours),
        Function("day_of", ("text",), date, day_of),
        Function("lists_id", ("text", "text"), yes_no, lists_id),
        Function("next_working_day_qc", ("date",), date, next_working_day_qc),
        Function("next_day_qc", ("date",), date, next_day_qc),
    ]


@hookimpl
def ruleset_check(case: Case) -> list[str]:
    """Return what is inconsistent in a register: names that lead nowhere, dates in the wrong order."""
    return list(_inconsistencies(case.records)) if case.ruleset == "retention" else []


def _inconsistencies(records: Mapping[str, Any]) -> Iterator[str]:
    rows = records.get("donnee", ())
    names = [row.get("d_id") for row in rows]
    for name in sorted({str(one) for one in names if names.count(one) > 1 and isinstance(one, str)}):
        yield f"deux lignes du registre ont l'identifiant « {name} »"
    known = {row.get("s_id") for row in records.get("sous_traitant", ())}
    for row in rows:
        name = row.get("d_id")
        if "sous_traitant" in records and isinstance(row.get("destinataires"), str):
            for id in _ids(row["destinataires"]):
                if id not in known:
                    yield f"ligne « {name} » : le destinataire « {id} » n'a pas de fiche"
        for first, last, words in _ORDER:
            one, other = row.get(first), row.get(last)
            if isinstance(one, dt.date) and isinstance(other, dt.date) and other < one:
                yield f"ligne « {name} » : {words} ({other} avant {one})"
    for activity in records.get("activite", ()):
        if isinstance(activity.get("ligne"), str) and activity["ligne"] not in names:
            yield f"activité d'une ligne inconnue : « {activity['ligne']} »"


_ORDER = (
    ("gel_depuis", "gel_leve_le", "le gel est levé avant d'avoir commencé"),
    ("consentement_le", "consentement_retire_le", "le consentement est retiré avant d'avoir été donné"),
    ("date_premiere", "date_derniere", "la dernière date du lot vient avant la première"),
    ("date_document", "date_livraison", "l'œuvre est livrée avant la date du document"),
)
