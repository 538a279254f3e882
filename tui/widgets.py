"""Small widgets that every screen uses: the title, the keys, buttons. Their state shows in characters too."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from ruleset_tui.words import bar, key_name

if TYPE_CHECKING:
    from textual import events
    from textual.app import RenderResult
    from textual.screen import Screen

    from ruleset_tui.app import RulesetApp

MENU_KEY = "ctrl+p"


def app_of(widget: Widget) -> RulesetApp:
    """Return the application, by its own type."""
    return cast("RulesetApp", widget.app)


def cut(text: str, width: int) -> str:
    """Return a text that fits into a width.

    >>> cut("questionnaire", 8)
    'questio…'
    """
    return text if cell_len(text) <= width else text[: max(0, width - 1)].rstrip() + "…"


class TitleBar(Widget):
    """The first line: what is open on the left, the date of law on the right."""

    def __init__(self) -> None:
        super().__init__()
        self.left = ""
        self.right: tuple[str, ...] = ()

    def show(self, left: str, right: tuple[str, ...] = ()) -> None:
        """Show a title; the first of the texts on the right that leaves it some room stands there."""
        self.left, self.right = left, right
        self.refresh()

    def render(self) -> RenderResult:
        """Return the line."""
        width = self.size.width
        right = next((text for text in self.right if cell_len(text) * 2 <= width), "")
        left = cut(self.left, width - cell_len(right) - (2 if right else 0))
        gap = max(0, width - cell_len(left) - cell_len(right))
        return Content.assemble((left, "bold"), " " * gap, right)


class ProgressLine(Widget):
    """The second line: progress in words and as a bar; in its place, why nothing is being saved."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.share = 0.0
        self.problem = ""

    def show(self, text: str, share: float, problem: str = "") -> None:
        """Show how far the interview is."""
        self.text, self.share, self.problem = text, share, problem
        self.set_class(bool(problem), "-problem")
        self.refresh()

    def render(self) -> RenderResult:
        """Return the line."""
        width = self.size.width
        if self.problem:
            return Content(cut(f"! {self.problem}", width))
        room = min(30, width - cell_len(self.text) - 2)
        return Content(f"{self.text}  {bar(self.share, room)}" if room >= 5 else cut(self.text, width))


class ActionButton(Widget, can_focus=True):
    """A button of one line that runs an action: `‹ Continuer ›`, and `▶ Continuer ◀` where the focus is."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "press", show=False)]

    def __init__(self, label: str, action: str, *, key: str = "", id: str | None = None, classes: str = "") -> None:
        super().__init__(id=id, classes=classes)
        self.label = label
        self.action = action
        self.key = key

    def render(self) -> RenderResult:
        """Return the button."""
        left, right = ("▶", "◀") if self.has_focus else ("‹", "›")
        return Content.assemble(f"{left} ", (self.label, "bold" if self.has_focus else ""), f" {right}")

    def get_content_width(self, *_: object) -> int:
        """Return the width of the label and its signs."""
        return cell_len(self.label) + 4

    async def action_press(self) -> None:
        """Run the action of the button."""
        await self.run_action(self.action)

    async def on_click(self, event: events.Click) -> None:
        """Press the button with the mouse."""
        event.stop()
        await self.action_press()


class Notice(Static):
    """A line or two that say something; takes no room while it is empty."""

    def say(self, text: str) -> None:
        """Show a text."""
        self.update(Content(text))
        self.display = bool(text)


class KeyBar(Static):
    """The keys that work here, on one or two lines; those that do not fit are in the menu."""

    class Pressed(Message):
        """A key of the bar was clicked."""

    def on_mount(self) -> None:
        """Follow the bindings of the screen."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)
        self._fill()

    def on_resize(self) -> None:
        """Fit the keys to the width."""
        self._fill()

    def _changed(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            self._fill()

    def _fill(self) -> None:
        width = self.size.width or self.app.size.width
        lines = 1 if self.app.size.height < 20 else 2
        self.update(Content("\n").join(pack(self._entries(), width - 2, lines)))

    def _entries(self) -> list[tuple[str, str, str]]:
        app = app_of(self)
        found: list[tuple[str, str, str]] = []
        menu: list[tuple[str, str, str]] = []
        seen = set()
        for _node, binding, enabled, _tooltip in self.screen.active_bindings.values():
            if binding.show and enabled and binding.action not in seen:
                seen.add(binding.action)
                entry = (key_name(binding.key, app.words), app.words(binding.description), binding.key)
                (menu if binding.key == MENU_KEY else found).append(entry)
        return menu + found


def pack(entries: list[tuple[str, str, str]], width: int, lines: int) -> list[Content]:
    """Return lines of keys; the first entry (the menu) always fits and stands last."""
    if not entries:
        return []
    menu, *others = entries
    rows: list[list[tuple[str, str, str]]] = [[]]
    used = 0
    reserved = _width(menu)
    for entry in others:
        last = len(rows) == lines
        room = width - (reserved if last else 0)
        if used + _width(entry) > room and not last:
            rows.append([])
            used, last = 0, len(rows) == lines
            room = width - (reserved if last else 0)
        if used + _width(entry) > room:
            break
        rows[-1].append(entry)
        used += _width(entry)
    if used + reserved > width and len(rows) < lines:
        rows.append([])
    rows[-1].append(menu)
    return [
        Content("   ").join(
            Content.assemble((name, "bold"), f" {label}").stylize(f"@click=app.simulate_key('{key}')")
            for name, label, key in row
        )
        for row in rows
    ]


def _width(entry: tuple[str, str, str]) -> int:
    return cell_len(entry[0]) + 1 + cell_len(entry[1]) + 3
