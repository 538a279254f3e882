"""The words of the results screen: one finding in full, tasks, options, values, what stays open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.content import Content

from ruleset_tui.conclusions import FindingView, OptionView, Results
from ruleset_tui.findings_pane import COLOURS
from ruleset_tui.screens import section
from ruleset_tui.why import source_content
from ruleset_tui.words import Translate

BAR: Final = 30
CRITERION: Final = 40
COLUMN: Final = 5


def finding_detail(view: FindingView, _: Translate) -> list[Content]:
    """Return a finding in full: message, advice, sources."""
    state = {"open": _("encore ouvert"), "holds": "", "ruled_out": _("écarté")}[view.status]
    about = " · ".join(part for part in (view.about, state, view.mark) if part)
    heading = Content.assemble(
        (f"{view.sign} {view.word}", f"bold {COLOURS[view.severity]}"), (f" · {about}" if about else "", "$secondary")
    )
    parts = [heading, Content(view.message + "\n")]
    if view.advice:
        parts += [section(_("Que faire")), Content(view.advice + "\n")]
    if view.sources:
        parts += [section(_("Sources")), *(source_content(source) for source in view.sources)]
    return parts


def tasks_text(found: Results, _: Translate) -> list[Content]:
    """Return what there is to do, with its day."""
    parts = []
    for task in found.tasks:
        details = [part for part in (task.about, task.phase) if part]
        if task.due:
            details.insert(0, _("avant le {day}").format(day=task.due))
        if not task.sure:
            details.append(_("si ce point se confirme"))
        sign = "☐" if task.sure else "?"
        line = f"\n  {' · '.join(details)}" if details else ""
        parts.append(
            Content.assemble((f"{sign} {task.label}", "bold" if task.sure else ""), (line, "$secondary"), "\n")
        )
    return parts


def options_text(found: Results, _: Translate) -> list[Content]:
    """Return the options by rank, the excluded ones last, each with its reasons."""
    parts = []
    for option in found.options:
        rank = "✗" if option.rank is None else f"{option.rank}."
        lines = [part for part in (option.note, *option.reasons) if part]
        if option.doubtful:
            lines.append(_("pourrait encore être écarté"))
        bar = bar_of(option, found.options)
        body = "".join(f"\n   {line}" for line in ([bar] if bar else []) + lines)
        parts.append(
            Content.assemble((f"{rank} {option.label}", "bold"), f" — {option.points}", (body, "$secondary"), "\n")
        )
    table = criteria_lines(found.options)
    if table:
        parts.append(section(_("Les points, critère par critère")))
        parts += [Content(line) for line in table]
    return parts


def bar_of(option: OptionView, among: Sequence[OptionView]) -> str:
    """Return a bar as long as an option's score, the best one taking the whole width; none where nothing compares."""
    scores = [one.score for one in among if one.rank is not None]
    best = max(scores, default=0)
    if option.rank is None or len(scores) < 2 or best <= 0 or option.score <= 0:
        return ""
    return "█" * max(1, round(BAR * option.score / best))


def criteria_lines(options: Sequence[OptionView]) -> list[str]:
    """Return the table of criteria: a line for each, a column for each ranked option, named by its rank; nothing where
    there is nothing to compare.
    """
    ranked = [option for option in options if option.rank is not None]
    criteria = dict.fromkeys(words for option in ranked for words, _ in option.criteria)
    if len(ranked) < 2 or not criteria:
        return []
    given = [dict(option.criteria) for option in ranked]
    head = "".join(f"{option.rank}.".rjust(COLUMN) for option in ranked)
    lines = [" " * CRITERION + head]
    for words in criteria:
        name = words if len(words) < CRITERION else words[: CRITERION - 2] + "…"
        lines.append(name.ljust(CRITERION) + "".join(points.get(words, "·").rjust(COLUMN) for points in given))
    return lines


def values_text(found: Results, _: Translate) -> list[Content]:
    """Return the computed values, then those of each record."""
    parts = [Content.assemble(f"{label} : ", (value, "bold")) for label, value in found.values]
    for title, headings, rows in found.tables:
        parts.append(Content.assemble("\n", section(title)))
        for name, *cells in rows:
            pairs = ", ".join(f"{heading} : {cell}" for heading, cell in zip(headings, cells, strict=True))
            parts.append(Content.assemble((name, "bold"), f" — {pairs}"))
    return parts


def open_text(found: Results, _: Translate) -> list[Content]:
    """Return what the results rest on: assumptions, answers that do not count, findings still open."""
    parts = []
    if found.assumed:
        parts.append(Content.assemble("\n", section(_("Suppositions"))))
        parts += [Content(f"≈ {ask} {answer}") for ask, answer in found.assumed]
    if found.ignored:
        parts.append(Content.assemble("\n", section(_("Réponses qui ne sont plus utiles"))))
        parts += [Content(f"– {ask}") for ask in found.ignored]
    if found.pending:
        parts.append(Content.assemble("\n", section(_("Valeurs encore ouvertes, et ce qui les préciserait"))))
        parts += [Content.assemble(f"? {label} : ", (wanted, "$secondary")) for label, wanted in found.pending]
    if found.conclusions.open:
        parts.append(Content.assemble("\n", section(_("Constats encore ouverts"))))
        parts += [Content(f"? {view.word.lower()} — {view.message}") for view in found.conclusions.open]
    if found.troubles:
        parts.append(Content.assemble("\n", section(_("Calculs impossibles"))))
        parts += [Content(f"! {trouble}") for trouble in found.troubles]
    return parts
