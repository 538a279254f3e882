"""What the report of an innovation centre adds: the map of the directory, and the centres that compare."""

from __future__ import annotations

from collections.abc import Iterator

from ruleset import Map, Outcome, Outline, Paragraphs, Place, Section, Table, Voice, hookimpl

# The Saint Lawrence from Lake Saint-Louis to the Gulf, by points that any atlas gives to a few kilometres.
RIVER = (
    (-73.85, 45.38), (-73.52, 45.50), (-73.12, 46.05), (-72.54, 46.33), (-71.85, 46.60), (-71.20, 46.82),
    (-70.55, 47.05), (-69.90, 47.60), (-69.40, 48.05), (-68.55, 48.55), (-67.60, 49.00), (-66.50, 49.35),
    (-65.30, 49.45), (-64.30, 49.20),
)  # fmt: skip


@hookimpl
def ruleset_report(outcome: Outcome, voice: Voice) -> Iterator[Section]:
    """Yield the map of the directory, with the comparable centres marked, then these in order."""
    if outcome.ruleset == "ci":
        yield _map(outcome, voice)
        yield from _comparable(outcome, voice)


def _map(outcome: Outcome, voice: Voice) -> Section:
    _ = voice.own
    centre = voice.ruleset.records["centre"]
    ranks = _ranks(outcome)
    rows = list(enumerate(centre.rows or ()))
    order = list(centre.fields["status"].labels)
    rows.sort(key=lambda row: order.index(str(row[1]["status"])) if row[1]["status"] in order else len(order))
    places = [
        Place(
            row["longitude"],
            row["latitude"],
            str(row["name"]),
            str(row["city"]),
            voice.answer(centre.fields["status"], row["status"]),
            marked=number in ranks,
        )
        for number, row in rows
        if row["longitude"] is not None and row["latitude"] is not None
    ]
    river = Outline(_("Fleuve Saint-Laurent"), RIVER)
    told = _("Chaque point est au centre de sa ville, pas à l'adresse du centre. Le trait bleu suit le Saint-Laurent.")
    shown = Map(places, _("entouré : centre comparable au vôtre"), [river])
    return Section(_("Carte des centres et des zones"), [shown, Paragraphs([told])])


def _ranks(outcome: Outcome) -> dict[int, int]:
    """Return the rank of each comparable centre, by its number in the directory."""
    rows = enumerate(outcome.record_values.get("centre", ()))
    return {number: rank for number, row in rows if isinstance(rank := row.get("comparable_rank"), int)}


def _comparable(outcome: Outcome, voice: Voice) -> Iterator[Section]:
    _ = voice.own
    centre = voice.ruleset.records["centre"]
    said = {one.record: one.message for one in outcome.findings if one.id == "comparable" and one.status == "holds"}
    table = []
    for number, rank in sorted(_ranks(outcome).items(), key=lambda one: one[1]):
        row = (centre.rows or ())[number]
        words = [voice.answer(centre.fields[id], row[id]) for id in ("name", "city", "status")]
        table.append((str(rank), *words, said.get(f"centre[{number}]", "")))
    if table:
        headings = [voice.own(centre.fields[id].ask) for id in ("name", "city", "status")]
        yield Section(_("Centres à comparer au vôtre"), [Table((_("Rang"), *headings, _("Pourquoi")), table)])
