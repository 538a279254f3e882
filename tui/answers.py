"""The widgets that take an answer: a list of choices (one or several) and a field for what is typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input
from textual.widgets.option_list import Option

from ruleset_tui.lists import MarkedList

KEYS = "123456789"


class ChoiceList(MarkedList):
    """Choices as `● 1 Oui`, or `[x] 1 …` where several may be chosen; `▸` marks the line of the cursor.

    With one choice, arrows choose as they move. A digit or the first letter of a label chooses too. Enter submits.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", show=False),
        Binding("space", "take", show=False),
    ]

    class Changed(Message):
        """What is chosen has changed."""

    class Submitted(Message):
        """Enter was pressed."""

    def __init__(self, choices: Iterable[tuple[str, str]], chosen: Iterable[str], *, multiple: bool) -> None:
        self.choices = tuple(choices)
        self.chosen = set(chosen)
        self.multiple = multiple
        super().__init__(*(Option(self._line(number)) for number in range(len(self.choices))), id="answer")

    def on_mount(self) -> None:
        """Put the cursor on the first chosen line."""
        ids = [id for id, _ in self.choices]
        first = next((number for number, id in enumerate(ids) if id in self.chosen), None)
        self.highlighted = first if first is not None or not self.multiple else 0

    def restore(self, chosen: Iterable[str]) -> None:
        """Choose again what was chosen before."""
        self.chosen = set(chosen)
        self._redraw()

    def _line(self, number: int) -> Table:
        id, label = self.choices[number]
        on = id in self.chosen
        sign = ("[x]" if on else "[ ]") if self.multiple else ("●" if on else "○")
        line = Table.grid(padding=(0, 1, 0, 0))
        line.add_column(no_wrap=True)
        line.add_column(no_wrap=True)
        line.add_column(ratio=1)
        key = KEYS[number] if number < len(KEYS) else " "
        line.add_row(Text(sign), key, Text(label, style="bold" if on else ""))
        return line

    def _redraw(self) -> None:
        for number in range(len(self.choices)):
            self.replace_option_prompt_at_index(number, self._line(number))

    def choose(self, number: int) -> None:
        """Choose a line, or with several choices take it or leave it."""
        id = self.choices[number][0]
        self.chosen = self.chosen ^ {id} if self.multiple else {id}
        self.highlighted = number
        self._redraw()
        self.post_message(self.Changed())

    def _follow(self) -> None:
        if self.is_mounted and not self.multiple and self.highlighted is not None:
            self.choose(self.highlighted)

    def action_cursor_up(self) -> None:
        """Go up one line."""
        super().action_cursor_up()
        self._follow()

    def action_cursor_down(self) -> None:
        """Go down one line."""
        super().action_cursor_down()
        self._follow()

    def action_first(self) -> None:
        """Go to the first line."""
        super().action_first()
        self._follow()

    def action_last(self) -> None:
        """Go to the last line."""
        super().action_last()
        self._follow()

    def action_page_up(self) -> None:
        """Go up one page."""
        super().action_page_up()  # type: ignore[no-untyped-call]
        self._follow()

    def action_page_down(self) -> None:
        """Go down one page."""
        super().action_page_down()  # type: ignore[no-untyped-call]
        self._follow()

    def action_take(self) -> None:
        """Take or leave the line of the cursor; the first where there is none."""
        self.choose(self.highlighted or 0)

    def action_select(self) -> None:
        """Answer a click on a line."""
        if self.highlighted is not None:
            self.choose(self.highlighted)

    def action_submit(self) -> None:
        """Say that the answer is complete."""
        self.post_message(self.Submitted())

    def on_key(self, event: events.Key) -> None:
        """Choose by a digit, or by the first letter of a label."""
        sign = event.character or ""
        if sign in KEYS and sign and KEYS.index(sign) < len(self.choices):
            event.stop()
            self.choose(KEYS.index(sign))
        elif sign.isalpha():
            self._jump(sign.casefold(), event)

    def _jump(self, letter: str, event: events.Key) -> None:
        found = [number for number, (_, label) in enumerate(self.choices) if label.casefold().startswith(letter)]
        if not found:
            return
        event.stop()
        here = -1 if self.highlighted is None else self.highlighted
        number = next((one for one in found if one > here), found[0])
        if self.multiple:
            self.highlighted = number
        else:
            self.choose(number)


class AnswerField(Input):
    """A field for a number, an amount, a date or a text; what it means is read elsewhere, by the person's customs."""

    def __init__(self, text: str, hint: str) -> None:
        super().__init__(text, placeholder=hint, id="answer", select_on_focus=False)


Draft = str | frozenset[str]


def draft_of(box: Widget) -> Draft | None:
    """Return what is typed or chosen in a question, given or not."""
    for widget in box.query("#answer"):
        if isinstance(widget, ChoiceList):
            return frozenset(widget.chosen)
        if isinstance(widget, AnswerField):
            return widget.value
    return None


def restore_draft(box: Widget, draft: Draft) -> None:
    """Type or choose again what was there before."""
    widget = box.query_one("#answer")
    if isinstance(widget, ChoiceList) and isinstance(draft, frozenset):
        widget.restore(draft)
    elif isinstance(widget, AnswerField) and isinstance(draft, str):
        widget.value = draft
