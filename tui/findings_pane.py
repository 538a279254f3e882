"""The findings so far, as text: beside the question, or as a panel where there is no room."""

from __future__ import annotations

from collections.abc import Iterator

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ruleset_tui.conclusions import Conclusions, FindingView
from ruleset_tui.words import Translate

COLOURS = {
    "blocking": "$error",
    "risk": "$error",
    "caution": "$warning",
    "advice": "$accent",
    "info": "$secondary",
    "ok": "$success",
}


def findings_content(found: Conclusions, _: Translate, *, quiet: int | None = 4) -> Iterator[Content]:
    """Yield the findings in words; of the quiet ones (open, about knowledge) at most some."""
    yield Content.assemble((found.counts, "$secondary"), "\n")
    if not found.holding:
        yield Content.assemble((_("Rien n'est établi pour l'instant."), "$secondary"), "\n")
    for view in found.holding:
        yield finding_content(view)
    shown = found.open if quiet is None else found.open[:quiet]
    if shown:
        yield Content.styled(_("Encore ouverts"), "bold $secondary")
        for view in shown:
            about = f"{view.about} · " if view.about else ""
            yield Content.styled(f"{view.sign} {view.word.lower()} — {about}{view.message}", "$secondary")
        more = len(found.open) - len(shown)
        yield Content.styled((_("… et {n} de plus").format(n=more) if more else "") + "\n", "$secondary")
    if quiet is None:
        for view in found.knowledge:
            yield Content.styled(f"{view.sign} {view.message}\n", "$secondary italic")


def finding_content(view: FindingView) -> Content:
    """Return a finding in words: its severity, then what it says."""
    about = f" · {view.about}" if view.about else ""
    mark = f" ({view.mark})" if view.mark else ""
    return Content.assemble(
        (f"{view.sign} {view.word}", f"bold {COLOURS[view.severity]}"),
        (f"{about}{mark}", "$secondary"),
        f"\n{view.message}\n",
    )


class FindingsPane(VerticalScroll):
    """The findings beside the question."""

    def __init__(self) -> None:
        super().__init__(Static(id="findings-text"), id="findings")

    def show(self, found: Conclusions, _: Translate) -> None:
        """Show the findings as they are now."""
        self.border_title = _("Ce que l'on sait")
        self.query_one(Static).update(Content("\n").join(findings_content(found, _)))
