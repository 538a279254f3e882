"""The panels of a reference table: which field to filter, by which value; where to save rows, or a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import attrs
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ruleset.loading.problems import RulesetError
from ruleset.reference import Condition, read_condition
from ruleset.texts import N_
from ruleset_tui.lists import MarkedList
from ruleset_tui.screens import Panel
from ruleset_tui.widgets import ActionButton, Notice

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from ruleset.model import Question, RecordType
    from ruleset.wording import Voice

_SIGNS = ("=", "!", "<", ">")


@attrs.frozen
class Filter:
    """What a field must be (no condition: anything), and the words for it."""

    field: str
    condition: Condition | None = None
    words: str = ""


class ListPanel(Panel[str | None]):
    """A list of which one line is chosen; gives its id back."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", N_("Annuler"), show=False)]

    def __init__(self, title: str, lines: Mapping[str, Content], chosen: str = "") -> None:
        super().__init__()
        self.heading, self.lines, self.chosen = title, lines, chosen

    def compose(self) -> ComposeResult:
        """Yield the panel."""
        _ = self.ruleset_app.words
        with Vertical(classes="panel tall"):
            yield Static(Content(self.heading), classes="ask")
            yield MarkedList(*(Option(line) for line in self.lines.values()))
            yield Static(Content(_("Flèches et entrée pour choisir, échap pour fermer.")), classes="help")

    def on_mount(self) -> None:
        """Begin at what is chosen now."""
        ids = list(self.lines)
        self.query_one(OptionList).highlighted = ids.index(self.chosen) if self.chosen in ids else 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Give back what was chosen."""
        self.dismiss(list(self.lines)[event.option_index])

    def action_close(self) -> None:
        """Change nothing."""
        self.dismiss(None)


class ConditionPanel(Panel[Filter | None]):
    """Asks what a text, a number or a day must be."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", N_("Annuler"), show=False)]

    def __init__(self, field: Question, table: RecordType, voice: Voice, written: str) -> None:
        super().__init__()
        self.field, self.table, self.voice, self.written = field, table, voice, written

    def compose(self) -> ComposeResult:
        """Yield the panel."""
        _ = self.ruleset_app.words
        text = self.field.type.kind == "text"
        with Vertical(classes="panel"):
            yield Static(Content(self.voice.own(self.field.ask)), classes="ask")
            yield Static(
                Content(_("Un mot qui s'y trouve.") if text else _("Une valeur, ou par exemple > 2 ou <= 10.")),
                classes="help",
            )
            yield Input(self.written, select_on_focus=True)
            yield Notice(id="error", classes="error")
            with Horizontal(classes="buttons"):
                yield ActionButton(_("Valider"), "screen.apply")
                yield ActionButton(_("Enlever ce filtre"), "screen.drop")
                yield ActionButton(_("Annuler"), "screen.close")

    def on_mount(self) -> None:
        """Begin without an error."""
        self.query_one(Notice).say("")

    def on_input_submitted(self) -> None:
        """Take what was typed."""
        self.action_apply()

    def action_apply(self) -> None:
        """Take what was typed, or say what is wrong with it."""
        written = self.query_one(Input).value.strip()
        if not written:
            self.action_drop()
            return
        sign = "" if written.startswith(_SIGNS) else "="
        try:
            condition = read_condition(f"{self.field.id}{sign}{written}", self.table, self.voice)
        except ValueError as error:
            self.query_one(Notice).say(f"✗ {error}")
            self.query_one(Input).focus()
        else:
            self.dismiss(Filter(self.field.id, condition, written))

    def action_drop(self) -> None:
        """Filter this field no more."""
        self.dismiss(Filter(self.field.id))

    def action_close(self) -> None:
        """Change nothing."""
        self.dismiss(None)


class SavePanel(Panel[Path | None]):
    """Asks for the name of a file and saves; gives back where."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", N_("Annuler"), show=False)]

    def __init__(self, question: str, path: Path, forms: Sequence[str], save: Callable[[Path, str], None]) -> None:
        super().__init__()
        self.question, self.path, self.forms, self.save = question, path, forms, save
        self.warned: Path | None = None

    def compose(self) -> ComposeResult:
        """Yield the panel."""
        _ = self.ruleset_app.words
        names = {
            "csv": _("Tableau (.csv)"),
            "geojson": _("Carte (.geojson)"),
            "html": _("Page web"),
            "pdf": "PDF",
            "txt": _("Texte"),
        }
        with Vertical(classes="panel"):
            yield Static(Content(self.question), classes="ask")
            yield Input(str(self.path), select_on_focus=False)
            yield Notice(id="error", classes="error")
            with Horizontal(classes="buttons"):
                for form in self.forms:
                    yield ActionButton(names[form], f"screen.apply('{form}')")
                yield ActionButton(_("Annuler"), "screen.close")

    def on_mount(self) -> None:
        """Begin without an error."""
        self.query_one(Notice).say("")

    def on_input_submitted(self) -> None:
        """Save in the form that the name ends with."""
        self.action_apply("")

    def action_apply(self, form: str) -> None:
        """Save, or say why it cannot be done; a file that is there is replaced only when asked twice."""
        _ = self.ruleset_app.words
        path = Path(self.query_one(Input).value.strip()).expanduser()
        path = path.with_suffix(f".{form}") if form and path.name else path
        form = path.suffix.lower().removeprefix(".")
        if form not in self.forms:
            ends = " / ".join(f".{one}" for one in self.forms)
            self._say(_("Finissez le nom du fichier par {ends}.").format(ends=ends))
        elif path.is_file() and self.warned != path:
            self.warned = path
            self._say(_("Ce fichier existe déjà. Validez encore une fois pour le remplacer."))
        else:
            try:
                self.save(path, form)
            except OSError as error:
                self._say(_("Impossible d'écrire ici : {error}").format(error=error.strerror))
            except RulesetError as error:
                self._say(str(error))
            else:
                self.dismiss(path)
        if self.is_attached:
            self.query_one(Input).value = str(path)

    def _say(self, text: str) -> None:
        self.query_one(Notice).say(f"✗ {text}")

    def action_close(self) -> None:
        """Save nothing."""
        self.dismiss(None)
