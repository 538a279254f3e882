"""The screen of the interview: one question at a time, the findings beside it where there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, OptionList

from ruleset.outcome import record_reference
from ruleset.relevance import Wanted
from ruleset.texts import N_
from ruleset.types import BadValueError
from ruleset_tui import visit as way
from ruleset_tui.answers import AnswerField, ChoiceList, draft_of, restore_draft
from ruleset_tui.conclusions import conclusions
from ruleset_tui.file_actions import Files
from ruleset_tui.findings_pane import FindingsPane, findings_content
from ruleset_tui.question_body import end_widgets, list_widgets, question_widgets
from ruleset_tui.reading import NotUnderstoodError, understand
from ruleset_tui.row_actions import Rows
from ruleset_tui.screens import InterviewScreen
from ruleset_tui.view import ListView, QuestionView, progress_text, question_view
from ruleset_tui.visit import Visit
from ruleset_tui.widgets import KeyBar, Notice, ProgressLine, TitleBar

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from ruleset_tui.words import Translate


class QuestionScreen(Rows, Files, InterviewScreen[None]):
    """One question at a time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "why", N_("Pourquoi ?"), id="menu"),
        Binding("f2", "dont_know", N_("Je ne sais pas"), id="menu"),
        Binding("f3", "none", N_("Aucun"), id="menu"),
        Binding("f4", "findings", N_("Constats"), id="menu"),
        Binding("f5", "summary", N_("Récapitulatif"), id="menu"),
        Binding("f6", "results", N_("Résultats"), id="menu"),
        Binding("alt+left", "back", N_("Précédent"), id="menu"),
        Binding("f9", "back", show=False),
        Binding("alt+right", "forward", N_("Suivant"), id="menu"),
        Binding("f7", "law_date", N_("Date du droit"), id="menu"),
        Binding("insert", "add_row", N_("Ajouter"), id="menu"),
        Binding("delete", "remove_row", N_("Retirer"), id="menu"),
        Binding("ctrl+o", "import", N_("Importer un fichier"), show=False, id="menu"),
        Binding("ctrl+s", "export", N_("Écrire dans un fichier"), show=False, id="menu"),
        Binding("escape", "home", N_("Accueil"), id="menu"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.view: QuestionView | ListView | None = None
        self.empty_accepted = False

    def compose(self) -> ComposeResult:
        """Yield the screen."""
        yield TitleBar()
        yield ProgressLine()
        yield Notice(id="note")
        with Horizontal(id="body"):
            yield VerticalScroll(id="question", can_focus=False)
            yield FindingsPane()
        yield KeyBar()

    async def on_mount(self) -> None:
        """Show the first question."""
        self.query_one("#note", Notice).say(self.session.note)
        await self.refresh_view()

    @property
    def _words(self) -> Translate:
        return self.ruleset_app.words

    # showing

    async def refresh_view(self) -> None:
        """Show the question of the visit; what was typed and not yet given stays when it is the same question."""
        before, draft = self.view, draft_of(self)
        visit, picture = self.session.visit, self.picture
        self.view = question_view(visit, picture)
        self.empty_accepted = False
        self._show_around()
        same = before is not None and self.view is not None and before.wanted == self.view.wanted
        async with self.batch():
            box = self.query_one("#question")
            await box.remove_children()
            await box.mount_all(self._widgets())
        if same and draft is not None:
            restore_draft(self, draft)
        for notice in self.query("#question Notice").results(Notice):
            notice.say("")
        self._echo()
        self._focus()
        box.scroll_home(animate=False)
        self.refresh_bindings()

    def _show_around(self) -> None:
        _ = self._words
        self.show_title()
        progress = self.picture.progress
        problem = self.session.problem
        text = _("Vos réponses ne sont pas enregistrées : {problem}").format(problem=problem) if problem else ""
        self.query_one(ProgressLine).show(progress_text(self.picture), progress.share, text)
        self.query_one(FindingsPane).show(conclusions(self.picture), self._words, self._record)

    @property
    def _record(self) -> str | None:
        """The record that the question is about, as outcomes name it."""
        here = self.session.visit.here
        return record_reference(here.record, here.number) if here is not None and here.number is not None else None

    def _widgets(self) -> list[Widget]:
        if isinstance(self.view, QuestionView):
            return list(question_widgets(self.view, self._words, editing=self.session.visit.editing))
        if isinstance(self.view, ListView):
            return list(list_widgets(self.view, self._words))
        return list(end_widgets(self._words, open_count=len(conclusions(self.picture).open)))

    def _focus(self) -> None:
        for place in ("#answer", "#rows", "#add", "#submit"):
            if found := self.query(place):
                widget = found.first()
                if isinstance(widget, OptionList) and not isinstance(widget, ChoiceList):
                    widget.highlighted = 0
                widget.focus(scroll_visible=False)
                return

    def notice(self, text: str) -> None:
        """Say something above the question, until the next answer."""
        self.query_one("#note", Notice).say(text)

    def _say(self, text: str) -> None:
        notice = self.query_one("#error", Notice)
        notice.say(f"✗ {text}" if text else "")
        for widget in self.query("#answer"):
            widget.set_class(bool(text), "-wrong")
        if text:
            self.call_after_refresh(notice.scroll_visible, animate=False)

    def _echo(self) -> None:
        view = self.view
        if not isinstance(view, QuestionView) or not self.query("#echo"):
            return
        text = self.query_one(AnswerField).value
        echo = ""
        if text.strip():
            try:
                echo = understand(self.session.interview.question(view.wanted), text, self.picture.voice).echo
            except NotUnderstoodError:
                echo = ""
        self.query_one("#echo", Notice).say(f"→ {echo}" if echo else "")

    def on_input_changed(self) -> None:
        """Say how what is typed is understood."""
        self._say("")
        self._echo()

    def on_choice_list_changed(self) -> None:
        """Forget the error about the choice before."""
        self.empty_accepted = False
        self._say("")

    # answering

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what was typed."""
        event.stop()
        await self.action_submit()

    async def on_choice_list_submitted(self) -> None:
        """Take what was chosen."""
        await self.action_submit()

    async def action_submit(self) -> None:
        """Take the answer as it stands, or say what is missing."""
        view = self.view
        if not isinstance(view, QuestionView):
            return
        try:
            raw = self._given(view)
            visit = way.answer(self.session.visit, raw)
        except (NotUnderstoodError, BadValueError) as error:
            self._say(str(error))
            self.query_one("#answer").focus()
            return
        await self.go_on(visit)

    def _given(self, view: QuestionView) -> object:
        _ = self._words
        widget = self.query_one("#answer")
        if isinstance(widget, AnswerField):
            return understand(self.session.interview.question(view.wanted), widget.value, self.picture.voice).raw
        assert isinstance(widget, ChoiceList)
        if widget.multiple:
            if not widget.chosen and not self.empty_accepted and view.state == "new":
                self.empty_accepted = True
                raise NotUnderstoodError(_("Rien n'est coché. Entrée encore une fois si rien ne convient."))
            return sorted(widget.chosen)
        if not widget.chosen:
            raise NotUnderstoodError(_("Choisissez une réponse avec les flèches ou un chiffre, ou « Je ne sais pas »."))
        return next(iter(widget.chosen))

    async def action_dont_know(self) -> None:
        """Pass the question."""
        await self.go_on(way.dont_know(self.session.visit))

    async def action_none(self) -> None:
        """Answer « aucun »."""
        if isinstance(self.view, ListView):
            await self.action_submit_rows()
        else:
            await self.go_on(way.answer(self.session.visit, "none"))

    async def go_on(self, visit: Visit) -> None:
        """Show another place; an edit ends in the summary, the last answer in the results."""
        was_asking = self.session.visit.here is not None
        edited = visit.editing and visit.row is None and not self._within_list(visit)
        self.session.move(way.settle(visit) if edited else visit)
        self.query_one("#note", Notice).say("")
        await self.refresh_view()
        if edited:
            self.action_summary()
        elif was_asking and visit.here is None:
            self.action_results()

    def _within_list(self, visit: Visit) -> bool:
        """Whether an edit goes on in a list of records: rows are added and changed there before it is done."""
        before = self.session.visit
        return before.row is not None or (visit.here is not None and visit.here != before.here)

    # moving about

    async def action_back(self) -> None:
        """Show the question before."""
        await self.go_to(way.back(self.session.visit))

    async def action_forward(self) -> None:
        """Show the question after, once this one is dealt with."""
        visit = way.forward(self.session.visit)
        if visit.editing and visit.row is None:
            await self.go_on(visit)
        elif visit is self.session.visit and visit.here is not None:
            _ = self._words
            self._say(_("Répondez d'abord, ou choisissez « Je ne sais pas »."))
        else:
            await self.go_on(visit)

    def action_why(self) -> None:
        """Explain why the question is asked."""
        from ruleset_tui.why import why_panel

        self.app.push_screen(why_panel(self.session.visit, self.picture))

    def action_findings(self) -> None:
        """Show the findings so far."""
        from ruleset_tui.dialogs import TextPanel

        body = list(findings_content(conclusions(self.picture), self._words, quiet=None, record=self._record))
        _ = self._words
        self.app.push_screen(TextPanel(_("Ce que l'on sait"), body))

    def action_summary(self) -> None:
        """Show every answer."""
        from ruleset_tui.summary_screen import SummaryScreen

        self.app.push_screen(SummaryScreen(), self._edit)

    def action_results(self) -> None:
        """Show what the rule set concludes."""
        from ruleset_tui.results_screen import ResultsScreen

        self.app.push_screen(ResultsScreen(), self._edit)

    async def _edit(self, wanted: Wanted | None) -> None:
        visit = self.session.visit
        self.session.move(way.settle(visit) if wanted is None else way.go(visit, wanted))
        await self.refresh_view()

    async def action_home(self) -> None:
        """Leave an edit as it was; else go back to the list of questionnaires."""
        if self.session.visit.editing:
            await self._edit(None)
            self.action_summary()
            return
        self.ruleset_app.session = None
        self.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether an action makes sense for what is shown."""
        view = self.view
        is_rows = isinstance(view, ListView)
        rows = isinstance(view, ListView) and bool(view.rows)
        return {
            "why": view is not None,
            "dont_know": view is not None and not rows,
            "none": (isinstance(view, QuestionView) and view.optional) or (is_rows and not rows),
            "add_row": is_rows,
            "remove_row": rows,
            "findings": not self.has_class("-wide"),
        }.get(action, super().check_action(action, parameters))
