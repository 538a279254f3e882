"""What can be done to a list of records: add, change, remove, take as complete."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.widgets import OptionList

from ruleset_tui import visit as way
from ruleset_tui.visit import Visit

if TYPE_CHECKING:
    from ruleset_tui.question_screen import QuestionScreen


class Rows:
    """The actions of the question screen on the records that it shows."""

    @property
    def _screen(self) -> QuestionScreen:
        return cast("QuestionScreen", self)

    async def action_add_row(self) -> None:
        """Add a record and ask about it."""
        await self.go_to(way.add_row(self._screen.session.visit))

    async def action_remove_row(self) -> None:
        """Remove the record under the cursor."""
        rows = self._screen.query_one("#rows", OptionList)
        if rows.highlighted is not None:
            await self.go_to(way.remove_row(self._screen.session.visit, rows.highlighted))

    async def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Edit the record that was chosen."""
        if event.option_list.id == "rows":
            await self.go_to(way.edit_row(self._screen.session.visit, event.option_index))

    async def action_submit_rows(self) -> None:
        """Take the list of records as complete."""
        await self._screen.go_on(way.finish_rows(self._screen.session.visit))

    async def go_to(self, visit: Visit) -> None:
        """Show another place."""
        self._screen.session.move(visit)
        await self._screen.refresh_view()
