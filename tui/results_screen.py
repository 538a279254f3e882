"""The results: a verdict in one sentence, each finding with its reasons, what to do, options, values, what is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static, TabbedContent, TabPane, Tree
from textual.widgets.option_list import Option

from ruleset.relevance import Wanted
from ruleset.reports.contents import pictures_of
from ruleset.texts import N_
from ruleset_tui.conclusions import FindingView, Results, results
from ruleset_tui.explaining import Branch, explanation
from ruleset_tui.findings_pane import COLOURS
from ruleset_tui.lists import MarkedList
from ruleset_tui.pictures import Pictures, save_report
from ruleset_tui.results_text import finding_detail, open_text, options_text, tasks_text, values_text
from ruleset_tui.screens import InterviewScreen
from ruleset_tui.widgets import KeyBar, TitleBar
from ruleset_tui.words import DISCLAIMER

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widgets.tree import TreeNode


class ResultsScreen(InterviewScreen[Wanted | None]):
    """What the rule set concludes. Gives back a question to answer, if one was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f6,alt+left", "close", N_("Retour"), id="menu"),
        Binding("f2", "next_tab", N_("Onglet suivant"), id="menu"),
        Binding("f3", "explain", N_("Explication"), id="menu"),
        Binding("f4", "report", N_("Rapport"), id="menu"),
        Binding("f5", "summary", N_("Récapitulatif"), id="menu"),
        Binding("f7", "law_date", N_("Date du droit"), id="menu"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.findings: tuple[FindingView, ...] = ()
        self.left: tuple[Wanted, ...] = ()

    def compose(self) -> ComposeResult:
        """Yield the screen."""
        yield TitleBar()
        yield Static(id="verdict")
        yield Vertical(id="tabs")
        yield Static(id="disclaimer")
        yield KeyBar()

    async def on_mount(self) -> None:
        """Show the findings first."""
        await self.refresh_view()

    async def refresh_view(self) -> None:
        """Show the results as they are now; the tab and the finding stay."""
        _ = self.ruleset_app.words
        found = results(self.picture)
        tab, finding = self._place()
        self.show_title(_("Résultats"))
        self.query_one("#verdict", Static).update(Content(found.verdict))
        self.query_one("#disclaimer", Static).update(Content(_(DISCLAIMER)))
        conclusions = found.conclusions
        self.findings = (*conclusions.holding, *conclusions.open, *conclusions.knowledge)
        self.left = tuple(wanted for wanted, _text, _passed in found.left)
        async with self.batch():
            box = self.query_one("#tabs")
            await box.remove_children()
            await box.mount(self._tabs(found, tab))
        findings = self.query_one("#findings-list", OptionList)
        keys = [option.id for option in findings.options]
        if self.findings:
            findings.highlighted = (
                keys.index(finding)
                if finding and finding in keys
                else next(number for number, option in enumerate(findings.options) if not option.disabled)
            )
        if self.query_one(TabbedContent).active == "tab-findings":
            findings.focus()

    def _place(self) -> tuple[str, str | None]:
        if not self.query(TabbedContent):
            return "tab-findings", None
        option = self.query_one("#findings-list", OptionList).highlighted_option
        return self.query_one(TabbedContent).active, option.id if option else None

    def _tabs(self, found: Results, active: str) -> TabbedContent:
        _ = self.ruleset_app.words
        detail = VerticalScroll(
            Static(id="detail-text"), Tree("", id="why"), Static(id="why-text"), id="detail", can_focus=False
        )
        panes = [TabPane(_("Constats"), Container(self._list(found), detail, id="findings-tab"), id="tab-findings")]
        texts = (
            ("tab-tasks", _("À faire"), tasks_text(found, _)),
            ("tab-options", _("Options"), options_text(found, _)),
            ("tab-values", _("Valeurs"), values_text(found, _)),
        )
        for id, title, parts in texts:
            if parts:
                panes.append(TabPane(title, VerticalScroll(_text(parts)), id=id))
        shown = pictures_of(self.picture.outcome, self.picture.interview.situation, self.picture.voice)
        if shown:
            panes.append(TabPane(_("En images"), Pictures(shown, self.picture.voice), id="tab-pictures"))
        if found.left or found.assumed or found.ignored or found.conclusions.open or found.troubles:
            panes.append(TabPane(_("Ouvert"), self._open(found), id="tab-open"))
        ids = [pane.id for pane in panes]
        content = TabbedContent(initial=active if active in ids else "tab-findings")
        for pane in panes:
            content.compose_add_child(pane)
        return content

    def _list(self, found: Results) -> OptionList:
        _ = self.ruleset_app.words
        options: list[Option] = []
        groups = (
            ("", found.conclusions.holding),
            (_("Encore ouverts"), found.conclusions.open),
            (_("Sur vos réponses"), found.conclusions.knowledge),
        )
        for title, views in groups:
            if views and title:
                options.append(Option(Content.styled(title, "bold $secondary"), disabled=True))
            options += [Option(_line(view), view.key) for view in views]
        if not self.findings:
            options.append(Option(_("Aucun constat."), disabled=True))
        return MarkedList(*options, id="findings-list")

    def _open(self, found: Results) -> Vertical:
        _ = self.ruleset_app.words
        words = _text(open_text(found, _))
        if not found.left:
            return Vertical(VerticalScroll(words))
        passed = _("(je ne sais pas)")
        lines = [
            Option(Content.assemble("○ ", text, (f"  {passed}" if was_passed else "", "$secondary")))
            for _wanted, text, was_passed in found.left
        ]
        title = Static(Content.styled(_("Questions encore utiles (entrée pour répondre)"), "bold $primary"))
        return Vertical(title, MarkedList(*lines, id="left"), VerticalScroll(words))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the finding under the cursor."""
        view = next((view for view in self.findings if view.key == event.option.id), None)
        if event.option_list.id != "findings-list" or view is None:
            return
        self.query_one("#detail-text", Static).update(Content("\n").join(finding_detail(view, self.ruleset_app.words)))
        tree: Tree[None] = self.query_one("#why", Tree)
        found = explanation(self.picture, view.rule, view.number)
        tree.clear()
        tree.root.set_label(found.text)
        _grow(tree.root, found.branches, depth=3)
        tree.root.expand()
        self.query_one("#detail").scroll_home(animate=False)

    def on_tree_node_highlighted(self, event: Tree.NodeHighlighted[None]) -> None:
        """Show the line of the cursor in full below the tree, where lines do not fold."""
        full = f"▸ {event.node.label}" if event.node.tree.has_focus else ""
        self.query_one("#why-text", Static).update(Content(full))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to the explanation of a finding, or answer a question that is left."""
        if event.option_list.id == "left":
            self.dismiss(self.left[event.option_index])
        else:
            self.action_explain()

    def action_explain(self) -> None:
        """Go to the explanation of the finding under the cursor, and back."""
        self.query_one(TabbedContent).active = "tab-findings"
        tree = self.query_one("#why", Tree)
        (self.query_one("#findings-list") if tree.has_focus else tree).focus()

    def action_next_tab(self) -> None:
        """Show the next tab."""
        content = self.query_one(TabbedContent)
        ids = [pane.id or "" for pane in content.query(TabPane)]
        content.active = ids[(ids.index(content.active) + 1) % len(ids)]
        self.call_after_refresh(self._focus_tab)

    def _focus_tab(self) -> None:
        pane = self.query_one(TabbedContent).active_pane
        for widget in pane.query("OptionList, VerticalScroll") if pane else ():
            if widget.focusable:
                widget.focus(scroll_visible=False)
                return

    def action_report(self) -> None:
        """Write a report to a file."""
        save_report(self.ruleset_app, self.picture)

    def action_summary(self) -> None:
        """Show every answer."""
        from ruleset_tui.summary_screen import SummaryScreen

        self.app.push_screen(SummaryScreen(), self._edit)

    def _edit(self, wanted: Wanted | None) -> None:
        if wanted is not None:
            self.dismiss(wanted)

    def action_close(self) -> None:
        """Go back to the questions."""
        self.dismiss(None)


def _text(parts: list[Content]) -> Static:
    """Return texts one below the other as one widget: hundreds of widgets would take seconds to lay out."""
    return Static(Content("\n").join(parts))


def _line(view: FindingView) -> Content:
    about = f"{view.about} · " if view.about else ""
    quiet = view.status == "open" or view.severity == "info"
    return Content.assemble(
        (f"{view.sign} {view.word}", "$secondary" if quiet else f"bold {COLOURS[view.severity]}"),
        f"  {about}{view.message}",
    )


def _grow(node: TreeNode[None], branches: tuple[Branch, ...], depth: int) -> None:
    for branch in branches:
        if branch.branches:
            inner = node.add(branch.text, expand=depth > 0)
            _grow(inner, branch.branches, depth - 1)
        else:
            node.add_leaf(branch.text)
