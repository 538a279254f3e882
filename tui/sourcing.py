"""Citations as they are shown: title, dates in words, address, warning."""

from __future__ import annotations

import datetime as dt

import attrs

from ruleset import texts
from ruleset.model import Source
from ruleset.wording import Voice


@attrs.frozen
class SourceView:
    """A citation as it is shown."""

    title: str
    dates: str
    url: str
    warning: str
    note: str


def sources_view(sources: tuple[Source, ...], voice: Voice) -> tuple[SourceView, ...]:
    """Return citations with their dates in words."""
    return tuple(
        SourceView(
            voice.own(source.title), dates_text(source.since, source.until, voice), source.url, voice.mark(source.mark),
            voice.own(source.note),
        )
        for source in sources
    )  # fmt: skip


def dates_text(since: dt.date | None, until: dt.date | None, voice: Voice) -> str:
    """Return from when to when a text is in force, in words."""
    _ = voice.ui
    first, last = (texts.format_date(day, voice.locale) if day else "" for day in (since, until))
    if first and last:
        return _("du {first} au {last}").format(first=first, last=last)
    if first:
        return _("depuis le {first}").format(first=first)
    return _("jusqu'au {last}").format(last=last) if last else ""
