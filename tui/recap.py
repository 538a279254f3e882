"""Every answer in one table, as plain values: given, passed, assumed, no longer useful, still to come."""

from __future__ import annotations

from typing import Literal

import attrs

from ruleset.relevance import Wanted
from ruleset.types import UNKNOWN
from ruleset_tui import visit as way
from ruleset_tui.view import Picture, ask_text, assumptions, together

RowState = Literal["given", "unknown", "moot", "assumed", "waiting"]

SIGNS = {"given": "✓", "unknown": "?", "moot": "–", "assumed": "≈", "waiting": "○"}


@attrs.frozen
class RecapRow:
    """A question, its answer in words and what became of it."""

    wanted: Wanted
    question: str
    answer: str
    state: RowState

    @property
    def sign(self) -> str:
        """The state in one column."""
        return SIGNS[self.state]


def recap(picture: Picture) -> tuple[RecapRow, ...]:
    """Return the rows of the summary: answers in the order given, then assumptions, then open questions."""
    interview, voice = picture.interview, picture.voice
    _ = voice.ui
    rows = [_dealt_with(picture, wanted) for wanted in picture.dealt_with]
    shown = {row.wanted for row in rows}
    for record, given in interview.case.records.items():
        wanted = Wanted("", record)
        if given and wanted not in shown and record in interview.ruleset.records:
            rows.append(_dealt_with(picture, wanted))
    for wanted, count, words in assumptions(picture):
        if wanted not in shown:
            answer = _("{answer} (supposé)").format(answer=words)
            rows.append(RecapRow(wanted, ask_text(picture, wanted, count), answer, "assumed"))
    shown = {row.wanted for row in rows}
    waiting = together(wanted for wanted in interview.open_questions if wanted not in shown)
    later = _("pas encore répondu")
    return (*rows, *(RecapRow(one, ask_text(picture, one, count), later, "waiting") for one, count in waiting))


def _dealt_with(picture: Picture, wanted: Wanted) -> RecapRow:
    interview, voice = picture.interview, picture.voice
    _ = voice.ui
    value = way.given(interview, wanted)
    if way.is_list(wanted):
        count = value if isinstance(value, int) else 0
        answer = picture.ngettext("{n} fiche", "{n} fiches", count) if count else _("aucune fiche")
        answer = _("je ne sais pas") if value is UNKNOWN else answer
    else:
        answer = voice.answer(interview.question(wanted), value)
    moot = way.asked(interview, wanted) is False
    if moot:
        answer = _("{answer} (n'est plus utile)").format(answer=answer)
    state: RowState = "moot" if moot else "unknown" if value is UNKNOWN else "given"
    return RecapRow(wanted, ask_text(picture, wanted), answer, state)
