"""A reference table to read: rows to search and filter, all that is known of one, files to take away."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.coordinate import Coordinate
from textual.widgets import DataTable, Input, Static

from ruleset.exchange.reference import as_text
from ruleset.exchange.whole import write_whole
from ruleset.explanation import cited
from ruleset.reference import Condition, Entry, entries, folded, located, mentioning, name_field, tables
from ruleset.texts import N_
from ruleset.wording import Voice
from ruleset_tui.screens import PlainScreen
from ruleset_tui.table_panels import ConditionPanel, Filter, ListPanel, SavePanel
from ruleset_tui.widgets import KeyBar, TitleBar, cut

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from ruleset.model import RecordType, RuleSet
    from ruleset_tui.app import RulesetApp

_WIDEST = 18
_PADDING = 2
ALL = "*"


def open_tables(app: RulesetApp, ruleset: RuleSet) -> None:
    """Show the only reference table of a rule set, or let one be chosen."""
    found, own = tables(ruleset), Voice.of(ruleset, app.lang).own

    def show(id: str | None) -> None:
        if id is not None:
            app.push_screen(TableScreen(ruleset, found[id]))

    if len(found) == 1:
        show(next(iter(found)))
    else:
        lines = {id: Content(f"{own(one.title)} ({len(one.rows or ())})") for id, one in found.items()}
        app.push_screen(ListPanel(app.words("Quelle table ?"), lines), show)


class RowTable(DataTable[Text]):
    """The rows: the first and the last are reached as in every list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select_cursor", N_("Détail")),
        Binding("home", "scroll_top", show=False),
        Binding("end", "scroll_bottom", show=False),
    ]


