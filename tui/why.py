"""« Pourquoi cette question ? »: the reason, the help, the sources, the findings that wait for the answer."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from ruleset_tui.dialogs import TextPanel
from ruleset_tui.findings_pane import COLOURS
from ruleset_tui.screens import section
from ruleset_tui.sourcing import SourceView
from ruleset_tui.view import Picture, WhyView, capital, why_view
from ruleset_tui.visit import Visit
from ruleset_tui.words import SIGNS


def why_panel(visit: Visit, picture: Picture) -> TextPanel:
    """Return the panel that explains the question shown."""
    view = why_view(visit, picture)
    return TextPanel(picture.voice.ui("Pourquoi cette question ?"), list(why_content(view, picture)))


def why_content(view: WhyView, picture: Picture) -> Iterator[Content]:
    """Yield the explanation in words."""
    _ = picture.voice.ui
    yield Content.assemble((view.ask, "bold"), "\n")
    yield Content((view.why or _("Elle précise une conclusion de ce questionnaire.")) + "\n")
    if view.help:
        yield section(_("Pour répondre"))
        yield Content(view.help + "\n")
    if view.assumed:
        yield Content(_("Sans réponse, on suppose : {answer}.").format(answer=view.assumed) + "\n")
    if view.sources:
        yield section(_("Sources"))
        yield from (source_content(source) for source in view.sources)
    yield section(_("Ce qui en dépend"))
    if not view.concerned:
        yield Content(_("Aucun constat ouvert n'attend cette réponse seule."))
    for severity, message in view.concerned:
        word = capital(picture.voice.severity(severity))
        yield Content.assemble((f"{SIGNS[severity]} {word}", COLOURS[severity]), f" — {message}")


def source_content(source: SourceView) -> Content:
    """Return a citation: title, dates, warning, address."""
    details = ", ".join(part for part in (source.dates, source.warning) if part)
    parts: list[tuple[str, str]] = [("§ ", "$secondary"), (source.title, "")]
    if details:
        parts.append((f" ({details})", "$secondary"))
    parts += [(f"\n  {line}", "$secondary") for line in (source.note, source.url) if line]
    return Content.assemble(*parts, "\n")
