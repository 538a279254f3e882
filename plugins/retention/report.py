"""What the report of a register adds: the days of erasure on a line of time, and the register as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ruleset import Case, Event, Outcome, Paragraphs, Section, Table, Timeline, Voice, hookimpl

COLUMNS = ("decision", "actif_jusquau", "permis_jusquau", "effacer_le", "depassement_jours")


@hookimpl
def ruleset_report(outcome: Outcome, case: Case, voice: Voice) -> Iterator[Section]:
    """Yield the timeline of the rows that have a day of erasure, then all rows with their decision."""
    if outcome.ruleset != "retention":
        return
    rows = outcome.record_values.get("donnee", ())
    names = [_name(number, case, voice) for number in range(len(rows))]
    if rows:
        yield from _timeline(outcome, names, voice)
        yield _register(outcome, names, voice)


def _name(number: int, case: Case, voice: Voice) -> str:
    """Return what people call a row: its identifier and its category."""
    row = case.records["donnee"][number]
    fields = voice.ruleset.records["donnee"].fields
    id = row.get("d_id")
    name = id if isinstance(id, str) else str(number + 1)
    category = row.get("categorie")
    return f"{name} · {voice.answer(fields['categorie'], category)}" if isinstance(category, str) else name


def _timeline(outcome: Outcome, names: list[str], voice: Voice) -> Iterator[Section]:
    _ = voice.own
    events = []
    for name, row in zip(names, outcome.record_values["donnee"], strict=True):
        day = row.get("effacer_le")
        if isinstance(day, dt.date):
            late = row.get("decision") == "effacer"
            events.append(Event(day, name, "danger" if late else "good"))
    if events:
        told = _(
            "Chaque ligne est au premier jour où plus rien ne la justifie ; s'il est passé, la ligne est en retard."
        )
        yield Section(_("Quand effacer chaque ligne"), [Paragraphs([told]), Timeline(events, outcome.on)])


def _register(outcome: Outcome, names: list[str], voice: Voice) -> Section:
    _, definitions = voice.own, voice.ruleset.definitions
    rows = []
    for name, row in zip(names, outcome.record_values["donnee"], strict=True):
        cells = [_cell(id, row.get(id), voice) if id in row else "?" for id in COLUMNS]
        rows.append((name, *cells))
    headings = [voice.own(voice.ruleset.records["donnee"].title), *(voice.own(definitions[id].label) for id in COLUMNS)]
    return Section(_("Le registre, ligne par ligne"), [Table(headings, rows)])


def _cell(id: str, value: object, voice: Voice) -> str:
    definition = voice.ruleset.definitions[id]
    if value is None or value == 0:
        return "–"
    return voice.value(value, definition.type, definition.labels, definition.unit)  # type: ignore[arg-type]
