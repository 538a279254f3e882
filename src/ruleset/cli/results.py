"""An outcome as lines of text: verdict, findings, tasks, options, values, assumptions, what to ask next."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from ruleset import texts
from ruleset.explanation import cited, status_name
from ruleset.model import Case, Finding, OptionResult, Outcome, TaskResult
from ruleset.reports.words import question_words, record_name, value_words, verdict
from ruleset.situation import Situation
from ruleset.types import SEVERITIES, Type, Value
from ruleset.wording import Voice

WIDTH = 88
SHOWN_QUESTIONS = 5
_NUMBER = Type("number")
_BINDING = re.compile(r"(?<=«) | (?=[»?:;!])")  # French signs stay on the line of their word


def result_lines(found: Outcome, situation: Situation, voice: Voice, *, everything: bool = False) -> Iterator[str]:
    """Yield an outcome and what its situation leaves open. With `everything`, findings open or ruled out too."""
    _, case = voice.ui, situation.case
    ruleset = voice.ruleset
    yield f"{voice.own(ruleset.title)} ({ruleset.id} {ruleset.version})"
    yield _("Droit au {day}").format(day=texts.format_date(found.on, voice.locale))
    yield _("Avis : {verdict}").format(verdict=verdict(found, voice))
    for severity in SEVERITIES:
        shown = [one for one in found.holding if one.severity == severity]
        yield from _section(voice.severity(severity).capitalize(), _findings(shown, voice, case))
    if everything:
        for status in ("open", "ruled_out"):
            others = [one for one in found.findings if one.status == status]
            yield from _section(
                status_name(others[0].status, voice).capitalize() if others else "", _findings(others, voice, case)
            )
    tasks = [one for one in found.tasks if one.status == "holds"]
    yield from _section(_("À faire"), (line for one in tasks for line in _task(one, voice, case)))
    yield from _section(_("Options"), (line for one in found.options for line in _option(one, voice, situation)))
    yield from _section(_("Valeurs"), _values(found, voice, case))
    waiting = (_("{name} : {value}").format(name=name, value=words) for name, words in voice.open_values(situation))
    yield from _section(_("Valeurs encore ouvertes, et ce qui les préciserait"), _each(waiting))
    yield from _section(_("Supposé"), (f"- {question_words(id, voice, case)}" for id in found.assumed))
    yield from _section(_("Questions qui préciseraient le résultat"), _next_questions(found, voice, case))
    yield from _section(_("Incidents de calcul"), (f"- {one.where} : {one.message}" for one in found.diagnostics))


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    listed = list(lines)
    if listed:
        yield ""
        yield title
        yield from listed


def wrapped(text: str, indent: str, first: str) -> Iterator[str]:
    """Yield a text in lines of at most `WIDTH` columns."""
    bound = _BINDING.sub("\u00a0", text)
    lines = textwrap.wrap(
        bound, WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )
    yield from (line.replace("\u00a0", " ") for line in lines)


def _each(listed: Iterable[str]) -> Iterator[str]:
    yield from (line for text in listed for line in wrapped(text, "  ", "- "))


def _findings(found: Iterable[Finding], voice: Voice, case: Case) -> Iterator[str]:
    for one in found:
        name = one.id if one.record is None else f"{one.id} ({record_name(one.record, voice, case)})"
        yield from wrapped(f"{name} : {one.message}", "  ", "- ")
        if one.advice and one.status == "holds":
            yield from wrapped(one.advice, "    ", "  → ")
        for id in one.sources:
            yield from wrapped(cited(voice.ruleset.sources[id], voice), "    ", "  § ")


def _task(one: TaskResult, voice: Voice, case: Case) -> Iterator[str]:
    _ = voice.ui
    due = _(" (avant le {day})").format(day=texts.format_date(one.due, voice.locale)) if one.due else ""
    record = f" ({record_name(one.record, voice, case)})" if one.record else ""
    yield from wrapped(f"{one.label}{record}{due}", "  ", "- ")
    for id in one.sources:
        yield from wrapped(cited(voice.ruleset.sources[id], voice), "    ", "  § ")


def _option(one: OptionResult, voice: Voice, situation: Situation) -> Iterator[str]:
    _ = voice.ui
    label = voice.own(voice.ruleset.options[one.id].label)
    if one.excluded:
        rules = ", ".join(point.rule for point in one.because if point.points is None)
        yield f"- {_('{option} : exclue ({rules})').format(option=label, rules=rules)}"
        return
    score = voice.number(one.score, _NUMBER)
    points = texts.plural(one.score, (_("point"), _("points")), voice.locale)
    text = _("{option} : {score} {points}").format(option=label, score=score, points=points)
    if one.lowest != one.highest:
        low, high = ("…" if bound is None else voice.number(bound, _NUMBER) for bound in (one.lowest, one.highest))
        text += " " + _("(entre {low} et {high} selon les réponses qui manquent)").format(low=low, high=high)
    yield from wrapped(text, "  ", "- ")
    for point in one.because:
        if point.points is not None:
            reason = voice.reason(voice.ruleset.rules[point.rule], situation)
            line = _("{name} : {value}").format(name=voice.number(point.points, _NUMBER), value=reason)
            yield from wrapped(line, "      ", "    ")


def _values(found: Outcome, voice: Voice, case: Case) -> Iterator[str]:
    """Yield the values that there are; one that is *none* says nothing to a person."""
    for id, value in found.values.items():
        if value is not None:
            yield from wrapped(_named(id, value, voice), "  ", "- ")
    for record, rows in found.record_values.items():
        for number, row in enumerate(rows):
            for id, value in ((id, value) for id, value in row.items() if value is not None):
                about = record_name(f"{record}[{number}]", voice, case)
                yield from wrapped(f"{about}, {_named(id, value, voice)}", "  ", "- ")


def _named(id: str, value: Value, voice: Voice) -> str:
    label = voice.own(voice.ruleset.definitions[id].label)
    return voice.ui("{name} : {value}").format(name=label, value=value_words(id, value, voice))


def _next_questions(found: Outcome, voice: Voice, case: Case) -> Iterator[str]:
    for name in found.ask[:SHOWN_QUESTIONS]:
        yield from wrapped(question_words(name, voice, case), "  ", "- ")
    more = len(found.ask) - SHOWN_QUESTIONS
    if more > 0:
        yield voice.ui("  et {n} autre(s)").format(n=more)


def ignored_lines(found: Outcome, voice: Voice) -> Iterator[str]:
    """Yield the answers of the case that count for nothing, because their question is not asked in it."""
    for name in found.ignored:
        message = voice.ui("{name} : réponse ignorée, la question n'est pas posée dans ce cas")
        yield message.format(name=name)
