"""What the screens of an interview have in common: the session, the date of law, the words, staying in one language."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.content import Content
from textual.screen import ModalScreen, Screen, ScreenResultType
from textual.widget import Widget
from textual.widgets import Static

from ruleset_tui.widgets import TitleBar

if TYPE_CHECKING:
    import datetime as dt

    from ruleset.model import RuleSet
    from ruleset_tui.app import RulesetApp
    from ruleset_tui.session import Session
    from ruleset_tui.view import Picture


class Speaking:
    """A part of the interface that can be said again in another language.

    Not a widget: style sheets know a class by its first widget base, which must stay Textual's.
    """

    @property
    def ruleset_app(self) -> RulesetApp:
        """The application, by its own type."""
        return cast("RulesetApp", cast("Widget", self).app)

    async def retranslate(self) -> None:
        """Show everything again in the language of the application."""


class PlainScreen(Speaking, Screen[ScreenResultType]):
    """A whole screen."""

    @property
    def at_hand(self) -> RuleSet | None:
        """The rule set that the screen is about, if there is one."""
        return None


class Panel(Speaking, ModalScreen[ScreenResultType]):
    """A panel above a screen."""


class InterviewScreen(PlainScreen[ScreenResultType]):
    """A screen about the interview under way."""

    @property
    def session(self) -> Session:
        """The interview under way."""
        session = self.ruleset_app.session
        assert session is not None
        return session

    @property
    def at_hand(self) -> RuleSet | None:
        """The rule set of the interview."""
        return self.session.interview.ruleset

    @property
    def picture(self) -> Picture:
        """What there is to show."""
        return self.session.picture

    def show_title(self, subtitle: str = "") -> None:
        """Show the rule set's title and the date of law."""
        from ruleset_tui.view import law_text

        picture = self.picture
        title = picture.voice.own(self.session.interview.ruleset.title)
        left = f"{subtitle} — {title}" if subtitle else title
        self.query_one(TitleBar).show(left, (law_text(picture), law_text(picture, "short")))

    async def refresh_view(self) -> None:
        """Show the interview as it is now."""

    async def retranslate(self) -> None:
        """Show everything again in the language of the application."""
        await self.refresh_view()
        self.refresh_bindings()

    def action_law_date(self) -> None:
        """Ask for another date of law."""
        from ruleset_tui.dialogs import LawDatePanel

        self.app.push_screen(LawDatePanel(self.session.interview.case.on, self.picture.voice.locale), self._law_of)

    async def _law_of(self, day: dt.date | None) -> None:
        from ruleset_tui import visit as way

        if day is not None:
            self.session.move(way.on(self.session.visit, day))
            await self.refresh_view()


def section(title: str) -> Content:
    """Return the heading of a part of a text."""
    return Content.assemble((title, "bold $primary"))


def plain(text: str, style: str = "", classes: str = "") -> Static:
    """Return a text that is shown as it is, without markup."""
    return Static(Content.styled(text, style) if style else Content(text), classes=classes)
