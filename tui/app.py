"""The application: its language, its store, the rule sets at hand, and which screen is open."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.theme import Theme

from ruleset import texts
from ruleset.texts import N_
from ruleset_tui.screens import PlainScreen, Speaking
from ruleset_tui.start_screen import StartScreen

if TYPE_CHECKING:
    from pathlib import Path

    from ruleset.model import Case, RuleSet
    from ruleset.plugins.registry import Registry
    from ruleset.saved import Saved
    from ruleset.storage import Storage
    from ruleset_tui.session import Session

DARK = Theme(
    "ruleset-dark",
    primary="#8fb4d9",
    secondary="#9aa7b5",
    accent="#d8b26a",
    foreground="#dfe3e8",
    background="#15191e",
    surface="#1b2027",
    panel="#232a33",
    error="#e08a80",
    warning="#dcae62",
    success="#93bd7d",
)
LIGHT = Theme(
    "ruleset-light",
    primary="#24527d",
    secondary="#5b6875",
    accent="#8a5a00",
    foreground="#1d2329",
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e7e4dc",
    error="#a3271b",
    warning="#8a5a00",
    success="#2f6b1f",
    dark=False,
)


class RulesetApp(App[int], inherit_bindings=False):
    """The terminal application."""

    TITLE = "ruleset"
    CSS_PATH = "ruleset.tcss"
    ENABLE_COMMAND_PALETTE = False  # its words cannot be translated; ctrl+p opens our own menu
    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (60, "-narrow"), (100, "-wide")]  # noqa: RUF012  Textual declares them so
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-high")]  # noqa: RUF012  same
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "tables", N_("Tables de référence"), id="menu"),
        Binding("f8", "language", N_("Langue"), id="menu"),
        Binding("ctrl+t", "theme", N_("Clair ou sombre"), show=False, id="menu"),
        Binding("f10", "quit", N_("Quitter"), id="menu"),
        Binding("ctrl+c", "quit", show=False, system=True),
        Binding("ctrl+p", "menu", N_("Menu")),
    ]

    def __init__(
        self,
        lang: str,
        registry: Registry | None = None,
        only: RuleSet | None = None,
        folder: Path | None = None,
        today: dt.date | None = None,
    ) -> None:
        super().__init__()
        self.lang = lang
        self.words = texts.gettext(lang)
        self.given_registry = registry
        self.only = only
        self.folder = folder
        self.given_today = today
        self.session: Session | None = None
        self._storage: Storage | None = None
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name

    @property
    def today(self) -> dt.date:
        """The day whose law applies by default."""
        return self.given_today or dt.date.today()  # noqa: DTZ011  the law's day is the local one

    @property
    def registry(self) -> Registry:
        """The rule sets that are installed."""
        if self.given_registry is None:
            from ruleset.plugins.registry import registry

            self.given_registry = registry()
        return self.given_registry

    @property
    def storage(self) -> Storage:
        """The saved interviews."""
        if self._storage is None:
            from ruleset.storage import Storage

            self._storage = Storage(self.folder)
        return self._storage

    def on_mount(self) -> None:
        """Open the list of questionnaires."""
        self.push_screen(StartScreen())

    def begin(self, ruleset: RuleSet) -> None:
        """Start a new interview, with the answers that other questionnaires have already if the person wants them."""
        from ruleset_tui.carrying import CarryPanel, at_hand
        from ruleset_tui.session import Session

        found = at_hand(self, ruleset)

        def start(taken: bool | None) -> None:
            answers = found.answers if taken else {}
            self._open(Session.start(ruleset, self.today, self.lang, self.storage, answers))

        if found.answers:
            self.push_screen(CarryPanel(found), start)
        else:
            start(False)

    def resume(self, saved: Saved, ruleset: RuleSet) -> None:
        """Go on with a saved interview."""
        from ruleset_tui.session import Session

        self._open(Session.resume(saved, ruleset, self.lang, self.storage))

    def begin_with(self, ruleset: RuleSet, case: Case) -> None:
        """Start an interview with a case read from a file, and keep it."""
        from ruleset_tui.session import Session

        self._open(Session.imported(ruleset, case, self.storage))

    def named(self, id: str, base: Path) -> RuleSet:
        """Return the rule set that a file names: the one at hand, an installed one, or a folder beside the file.

        Raises:
            LoadError: there is none.
        """
        return self.only if self.only is not None and self.only.id == id else self.registry.find(id, base)

    def _open(self, session: Session) -> None:
        from ruleset_tui.question_screen import QuestionScreen

        self.session = session
        self.push_screen(QuestionScreen())

    async def action_language(self) -> None:
        """Speak the next language, at the same place."""
        from ruleset_tui import visit as way

        position = texts.LANGUAGES.index(self.lang) if self.lang in texts.LANGUAGES else -1
        self.lang = texts.LANGUAGES[(position + 1) % len(texts.LANGUAGES)]
        self.words = texts.gettext(self.lang)
        if self.session is not None:
            self.session.move(way.speak(self.session.visit, self.lang))
        for screen in self.screen_stack:
            if isinstance(screen, Speaking):
                await screen.retranslate()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the reference tables where the rule set at hand has some."""
        if action == "tables":
            at_hand = self.screen.at_hand if isinstance(self.screen, PlainScreen) else None
            return at_hand is not None and any(one.rows is not None for one in at_hand.records.values())
        return super().check_action(action, parameters)

    def action_tables(self) -> None:
        """Show the reference tables of the rule set at hand."""
        from ruleset_tui.table_screen import open_tables

        if isinstance(self.screen, PlainScreen) and self.screen.at_hand is not None:
            open_tables(self, self.screen.at_hand)

    def action_theme(self) -> None:
        """Change between dark and light."""
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name

    def action_menu(self) -> None:
        """Open the menu of actions."""
        from ruleset_tui.dialogs import MenuPanel

        if isinstance(self.screen, PlainScreen):
            self.push_screen(MenuPanel(self.screen), self._run_key)

    def _run_key(self, key: str | None) -> None:
        if key is not None:
            self.call_later(self.simulate_key, key)

    async def action_quit(self) -> None:
        """Leave; everything is saved already."""
        self.exit(0)

    async def on_unmount(self) -> None:
        """Close the store."""
        if self._storage is not None:
            self._storage.close()
