"""What the rule set concludes, as plain values: findings, verdict, tasks, options, values, what stays open."""

from __future__ import annotations

import re
from fractions import Fraction

import attrs

from ruleset import texts
from ruleset.model import Finding, OptionResult, RuleSet, Status
from ruleset.relevance import Wanted
from ruleset.types import SEVERITIES, UNKNOWN, Severity
from ruleset_tui.sourcing import SourceView, sources_view
from ruleset_tui.view import Picture, ask_text, assumptions, capital, clean, row_title, together
from ruleset_tui.words import OPEN_SIGN, SIGNS, SO_FAR, UNSETTLED, VERDICTS


@attrs.frozen
class FindingView:
    """A finding as it is shown. Its words are made when they are read: of many findings, few are looked at."""

    finding: Finding
    picture: Picture = attrs.field(eq=False, repr=False)

    @property
    def rule(self) -> str:
        """The id of its rule."""
        return self.finding.id

    @property
    def number(self) -> int | None:
        """The number of its record."""
        return _number(self.finding.record)

    @property
    def severity(self) -> Severity:
        """Its severity."""
        return self.finding.severity

    @property
    def status(self) -> Status:
        """Whether it holds or is open."""
        return self.finding.status

    @property
    def sign(self) -> str:
        """Its severity as a sign."""
        return OPEN_SIGN if self.status == "open" else SIGNS[self.severity]

    @property
    def word(self) -> str:
        """Its severity in words."""
        return capital(self.picture.voice.severity(self.severity))

    @property
    def message(self) -> str:
        """What it says."""
        return clean(self.finding.message).removesuffix(f" ({self.mark})")

    @property
    def advice(self) -> str:
        """What to do."""
        return clean(self.finding.advice)

    @property
    def about(self) -> str:
        """The name of its record."""
        return _about(self.picture, self.finding.record)

    @property
    def mark(self) -> str:
        """What warns of what is not checked law."""
        return self.picture.voice.mark(self.finding.mark)

    @property
    def sources(self) -> tuple[SourceView, ...]:
        """Its citations."""
        known = self.picture.interview.ruleset.sources
        return sources_view(tuple(known[id] for id in self.finding.sources if id in known), self.picture.voice)

    @property
    def key(self) -> str:
        """What tells it from the others."""
        return self.rule if self.number is None else f"{self.rule}[{self.number}]"


@attrs.frozen
class Conclusions:
    """The findings apart: those that hold, those that speak of what is known, those that are open."""

    holding: tuple[FindingView, ...]
    knowledge: tuple[FindingView, ...]
    open: tuple[FindingView, ...]
    settled: int
    counts: str


@attrs.frozen
class TaskView:
    """Something to do."""

    label: str
    due: str
    phase: str
    about: str
    sure: bool


@attrs.frozen
class OptionView:
    """An alternative: its rank (None when excluded), its points, the reasons, and what each criterion gives it."""

    rank: int | None
    label: str
    points: str
    note: str
    reasons: tuple[str, ...]
    doubtful: bool = False
    score: Fraction | int = 0
    criteria: tuple[tuple[str, str], ...] = ()


@attrs.frozen
class Results:
    """Everything that the results screen shows beside the findings."""

    verdict: str
    conclusions: Conclusions
    tasks: tuple[TaskView, ...]
    options: tuple[OptionView, ...]
    values: tuple[tuple[str, str], ...]
    tables: tuple[tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]], ...]
    assumed: tuple[tuple[str, str], ...]
    left: tuple[tuple[Wanted, str, bool], ...]
    ignored: tuple[str, ...]
    troubles: tuple[str, ...]
    pending: tuple[tuple[str, str], ...] = ()


def conclusions(picture: Picture) -> Conclusions:
    """Return the findings, in the order of the contract."""
    findings = picture.outcome.findings
    plain = [finding for finding in findings if not finding.about_knowledge]
    holding, waiting, knowledge = (
        tuple(FindingView(finding, picture) for finding in found)
        for found in (
            [finding for finding in plain if finding.status == "holds"],
            [finding for finding in plain if finding.status == "open"],
            [finding for finding in findings if finding.about_knowledge and finding.status == "holds"],
        )
    )
    settled = len(plain) - len(waiting)
    counts = (
        picture.ngettext("{n} point établi", "{n} points établis", settled)
        + " · "
        + picture.ngettext("{n} ouvert", "{n} ouverts", len(waiting))
    )
    return Conclusions(holding, knowledge, waiting, settled, counts)


def _number(record: str | None) -> int | None:
    match = re.search(r"\[(\d+)\]$", record or "")
    return int(match[1]) if match else None


def _about(picture: Picture, record: str | None) -> str:
    number = _number(record)
    if record is None or number is None:
        return ""
    return row_title(picture, Wanted("", record.partition("[")[0]), number)


