"""What a picture shows, as a table: for Markdown, for screen readers, for whoever wants the figures."""

from __future__ import annotations

from ruleset import texts
from ruleset.reports.sections import BarChart, Map, Picture, Plan, Table, Timeline
from ruleset.wording import Voice


def as_table(picture: Picture, voice: Voice) -> Table:
    """Return a picture as a table, in words."""
    _ = voice.ui
    match picture:
        case Timeline(events, today):
            days = [(event.day, event.label) for event in sorted(events, key=lambda event: event.day)]
            if today:
                days.append((today, today_words(voice)))
            days.sort(key=lambda one: one[0])
            return Table((_("Jour"), _("Quoi")), ((texts.format_date(day, voice.locale), what) for day, what in days))
        case BarChart(bars, goal):
            rows = [(bar.label, bar.text) for bar in (*bars, *([goal] if goal else []))]
            return Table((_("Quoi"), _("Combien")), rows)
        case Map(places, mark):
            marked = [f" · {mark}" if place.marked and mark else "" for place in places]
            return Table(
                (_("Nom"), _("Lieu"), _("Catégorie")),
                ((one.label, one.town, one.category + more) for one, more in zip(places, marked, strict=True)),
            )
        case Plan(stages=stages):
            rows3 = [(one.label, one.group or "–", ", ".join(one.phases)) for one in stages]
            return Table((_("Quoi"), _("Qui"), _("Phases")), rows3)


def summary(picture: Picture, voice: Voice) -> str:
    """Return in one sentence what a picture shows, for who does not see it."""
    _, locale = voice.ui, voice.locale
    match picture:
        case Timeline(events):
            if not events:
                return _("Frise sans date.")
            first, last = (
                texts.format_date(day, locale) for day in (min(e.day for e in events), max(e.day for e in events))
            )
            return _("Frise de {n} dates, du {first} au {last}.").format(n=len(events), first=first, last=last)
        case BarChart(bars):
            shown = texts.join([_("{name} : {value}").format(name=bar.label, value=bar.text) for bar in bars], locale)
            return _("Barres. {bars}.").format(bars=shown) if bars else _("Aucune barre.")
        case Map(places):
            counts = [
                _("{name} : {value}").format(name=name, value=sum(place.category == name for place in places))
                for name in picture.categories
            ]
            shown = texts.join(counts, locale) if counts else "–"
            return _("Carte de {n} lieux. {counts}.").format(n=len(places), counts=shown)
        case Plan(phases, stages):
            return _("Plan de {n} lignes sur {phases} phases.").format(n=len(stages), phases=len(phases))


def named(name: str, value: str, voice: Voice) -> str:
    """Return a name and what it has: `Cible : 60 000 $`, as each language writes it."""
    return voice.ui("{name} : {value}").format(name=name, value=value)


def today_words(voice: Voice) -> str:
    """Return what stands at the day of law in a picture."""
    return voice.ui("jour du droit lu par ce rapport")
