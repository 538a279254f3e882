"""Small panels above a screen: the date of law, a text to read, a confirmation, the menu of actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ruleset import texts
from ruleset.texts import N_
from ruleset_tui.lists import MarkedList
from ruleset_tui.screens import Panel
from ruleset_tui.widgets import ActionButton, Notice
from ruleset_tui.words import key_name

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.screen import Screen


class LawDatePanel(Panel[dt.date | None]):
    """Asks for the day whose law applies."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", N_("Annuler"), show=False)]

    def __init__(self, day: dt.date, locale: str) -> None:
        super().__init__()
        self.day, self.locale = day, locale

    def compose(self) -> ComposeResult:
        """Yield the panel."""
        _ = self.ruleset_app.words
        with Vertical(classes="panel"):
            yield Static(Content(_("Droit de quel jour ?")), classes="ask")
            yield Static(
                Content(_("Les règles sont relues telles qu'elles étaient ou seront ce jour-là.")), classes="help"
            )
            yield Input(texts.format_date(self.day, self.locale, "short"), id="day", select_on_focus=True)
            yield Notice(id="error", classes="error")
            with Horizontal(classes="buttons"):
                yield ActionButton(_("Valider"), "screen.apply")
                yield ActionButton(_("Aujourd'hui"), "screen.today")
                yield ActionButton(_("Annuler"), "screen.close")

    def on_mount(self) -> None:
        """Begin without an error."""
        self.query_one(Notice).say("")

    def on_input_submitted(self) -> None:
        """Take the day that was typed."""
        self.action_apply()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say in words which day is meant."""
        notice = self.query_one(Notice)
        notice.remove_class("error")
        try:
            day = texts.parse_date(event.value, self.locale)
        except texts.UnreadableTextError:
            notice.say("")
        else:
            notice.say(f"→ {texts.format_date(day, self.locale, 'full')}")

    def action_apply(self) -> None:
        """Take the day that was typed, or say what is wrong with it."""
        try:
            self.dismiss(texts.parse_date(self.query_one(Input).value, self.locale))
        except texts.UnreadableTextError as error:
            self.query_one(Notice).add_class("error").say(f"✗ {error}")
            self.query_one(Input).focus()

    def action_today(self) -> None:
        """Take today."""
        self.dismiss(self.ruleset_app.today)

    def action_close(self) -> None:
        """Change nothing."""
        self.dismiss(None)


class TextPanel(Panel[None]):
    """A text to read."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,f4,q,enter", "close", N_("Fermer"), show=False),
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
        Binding("pageup", "scroll(-8)", show=False),
        Binding("pagedown,space", "scroll(8)", show=False),
    ]

    def __init__(self, title: str, body: Sequence[Content]) -> None:
        super().__init__()
        self.heading, self.body = title, body

    def compose(self) -> ComposeResult:
        """Yield the panel."""
        _ = self.ruleset_app.words
        with Vertical(classes="panel tall"):
            yield Static(Content(self.heading), classes="ask")
            with VerticalScroll(id="text", can_focus=False):
                for part in self.body:
                    yield Static(part)
            with Horizontal(classes="buttons"):
                yield ActionButton(_("Fermer"), "screen.close")

    def action_scroll(self, lines: int) -> None:
        """Move the text."""
        self.query_one("#text").scroll_relative(y=lines, animate=False)

    def action_close(self) -> None:
        """Go back to the screen."""
        self.dismiss(None)


class ConfirmPanel(Panel[bool]):
    """Asks before something is erased."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "answer(False)", N_("Annuler"), show=False)]

    def __init__(self, question: str, yes: str) -> None:
        super().__init__()
        self.question, self.yes = question, yes

    def compose(self) -> ComposeResult:
        """Yield the panel; the safe answer has the focus."""
        _ = self.ruleset_app.words
        with Vertical(classes="panel"):
            yield Static(Content(self.question), classes="ask")
            with Horizontal(classes="buttons"):
                yield ActionButton(_("Annuler"), "screen.answer(False)")
                yield ActionButton(self.yes, "screen.answer(True)")

    def action_answer(self, sure: bool) -> None:
        """Give the answer back."""
        self.dismiss(sure)


class MenuPanel(Panel[str | None]):
    """Everything that can be done here, for keyboards and terminals that keep some keys for themselves."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,ctrl+p", "close", N_("Fermer"), show=False)]

    def __init__(self, below: Screen[object]) -> None:
        super().__init__()
        found: dict[str, tuple[str, str]] = {}
        for _node, binding, enabled, _tooltip in below.active_bindings.values():
            if enabled and binding.description and binding.system is False and binding.id == "menu":
                found.setdefault(binding.action, (binding.key, binding.description))
        self.entries = tuple(found.values())

    def compose(self) -> ComposeResult:
        """Yield the panel."""
        _ = self.ruleset_app.words
        options = [
            Option(Content.assemble((f"{key_name(key, _):<9}", "bold"), _(text)), id=key) for key, text in self.entries
        ]
        with Vertical(classes="panel tall"):
            yield Static(Content(_("Que voulez-vous faire ?")), classes="ask")
            yield MarkedList(*options)
            yield Static(Content(_("Flèches et entrée pour choisir, échap pour fermer.")), classes="help")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Give back the key of what was chosen."""
        self.dismiss(event.option.id)

    def action_close(self) -> None:
        """Do nothing."""
        self.dismiss(None)