def results(picture: Picture) -> Results:
    """Return what the results screen shows."""
    found = conclusions(picture)
    outcome = picture.outcome
    return Results(
        _verdict(picture, found),
        found,
        _tasks(picture),
        _options(picture),
        _values(picture),
        _tables(picture),
        _assumed(picture),
        _left(picture),
        tuple(ask_text(picture, one, count) for one, count in together(map(Wanted.named, outcome.ignored))),
        tuple(f"{one.where} : {one.message}" for one in outcome.diagnostics),
        tuple(picture.voice.open_values(picture.interview.situation)),
    )


def _verdict(picture: Picture, found: Conclusions) -> str:
    _ = picture.voice.ui
    if not found.holding and found.open:
        return _(UNSETTLED)
    # What only says that answers are missing is no point against anyone: it stands among what is open.
    held = {view.severity for view in found.holding}
    verdict = next((severity for severity in SEVERITIES if severity in held and severity != "info"), "ok")
    worse = [view for view in found.open if view.severity in _worse_than(verdict)]
    sentence = _(SO_FAR if worse and verdict == "ok" else VERDICTS[verdict])
    if worse:
        sentence += " " + picture.ngettext(
            "{n} point plus grave reste ouvert.", "{n} points plus graves restent ouverts.", len(worse)
        )
    return sentence


def _worse_than(verdict: str) -> tuple[str, ...]:
    serious = ("blocking", "risk", "caution")
    return serious[: serious.index(verdict)] if verdict in serious else serious


def _tasks(picture: Picture) -> tuple[TaskView, ...]:
    voice = picture.voice
    return tuple(
        TaskView(
            clean(task.label),
            texts.format_date(task.due, voice.locale, "full") if task.due else "",
            voice.own(picture.interview.ruleset.groups.get(task.phase, task.phase)),
            _about(picture, task.record),
            task.status == "holds",
        )
        for task in picture.outcome.tasks
        if task.status != "ruled_out"
    )


def _options(picture: Picture) -> tuple[OptionView, ...]:
    ruleset, voice = picture.interview.ruleset, picture.voice
    found = []
    for position, one in enumerate(picture.outcome.options, 1):
        option = ruleset.options[one.id]
        found.append(
            OptionView(
                None if one.excluded else position,
                voice.own(option.label),
                _points(picture, one),
                voice.own(option.note),
                tuple(_reason(picture, ruleset, point.rule, point.points) for point in one.because),
                one.may_be_excluded,
                one.score,
                tuple(
                    (_criterion(picture, ruleset, point.rule), texts.format_number(point.points, voice.locale))
                    for point in one.because
                    if point.points is not None and not one.excluded
                ),
            )
        )
    return tuple(found)


def _points(picture: Picture, one: OptionResult) -> str:
    _ = picture.voice.ui
    if one.excluded:
        return _("écarté")
    locale = picture.voice.locale
    score = texts.format_number(one.score, locale)
    text = texts.translator(locale).ngettext("{score} point", "{score} points", int(one.score)).format(score=score)
    if one.lowest != one.highest:
        low, high = (_bound(bound, locale) for bound in (one.lowest, one.highest))
        text += " " + _("(entre {low} et {high} selon les réponses qui manquent)").format(low=low, high=high)
    return text


def _bound(points: Fraction | int | None, locale: str) -> str:
    return "…" if points is None else texts.format_number(points, locale)


def _criterion(picture: Picture, ruleset: RuleSet, id: str) -> str:
    return clean(picture.voice.reason(ruleset.rules[id], picture.interview.situation))


def _reason(picture: Picture, ruleset: RuleSet, id: str, points: object) -> str:
    words = _criterion(picture, ruleset, id)
    return words if points is None else f"+{points}  {words}".replace("+-", "−")


def _values(picture: Picture) -> tuple[tuple[str, str], ...]:
    definitions, voice = picture.interview.ruleset.definitions, picture.voice
    told = ((definitions[id], value) for id, value in picture.outcome.values.items() if value is not None)
    return tuple((voice.own(one.label), voice.computed(one, value)) for one, value in told)


def _tables(picture: Picture) -> tuple[tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]], ...]:
    ruleset, voice = picture.interview.ruleset, picture.voice
    found = []
    for record, rows in picture.outcome.record_values.items():
        shown = [one for one in ruleset.definitions.values() if one.label and one.record == record]
        kind = ruleset.records[record]
        lines = []
        for number, row in enumerate(rows):
            if kind.rows is not None and all(value is None for value in row.values()):
                continue  # most rows of a reference table have nothing to do with this case
            name = row_title(picture, Wanted("", record), number)
            cells = (voice.computed(one, row.get(one.id, UNKNOWN)) for one in shown)
            lines.append((name, *cells))
        if lines:
            found.append((voice.own(kind.title), tuple(voice.own(one.label) for one in shown), tuple(lines)))
    return tuple(found)


def _assumed(picture: Picture) -> tuple[tuple[str, str], ...]:
    return tuple((ask_text(picture, one, count), words) for one, count, words in assumptions(picture))


def _left(picture: Picture) -> tuple[tuple[Wanted, str, bool], ...]:
    """Return the questions that could still change something, and whether the person has passed them."""
    interview = picture.interview
    found = together(interview.relevance.now)
    return tuple((one, ask_text(picture, one, count), one in interview.passed) for one, count in found)
