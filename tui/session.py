"""A visit that is kept: every move is saved, and a store that fails never stops the interview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Self

from ruleset.interview import Interview
from ruleset.model import Case, RuleSet
from ruleset.relevance import Wanted
from ruleset_tui import visit as way
from ruleset_tui.view import Picture
from ruleset_tui.visit import Visit

if TYPE_CHECKING:
    import datetime as dt

    from ruleset.saved import Saved
    from ruleset.storage import Storage
    from ruleset.types import Value


class Session:
    """One person's interview: where they are, what is shown of it, whether it is saved.

    `problem` says why the last answer could not be saved; empty when it is. `note` is what to tell on opening.
    """

    def __init__(self, visit: Visit, storage: Storage | None = None, id: int | None = None, note: str = "") -> None:
        self.visit = visit
        self.storage = storage
        self.id = id
        self.note = note
        self.problem = ""
        self._picture = Picture(visit.interview)

    @classmethod
    def start(
        cls,
        ruleset: RuleSet,
        on: dt.date,
        lang: str,
        storage: Storage | None,
        answers: Mapping[str, Value] | None = None,
    ) -> Self:
        """Return a new interview, with answers that are there already; it is saved from its first answer on."""
        return cls(way.begin(Interview.start(ruleset, Case(ruleset.id, on, answers or {}, lang=lang))), storage)

    @classmethod
    def imported(cls, ruleset: RuleSet, case: Case, storage: Storage | None) -> Self:
        """Return a new interview about a case read from a file; it is saved at once."""
        from ruleset_tui.file_actions import imported_text

        empty = Interview.start(ruleset, Case(ruleset.id, case.on, lang=case.lang))
        session = cls(way.begin(empty.take(case)), storage)
        session.note = imported_text(Picture(empty), session.picture)
        session.save()
        return session

    @classmethod
    def resume(cls, saved: Saved, ruleset: RuleSet, lang: str, storage: Storage | None) -> Self:
        """Return a saved interview at the place where it was left."""
        from ruleset.saved import restore

        found = restore(saved, ruleset)
        interview = found.interview.speak(lang)
        visit = way.settle(Visit(interview, found.here)) if found.here else way.begin(interview)
        session = cls(visit, storage, saved.id)
        session.note = session.changes(saved.version, found.dropped) if found.changed or found.dropped else ""
        return session

    def changes(self, version: str, dropped: Sequence[str]) -> str:
        """Return what to tell about a rule set that has changed since."""
        voice = self.picture.voice
        _ = voice.ui
        text = _("Les règles ont changé depuis votre dernière visite (version {old}, maintenant {new}).").format(
            old=version, new=self.visit.interview.ruleset.version
        )
        if dropped:
            names = " ; ".join(voice.own(name) for name in dropped)
            text += " " + _("Ces réponses ne conviennent plus et ont été retirées : {names}").format(names=names)
        return text

    @property
    def interview(self) -> Interview:
        """The interview as it stands."""
        return self.visit.interview

    @property
    def picture(self) -> Picture:
        """What screens read of the interview."""
        if self._picture.interview is not self.visit.interview:
            self._picture = Picture(self.visit.interview)
        return self._picture

    def move(self, visit: Visit) -> None:
        """Go to another state of the visit, and save it if there is something to keep."""
        self.visit = visit
        if visit.interview.steps or visit.interview.case.records or self.id is not None:
            self.save()

    def save(self) -> None:
        """Save the interview; a failure is told in `problem`, and tried again with the next move."""
        if self.storage is None:
            return
        from ruleset.storage import StorageError

        try:
            self.id = self.storage.save(self.visit.interview, self.place, self.id)
        except StorageError as error:
            self.problem = str(error)
        else:
            self.problem = ""

    @property
    def place(self) -> Wanted | None:
        """Where to come back to: the question shown, or the one before an edit."""
        return self.visit.resume if self.visit.editing else self.visit.here
