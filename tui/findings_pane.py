"""The findings so far, as text: beside the question, or as a panel where there is no room."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ruleset_tui.conclusions import Conclusions, FindingView
from ruleset_tui.words import Translate

MOST = 30
COLOURS = {
    "blocking": "$error",
    "risk": "$error",
    "caution": "$warning",
    "advice": "$accent",
    "info": "$secondary",
    "ok": "$success",
}


def findings_content(
    found: Conclusions, _: Translate, *, quiet: int | None = 4, record: str | None = None
) -> Iterator[Content]:
    """Yield the findings in words, those about `record` first; of the quiet ones (open, about knowledge) at most some.

    However many there are, only as many as a person can look over: the results have them all.
    """
    yield Content.assemble((found.counts, "$secondary"), "\n")
    if not found.holding:
        nothing = _("Aucun constat.") if found.settled else _("Rien n'est établi pour l'instant.")
        yield Content.assemble((nothing, "$secondary"), "\n")
    for view in _foremost(found.holding, record):
        yield finding_content(view)
    if len(found.holding) > MOST:
        more = _("… et {n} de plus, dans les résultats").format(n=len(found.holding) - MOST)
        yield Content.assemble((more, "$secondary"), "\n")
    if found.open:
        yield Content.styled(_("Encore ouverts"), "bold $secondary")
        yield from _open(found.open, _, quiet, record)
    if quiet is None:
        for view in found.knowledge:
            yield Content.styled(f"{view.sign} {view.message}\n", "$secondary italic")


def _foremost(views: tuple[FindingView, ...], record: str | None) -> list[FindingView]:
    """Return the first of some findings, those about one record before the others."""
    own = [view for view in views if view.finding.record == record] if record else []
    others = (view for view in views if not own or view.finding.record != record)
    return [*own, *itertools.islice(others, max(MOST - len(own), 0))]


def _open(
    views: tuple[FindingView, ...], _: Translate, quiet: int | None, record: str | None = None
) -> Iterator[Content]:
    """Yield open findings: in full where they are few, else how many of each severity, so that none sounds settled."""
    if quiet is None or len(views) <= quiet:
        for view in _foremost(views, record):
            about = f"{view.about} · " if view.about else ""
            case = _("si ce point se confirme")
            yield Content.styled(f"{view.sign} {view.word.lower()} ({case}) — {about}{view.message}\n", "$secondary")
        if len(views) > MOST:
            yield Content.styled(_("… et {n} de plus").format(n=len(views) - MOST), "$secondary")
        return
    for word, count in Counter(view.word.lower() for view in views).items():
        yield Content.styled(f"? {word} : {count}", "$secondary")


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

    def show(self, found: Conclusions, _: Translate, record: str | None = None) -> None:
        """Show the findings as they are now, those about a record first."""
        self.border_title = _("Ce que l'on sait")
        self.query_one(Static).update(Content("\n").join(findings_content(found, _, record=record)))
