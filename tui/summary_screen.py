"""Every answer in one table; enter edits one, and everything is read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.coordinate import Coordinate
from textual.widgets import DataTable, Static

from ruleset.relevance import Wanted
from ruleset.texts import N_
from ruleset_tui.recap import RecapRow, recap
from ruleset_tui.screens import InterviewScreen
from ruleset_tui.view import progress_text
from ruleset_tui.widgets import KeyBar, ProgressLine, TitleBar

if TYPE_CHECKING:
    from textual.app import ComposeResult

STYLES = {"given": "", "unknown": "italic", "moot": "dim strike", "assumed": "italic", "waiting": "dim"}


class AnswerTable(DataTable[Text]):
    """A table of rows: the first and the last are reached as in every list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select_cursor", N_("Modifier")),
        Binding("home", "scroll_top", show=False),
        Binding("end", "scroll_bottom", show=False),
    ]


class SummaryScreen(InterviewScreen[Wanted | None]):
    """The table of answers. Gives back the question to edit."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f5,alt+left", "close", N_("Retour"), id="menu"),
        Binding("f6", "results", N_("Résultats"), id="menu"),
        Binding("f7", "law_date", N_("Date du droit"), id="menu"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[RecapRow, ...] = ()

    def compose(self) -> ComposeResult:
        """Yield the screen."""
        yield TitleBar()
        yield ProgressLine()
        yield Static(id="legend")
        yield AnswerTable(id="answers", cursor_type="row", zebra_stripes=True)
        yield KeyBar()

    async def on_mount(self) -> None:
        """Show the table at the question that was just shown."""
        await self.refresh_view()
        table = self.query_one(DataTable)
        here = self.session.visit.here
        rows = [number for number, row in enumerate(self.rows) if row.wanted == here]
        table.move_cursor(row=rows[0] if rows else 0)
        table.focus()

    async def refresh_view(self) -> None:
        """Show the answers as they are now."""
        _ = self.ruleset_app.words
        self.show_title(_("Récapitulatif"))
        progress = self.picture.progress
        self.query_one(ProgressLine).show(progress_text(self.picture), progress.share)
        legend = _("Entrée pour modifier.  ✓ répondu  ? je ne sais pas  – inutile  ≈ supposé  ○ à venir")
        self.query_one("#legend", Static).update(Content(legend))
        self.rows = recap(self.picture)
        self._fill()

    def on_resize(self) -> None:
        """Fit the columns to the width."""
        if self.rows:
            self._fill()

    def _fill(self) -> None:
        _ = self.ruleset_app.words
        table: DataTable[Text] = self.query_one(DataTable)
        cursor = table.cursor_row
        room = self.app.size.width - 12
        answer = max(12, room * 2 // 5)
        table.clear(columns=True)
        table.add_column(" ", width=3)
        table.add_column(_("Question"), width=room - answer)
        table.add_column(_("Réponse"), width=answer)
        for row in self.rows:
            style = STYLES[row.state]
            cells = (Text(f"  {row.sign}"), Text(row.question, style), Text(row.answer, style))
            table.add_row(*cells, height=None)
        if self.rows:
            table.move_cursor(row=min(cursor, len(self.rows) - 1))

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Move the sign of the cursor, which must not be a colour alone."""
        table = event.data_table
        for number, row in enumerate(self.rows[: table.row_count]):
            sign = "▸" if number == event.cursor_row else " "
            table.update_cell_at(Coordinate(number, 0), Text(f"{sign} {row.sign}"))

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Edit the answer that was chosen."""
        self.dismiss(self.rows[event.cursor_row].wanted)

    def action_close(self) -> None:
        """Go back to the question."""
        self.dismiss(None)

    def action_results(self) -> None:
        """Show what the rule set concludes."""
        from ruleset_tui.results_screen import ResultsScreen

        self.app.push_screen(ResultsScreen(), self._edit)

    def _edit(self, wanted: Wanted | None) -> None:
        if wanted is not None:
            self.dismiss(wanted)
