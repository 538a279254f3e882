"""A list whose cursor is a character: `▸` where the focus is, `›` where it is not."""

from __future__ import annotations

from rich.segment import Segment
from textual.strip import Strip
from textual.widgets import OptionList


class MarkedList(OptionList):
    """A list to choose from, readable without colours."""

    def _get_left_gutter_width(self) -> int:
        return 2

    def render_line(self, y: int) -> Strip:
        """Return a line with its sign."""
        line = super().render_line(y)
        number = self.scroll_offset.y + y
        sign = "  "
        if number < len(self._lines):
            option, offset = self._lines[number]
            if option == self.highlighted and offset == 0:
                sign = "▸ " if self.has_focus else "› "
        style = next(iter(line)).style if line else None
        return Strip([Segment(sign, style), *line])