class TableScreen(PlainScreen[None]):
    """A reference table."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,alt+left", "close", N_("Retour"), id="menu"),
        Binding("f2", "filter", N_("Filtrer"), id="menu"),
        Binding("f3", "search", N_("Chercher"), id="menu"),
        Binding("f4", "everything", N_("Tout montrer"), id="menu"),
        Binding("f5", "save", N_("Enregistrer"), id="menu"),
    ]

    def __init__(self, ruleset: RuleSet, table: RecordType) -> None:
        super().__init__()
        self.ruleset, self.table = ruleset, table
        self.filters: dict[str, Filter] = {}
        self.all: tuple[Entry, ...] = ()
        self.kept: tuple[Entry, ...] = ()
        self.saved: Path | None = None

    @property
    def voice(self) -> Voice:
        """The words of the rule set in the language of the application."""
        return Voice.of(self.ruleset, self.ruleset_app.lang)

    def compose(self) -> ComposeResult:
        """Yield the screen."""
        yield TitleBar()
        yield Input(id="search")
        yield Static(id="shown")
        yield Container(
            RowTable(id="rows-table", cursor_type="row", zebra_stripes=True),
            VerticalScroll(Static(id="row-text"), id="row-detail"),
            id="table-body",
        )
        yield KeyBar()

    def on_mount(self) -> None:
        """Show every row."""
        self._read()
        self.query_one(RowTable).focus()

    async def retranslate(self) -> None:
        """Show everything again in the language of the application."""
        self._read()
        self.refresh_bindings()

    def _read(self) -> None:
        _, voice = self.ruleset_app.words, self.voice
        self.all = entries(self.table, voice)
        self.query_one(TitleBar).show(f"{voice.own(self.table.title)} — {voice.own(self.ruleset.title)}")
        self.query_one("#search", Input).placeholder = _("Chercher : un nom, une ville, un mot…")
        self._show()

    def _rows(self, without: str = "") -> tuple[Entry, ...]:
        """Return the rows that pass the search and the filters, but the one of a field."""
        conditions = [one.condition for one in self.filters.values() if one.condition and one.field != without]
        found = mentioning(self.all, self.query_one("#search", Input).value)
        return tuple(one for one in found if all(condition.keeps(one) for condition in conditions))

    def _show(self) -> None:
        _, own = self.ruleset_app.words, self.voice.own
        self.kept = self._rows()
        shown = [_("{n} sur {total}").format(n=len(self.kept), total=len(self.all))]
        shown += [
            _("{name} : {value}").format(name=own(self.table.fields[id].ask), value=self._filter_words(one))
            for id, one in self.filters.items()
        ]
        if self.saved is not None:
            shown.append(_("Écrit : {path}").format(path=self.saved))
        self.query_one("#shown", Static).update(Content(" · ".join(shown)))
        self._fill()

    def _filter_words(self, one: Filter) -> str:
        field = self.table.fields[one.field]
        if one.condition is not None and not one.words:
            return self.voice.answer(field, one.condition.values[0])
        return one.words

    def on_resize(self) -> None:
        """Fit the columns to the width."""
        if self.all:
            self._fill()

    def _fill(self) -> None:
        rows = self.query_one(RowTable)
        cursor = rows.cursor_row
        wide = self.has_class("-wide")
        room = (self.app.size.width * 3 // 5 if wide else self.app.size.width) - 8
        columns = self._columns(room)
        rows.clear(columns=True)
        rows.add_column(" ", width=1)
        for id, width in columns.items():
            rows.add_column(cut(self.voice.own(self.table.fields[id].ask), width), width=width)
        for one in self.kept:
            rows.add_row(Text(" "), *(Text(cut(one.words[id], width)) for id, width in columns.items()))
        if self.kept:
            rows.move_cursor(row=min(cursor, len(self.kept) - 1))
        self._tell(rows.cursor_row)

    def _columns(self, room: int) -> dict[str, int]:
        """Return the width of each column: what names a row, then its choices, while there is room."""
        name = name_field(self.table)
        choices = [id for id, field in self.table.fields.items() if field.type.choices and self._varied(id)]
        if not choices:
            choices = [id for id in self.table.fields if id != name]
        longest = max((len(one.words[name]) for one in self.all), default=0)
        found = {name: max(8, min(longest, room * 2 // 5))}
        left = room - found[name] - _PADDING
        for id in choices:
            words = [self.voice.own(self.table.fields[id].ask), *(one.words[id] for one in self.all)]
            width = min(_WIDEST, max(map(len, words)))
            if width + _PADDING <= left:
                found[id] = width
                left -= width + _PADDING
        found[name] = min(max(8, longest), found[name] + left)
        return found

    def _varied(self, id: str) -> bool:
        return len({one.words[id] for one in self.all}) > 1

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Move the sign of the cursor, which must not be a colour alone, and tell the row."""
        table = event.data_table
        for number in range(table.row_count):
            sign = Text("▸" if number == event.cursor_row else " ")
            table.update_cell_at(Coordinate(number, 0), sign)
        self._tell(event.cursor_row)

    def _tell(self, number: int) -> None:
        """Show all that is known of a row, and where the table comes from."""
        _, own = self.ruleset_app.words, self.voice.own
        parts = [Content(_("Aucune ligne ne passe ces filtres. F4 les enlève."))]
        if number < len(self.kept):
            one, name = self.kept[number], name_field(self.table)
            parts = [Content.styled(one.words[name], "bold")]
            for id, words in one.words.items():
                if words and id != name:
                    label = _("{name} : {value}").format(name=own(self.table.fields[id].ask), value="")
                    parts.append(Content.assemble((label, "$secondary"), words))
            sources = [self.ruleset.sources[id] for id in self.table.sources]
            parts += [Content.styled(f"§ {cited(source, self.voice)}", "$secondary") for source in sources]
        self.query_one("#row-text", Static).update(Content("\n").join(parts))
        self.query_one("#row-detail").scroll_home(animate=False)

    def on_data_table_row_selected(self) -> None:
        """Go to the detail, to read it to its end."""
        self.query_one("#row-detail").focus()

    def on_input_changed(self) -> None:
        """Search while the person types."""
        self._show()

    def on_input_submitted(self) -> None:
        """Go to the rows that were found."""
        self.query_one(RowTable).focus()

    def action_search(self) -> None:
        """Go to the search."""
        self.query_one("#search").focus()

    def action_everything(self) -> None:
        """Take every filter away."""
        self.filters.clear()
        self.query_one("#search", Input).value = ""
        self._show()
        self.query_one(RowTable).focus()

    def action_close(self) -> None:
        """Go back, from the search or the detail to the rows first."""
        rows = self.query_one(RowTable)
        if self.focused is not None and self.focused is not rows:
            rows.focus()
        else:
            self.dismiss(None)

    def action_filter(self) -> None:
        """Choose a field to filter, those with choices first."""
        _, own = self.ruleset_app.words, self.voice.own
        fields = sorted(self.table.fields.values(), key=lambda field: not _listed(field.type.kind))
        lines = {}
        for field in (one for one in fields if self._varied(one.id)):
            lines[field.id] = Content(own(field.ask))
            if field.id in self.filters:
                label = _("{name} : {value}").format(name=own(field.ask), value="")
                lines[field.id] = Content.assemble(label, (self._filter_words(self.filters[field.id]), "bold"))
        self.app.push_screen(ListPanel(_("Filtrer par quel champ ?"), lines), self._filter_field)

    def _filter_field(self, id: str | None) -> None:
        if id is None:
            return
        _, field = self.ruleset_app.words, self.table.fields[id]
        if not _listed(field.type.kind):
            written = self.filters[id].words if id in self.filters else ""
            self.app.push_screen(ConditionPanel(field, self.table, self.voice, written), self._take)
            return
        counts = Counter(one.words[id] for one in self._rows(without=id))
        values = {one.words[id]: one.values[id] for one in self.all if counts[one.words[id]]}
        lines = {ALL: Content(_("Tous"))}
        lines |= {words: Content(f"{words or _('(vide)')} ({counts[words]})") for words in sorted(values, key=folded)}

        def take(words: str | None) -> None:
            if words is not None:
                condition = None if words == ALL else Condition(id, "=", (values[words],))
                self._take(Filter(id, condition))

        chosen = self._filter_words(self.filters[id]) if id in self.filters else ALL
        self.app.push_screen(ListPanel(self.voice.own(field.ask), lines, chosen), take)

    def _take(self, one: Filter | None) -> None:
        if one is not None:
            self.filters.pop(one.field, None)
            if one.condition is not None:
                self.filters[one.field] = one
            self._show()

    def action_save(self) -> None:
        """Save the rows that are shown."""
        _ = self.ruleset_app.words
        forms = ("csv", "geojson") if located(self.table) else ("csv",)
        question = _("Où enregistrer ces lignes ({n}) ?").format(n=len(self.kept))
        self.app.push_screen(
            SavePanel(question, Path.home() / f"{self.table.plural}.csv", forms, self._save), self._told
        )

    def _save(self, path: Path, form: str) -> None:
        write_whole(path, as_text(form, self.table, self.kept, self.voice).encode())

    def _told(self, path: Path | None) -> None:
        self.saved = path
        self._show()


def _listed(kind: str) -> bool:
    """Return whether a field is filtered by a list of its values."""
    return kind in ("choice", "yes_no")
