"""The pictures of a report as text: the calendar, and what plug-ins show."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ruleset.exchange.whole import write_whole
from ruleset.reports.contents import report
from ruleset.reports.plain import section_lines
from ruleset.reports.writing import writer
from ruleset_tui.dialogs import TextPanel
from ruleset_tui.screens import section as heading
from ruleset_tui.table_panels import SavePanel

if TYPE_CHECKING:
    from ruleset.reports.sections import Section
    from ruleset.wording import Voice
    from ruleset_tui.app import RulesetApp
    from ruleset_tui.view import Picture

FORMS = ("html", "pdf", "txt")


class Pictures(VerticalScroll):
    """Sections drawn with characters, again whenever the width changes."""

    def __init__(self, sections: Sequence[Section], voice: Voice) -> None:
        super().__init__()
        self.sections, self.voice = sections, voice

    def on_resize(self) -> None:
        """Draw for the width there is."""
        width = self.scrollable_content_region.width
        self.query(Static).remove()
        for section in self.sections:
            title, _line, *lines = section_lines(section, self.voice, width)
            self.mount(Static(Content("\n").join([heading(title), *map(Content, lines), Content("")])))


def save_report(app: RulesetApp, picture: Picture) -> None:
    """Ask for a file and write the report of an interview there."""
    _ = app.words

    def save(path: Path, _form: str) -> None:
        found = report(picture.interview.ruleset, picture.interview.case)
        write_whole(path, writer(path)(found))

    def told(path: Path | None) -> None:
        if path is not None:
            app.push_screen(TextPanel(_("Le rapport est écrit"), [Content(str(path))]))

    path = Path.home() / f"{_('rapport')}.html"
    app.push_screen(SavePanel(_("Où enregistrer le rapport ?"), path, FORMS, save), told)
