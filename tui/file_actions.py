"""What can be done with files: import a case or a table, write the answers or an empty model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from ruleset.relevance import Wanted
from ruleset_tui import visit as way

if TYPE_CHECKING:
    from ruleset.model import Case
    from ruleset_tui.question_screen import QuestionScreen
    from ruleset_tui.view import Picture


class Files:
    """The actions of the question screen on files."""

    @property
    def _asking(self) -> QuestionScreen:
        return cast("QuestionScreen", self)

    def action_import(self) -> None:
        """Ask for a file, and take its answers and records before those that are there."""
        from ruleset.exchange.files import complete_case
        from ruleset_tui.file_panels import FilePanel

        screen = self._asking
        _ = screen.ruleset_app.words
        interview, here = screen.session.interview, screen.session.visit.here
        record = here.record if here is not None and way.is_list(here) and not here.ruleset else None
        if record:
            ask = _("Quel tableau importer ?")
            help = _("Un tableau .csv ou .xlsx : une ligne par fiche, une colonne par question. Il remplace la liste.")
        else:
            ask = _("Quel fichier importer ?")
            help = _("Un classeur .xlsx, un cas .json ou .yaml, ou un tableau .csv de fiches.")

        def read(path: Path) -> Case:
            return complete_case(path, interview.ruleset, interview.case, record)

        screen.app.push_screen(FilePanel(ask, help, _("Importer"), read), self._imported)

    async def _imported(self, case: Case | None) -> None:
        if case is None:
            return
        screen = self._asking
        before = screen.session.picture
        screen.session.move(way.take(screen.session.visit, case))
        await screen.refresh_view()
        screen.notice(imported_text(before, screen.session.picture))

    def action_export(self) -> None:
        """Ask where to write the answers, or an empty model."""
        from ruleset.exchange.files import write_file, write_model
        from ruleset_tui.file_panels import ExportPanel

        screen = self._asking
        _ = screen.ruleset_app.words
        interview = screen.session.interview
        ruleset, case = interview.ruleset, interview.case

        def filled(path: Path) -> Path:
            write_file(path, ruleset, case)
            return path

        def empty(path: Path) -> Path:
            write_model(path, ruleset, case.lang)
            return path

        help = _("La fin du nom dit la forme : .xlsx (classeur à compléter et à réimporter), .json ou .yaml.")
        name = f"{ruleset.id.replace('/', '-')}-{case.on.isoformat()}.xlsx"
        panel = ExportPanel(_("Où écrire vos réponses ?"), help, _("Écrire"), filled, name, empty)
        screen.app.push_screen(panel, self._exported)

    def _exported(self, path: Path | None) -> None:
        if path is not None:
            _ = self._asking.ruleset_app.words
            self._asking.notice(_("Écrit : {path}").format(path=path.resolve()))


def imported_text(before: Picture, after: Picture) -> str:
    """Return what an import has brought: how many answers, how many records of each list."""
    _ = after.voice.ui
    one, other = before.interview.case, after.interview.case
    new = sum(id not in one.answers or one.answers[id] != value for id, value in other.answers.items())
    parts = [after.ngettext("{n} réponse", "{n} réponses", new)] if new else []
    for record, rows in other.records.items():
        if rows != one.records.get(record):
            title = after.voice.ask(Wanted("", record))
            count = after.ngettext("{n} fiche", "{n} fiches", len(rows)) if rows else _("aucune fiche")
            parts.append(f"{title} : {count}")
    if not parts:
        return _("Ce fichier n'apporte rien de nouveau.")
    return _("Importé — {what}.").format(what=" ; ".join(parts))
