"""Panels that read a file and write one: the path, what is wrong with each cell, nothing half done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import Input, Static

from ruleset.exchange.files import TABLE, WORKBOOK, WRITTEN
from ruleset.loading.problems import LoadError, Problem
from ruleset.texts import N_
from ruleset_tui.screens import Panel
from ruleset_tui.widgets import ActionButton, Notice

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from ruleset_tui.words import Translate

READ = (*WRITTEN, TABLE)
Found = TypeVar("Found")


def path_of(text: str) -> Path:
    """Return the path that a person typed or dropped into the terminal, which may put it between quotes.

    >>> path_of(" '/tmp/mon registre.csv' ").name
    'mon registre.csv'
    """
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    return Path(text).expanduser()


class PathSuggester(Suggester):
    """Completes a path: folders, and files whose name ends in one of some ways."""

    def __init__(self, endings: Sequence[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.endings = tuple(endings)

    async def get_suggestion(self, value: str) -> str | None:
        """Return the first path that goes on as the value begins."""
        return completed(value, self.endings)


def completed(value: str, endings: tuple[str, ...]) -> str | None:
    """Return the first path, in alphabetical order, that begins as the value does; a folder ends with `/`."""
    if not value or value in (".", "..", "~"):
        return None
    folder, slash, begun = value.rpartition("/")
    try:
        names = sorted(Path((folder + slash) or ".").expanduser().iterdir())
        found = (
            one.name + ("/" if one.is_dir() else "")
            for one in names
            if one.name.startswith(begun) and (one.is_dir() or one.suffix.lower() in endings)
        )
        name = next((name for name in found if begun or not name.startswith(".")), None)
    except OSError:
        return None
    return None if name is None else folder + slash + name


class FilePanel(Panel[Found | None], Generic[Found]):
    """Asks for a path and does something with the file; what is wrong with it is shown, and it can be tried again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", N_("Annuler"), show=False),
        Binding("pageup", "scroll(-6)", show=False),
        Binding("pagedown", "scroll(6)", show=False),
    ]

    def __init__(self, ask: str, help: str, yes: str, done: Callable[[Path], Found], path: str = "") -> None:
        super().__init__()
        self.ask, self.help_text, self.yes, self.done, self.path = ask, help, yes, done, path
        self.endings: Sequence[str] = READ

    def compose(self) -> ComposeResult:
        """Yield the panel."""
        _ = self.ruleset_app.words
        with Vertical(classes="panel"):
            yield Static(Content(self.ask), classes="ask")
            yield Input(self.path, id="path", placeholder=_("Chemin du fichier"), suggester=PathSuggester(self.endings))
            yield Notice(id="error", classes="error")
            with VerticalScroll(id="text", can_focus=False):
                yield Static(id="problems")
            yield Static(Content(self.help_text), classes="help")
            with Horizontal(classes="buttons"):
                yield from self.buttons(_)

    def buttons(self, _: Translate) -> Iterator[ActionButton]:
        """Yield what can be done."""
        yield ActionButton(self.yes, "screen.apply")
        yield ActionButton(_("Annuler"), "screen.close")

    def on_mount(self) -> None:
        """Begin without an error."""
        self.tell("")
        self.query_one(Input).focus()

    def on_input_changed(self) -> None:
        """Forget what was wrong with another file."""
        self.tell("")

    def on_input_submitted(self) -> None:
        """Take the path that was typed."""
        self.action_submit()

    def action_submit(self) -> None:
        """Do what the first button does."""
        self.action_apply()

    def action_apply(self) -> None:
        """Do it, or show all that is wrong."""
        _ = self.ruleset_app.words
        text = self.query_one(Input).value
        if not text.strip():
            self.tell(_("Écrivez le chemin du fichier, ou faites-le glisser dans cette fenêtre."))
            return
        try:
            found = self.done(path_of(text))
        except LoadError as error:
            self.tell(self.failure(len(error.problems)), [problem_content(one, _) for one in error.problems])
        else:
            self.dismiss(found)

    def failure(self, count: int) -> str:
        """Return that nothing was done, and how much there is to mend."""
        _ = self.ruleset_app.words
        if count == 1:
            return _("Rien n'a été importé.")
        return _("Rien n'a été importé : {n} points à corriger.").format(n=count)

    def tell(self, text: str, problems: Sequence[Content] = ()) -> None:
        """Show what is wrong."""
        self.query_one(Notice).say(f"✗ {text}" if text else "")
        box = self.query_one("#text")
        box.display = bool(problems)
        self.query_one("#problems", Static).update(Content("\n").join(problems))
        box.scroll_home(animate=False)

    def action_scroll(self, lines: int) -> None:
        """Move the list of problems."""
        self.query_one("#text").scroll_relative(y=lines, animate=False)

    def action_close(self) -> None:
        """Do nothing."""
        self.dismiss(None)


class ExportPanel(FilePanel[Path]):
    """Asks where to write; a file that is there already is replaced only when asked twice."""

    def __init__(
        self, ask: str, help: str, yes: str, done: Callable[[Path], Path], path: str, empty: Callable[[Path], Path]
    ) -> None:
        super().__init__(ask, help, yes, self.unless_there, path)
        self.write, self.empty = done, empty
        self.replace: Path | None = None
        self.wanted = done
        self.endings = WRITTEN

    def buttons(self, _: Translate) -> Iterator[ActionButton]:
        """Yield what can be done."""
        yield ActionButton(self.yes, "screen.submit")
        yield ActionButton(_("Modèle vide"), "screen.template")
        yield ActionButton(_("Annuler"), "screen.close")

    def action_submit(self) -> None:
        """Write the answers."""
        self.wanted = self.write
        self.action_apply()

    def action_template(self) -> None:
        """Write an empty workbook to fill in."""
        self.wanted = self.empty
        self.action_apply()

    def unless_there(self, path: Path) -> Path:
        """Write a file that is not there yet, or that the person has agreed to replace."""
        if path.exists() and self.replace != path:
            self.replace = path
            raise ThereAlreadyError
        return self.wanted(path)

    def action_apply(self) -> None:
        """Write, or say why not."""
        try:
            super().action_apply()
        except ThereAlreadyError:
            _ = self.ruleset_app.words
            self.tell(_("Ce fichier existe déjà. Validez encore une fois pour le remplacer, ou changez le nom."))

    def failure(self, count: int) -> str:
        """Return that nothing was written."""
        del count
        _ = self.ruleset_app.words
        return _("Rien n'a été écrit.")


class ThereAlreadyError(Exception):
    """The file would be replaced."""


def problem_content(problem: Problem, _: Translate) -> Content:
    """Return a problem: the sheet, the row and the column, then what was expected."""
    where, place = problem.where, ""
    file, bracket, sheet = where.file.rpartition("[")
    if bracket and file.lower().endswith(WORKBOOK):
        place = _("feuille « {sheet} »").format(sheet=sheet.removesuffix("]"))
    if where.line:
        line = _("ligne {line}").format(line=where.line)
        place = f"{place}, {line}" if place else line
    if where.line and where.column:
        place += ", " + _("colonne {column}").format(column=_column(where.column) if bracket else where.column)
    return Content.assemble((f"▸ {place}\n  " if place else "▸ ", "bold"), problem.message)


def _column(number: int) -> str:
    """Return how a spreadsheet names a column.

    >>> [_column(number) for number in (1, 26, 27, 703)]
    ['A', 'Z', 'AA', 'AAA']
    """
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters
