"""The tasks of an outcome for other programs: an iCalendar file, a CSV table."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable

from ruleset.model import Outcome, RuleSet, TaskResult

CSV_HEADER = ("id", "label", "due", "phase", "record", "sources", "order")
_STAMP = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def holding(outcome: Outcome) -> list[TaskResult]:
    """Return the tasks that are certainly to be done, the earliest first, those without a day last."""
    held = [task for task in outcome.tasks if task.status == "holds"]
    return sorted(held, key=lambda task: (task.due or dt.date.max, task.order, task.id))


def to_icalendar(outcome: Outcome, ruleset: RuleSet) -> bytes:
    """Return the dated tasks as an iCalendar file (RFC 5545): all-day entries, the sources in the description.

    The same outcome gives the same bytes: identifiers come from its digest, and the time stamp is constant.
    """
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//ruleset//ruleset//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", ruleset.title)
    for number, task in enumerate(one for one in holding(outcome) if one.due is not None):
        event = icalendar.Event()
        event.add("uid", f"{outcome.digest[:24]}-{number}@ruleset")
        event.add("dtstamp", _STAMP)
        event.add("dtstart", task.due)
        event.add("summary", task.label)
        event.add("description", "\n".join(ruleset.sources[id].title for id in task.sources))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def to_csv(outcome: Outcome) -> str:
    """Return the tasks as a CSV table (RFC 4180), by day; sorted by `order` they follow the phases."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(CSV_HEADER)
    writer.writerows(_row(task) for task in holding(outcome))
    return text.getvalue()


def _row(task: TaskResult) -> Iterable[str]:
    due = task.due.isoformat() if task.due else ""
    return (task.id, task.label, due, task.phase, task.record or "", " ".join(task.sources), str(task.order))
