"""What to show for an interview, as plain values: the question, why it is asked, progress. No terminal in here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Literal

import attrs

from ruleset import texts
from ruleset.expressions.evaluate import NOTHING_BOUND
from ruleset.interview import Interview, Progress
from ruleset.model import Outcome, Question
from ruleset.outcome import outcome
from ruleset.relevance import Wanted
from ruleset.types import UNKNOWN, Value
from ruleset.wording import Voice
from ruleset_tui import visit as way
from ruleset_tui.reading import example, typed
from ruleset_tui.sourcing import SourceView, sources_view
from ruleset_tui.visit import Visit

State = Literal["new", "answered", "unknown", "none"]


@attrs.frozen(eq=False, slots=False)
class Picture:
    """An interview with what all screens read of it, computed once."""

    interview: Interview

    @cached_property
    def voice(self) -> Voice:
        """The words of the rule set in the interview's language."""
        return Voice.of(self.interview.ruleset, self.interview.case.lang)

    @cached_property
    def outcome(self) -> Outcome:
        """What the rule set says so far."""
        return outcome(self.interview.situation, self.voice, ask=False)

    @cached_property
    def dealt_with(self) -> dict[Wanted, Value]:
        """The questions dealt with and their answers, in order."""
        return {step.wanted: way.given(self.interview, step.wanted) for step in self.interview.steps}

    @cached_property
    def progress(self) -> Progress:
        """How far the interview is; a list of records counts once, by its own step."""
        progress = self.interview.progress
        twice = sum(
            1 for wanted in self.dealt_with if way.is_list(wanted) and wanted.record in self.interview.case.records
        )
        return Progress(progress.done - twice, progress.remaining)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Return the text for n things, with `{n}` filled."""
        return texts.translator(self.voice.locale).ngettext(singular, plural, n).format(n=n)


@attrs.frozen
class QuestionView:
    """The question shown. `choices` are ids and labels; `chosen` and `text` are the answer so far."""

    wanted: Wanted
    kind: str
    heading: str
    ask: str
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    chosen: frozenset[str] = frozenset()
    text: str = ""
    hint: str = ""
    unit: str = ""
    optional: bool = False
    state: State = "new"
    status: str = ""


@attrs.frozen
class RowView:
    """One record of a list: its name and its answers in short."""

    number: int
    title: str
    detail: str


@attrs.frozen
class ListView:
    """A list of records to complete; `known` tells that the list has been given."""

    wanted: Wanted
    title: str
    rows: tuple[RowView, ...]
    state: State
    status: str = ""
    help: str = ""


@attrs.frozen
class WhyView:
    """Why a question is asked: the reasons in words, the sources, the findings that wait for it."""

    ask: str
    why: str
    help: str
    assumed: str
    sources: tuple[SourceView, ...]
    concerned: tuple[tuple[str, str], ...]


def clean(text: str) -> str:
    """Return a message without the placeholders that nothing can fill yet."""
    return re.sub(r"\{[^{}]*\}", "…", text)


def capital(text: str) -> str:
    """Return a text with a capital first letter.

    >>> capital("oui"), capital("")
    ('Oui', '')
    """
    return text[:1].upper() + text[1:]


def question_view(visit: Visit, picture: Picture) -> QuestionView | ListView | None:
    """Return what to ask; None when nothing is left."""
    if visit.here is None:
        return None
    if way.is_list(visit.here):
        return list_view(visit, picture)
    wanted, interview, voice = visit.here, visit.interview, picture.voice
    question = interview.question(wanted)
    value = interview.value(wanted)
    state = state_of(visit, value)
    return QuestionView(
        wanted,
        question.type.kind,
        _heading(interview, wanted, question, voice),
        voice.own(question.ask),
        voice.own(question.help),
        _choices(question, voice),
        _chosen(question, value),
        typed(value, voice),
        example(question, voice),
        currency_sign(question, voice) if question.type.kind == "money" else voice.own(question.unit),
        question.domain.optional,
        state,
        _status(state, voice),
    )


def list_view(visit: Visit, picture: Picture) -> ListView:
    """Return the list of records that is shown."""
    assert visit.here is not None
    kind = way.record_type(visit.interview, visit.here)
    value = way.given(visit.interview, visit.here)
    state = state_of(visit, None if value == 0 else value)
    rows = tuple(
        row_view(picture, visit.here, number) for number in range(len(way.rows_of(visit.interview, visit.here)))
    )
    voice = picture.voice
    return ListView(visit.here, voice.own(kind.title), rows, state, _status(state, voice), voice.own(kind.help))


def row_view(picture: Picture, wanted: Wanted, number: int) -> RowView:
    """Return one record of a list."""
    interview, voice = picture.interview, picture.voice
    kind = way.record_type(interview, wanted)
    row = way.rows_of(interview, wanted)[number]
    shown = [
        f"{voice.own(question.ask).rstrip(' ?').rstrip()} : {voice.answer(question, row[id])}"
        for id, question in kind.fields.items()
        if id in row and id != kind.name
    ]
    return RowView(number, row_title(picture, wanted, number), " · ".join(shown))


def row_title(picture: Picture, wanted: Wanted, number: int) -> str:
    """Return the name of one record of a list or of a reference table, or its number where it has no name yet."""
    kind = way.record_type(picture.interview, wanted)
    rows = way.rows_of(picture.interview, wanted) if kind.rows is None else kind.rows
    name = rows[number].get(kind.name, UNKNOWN) if kind.name else UNKNOWN
    if isinstance(name, str) and name:
        return picture.voice.answer(kind.fields[kind.name], name)
    return f"{picture.voice.own(kind.title)} {number + 1}"


def ask_text(picture: Picture, wanted: Wanted, count: int = 1) -> str:
    """Return the words of a question; of a record, with its name, or with how many records it is asked about."""
    if not wanted.record or not wanted.id or wanted.number is None:
        return picture.voice.ask(wanted)
    if count > 1:
        words = picture.voice.ask(attrs.evolve(wanted, number=None))
        return f"{words} ({picture.ngettext('{n} fiche', '{n} fiches', count)})"
    question = picture.interview.question(wanted)
    return f"{row_title(picture, wanted, wanted.number)} : {picture.voice.own(question.ask)}"


def together(questions: Iterable[Wanted]) -> list[tuple[Wanted, int]]:
    """Return questions where those that are the same in several records are one, the first, with their number."""
    groups: dict[Wanted, list[Wanted]] = {}
    for one in questions:
        groups.setdefault(attrs.evolve(one, number=None) if one.id else one, []).append(one)
    return [(group[0], len(group)) for group in groups.values()]


def assumptions(picture: Picture) -> list[tuple[Wanted, int, str]]:
    """Return what is assumed: the question (the first where several records have it), how many they are, the words."""
    situation, interview = picture.interview.situation, picture.interview
    groups: dict[tuple[Wanted, str], list[Wanted]] = {}
    for reference in situation.assumed():
        wanted = Wanted.named(reference)
        bound = {wanted.record: wanted.number} if wanted.number is not None else NOTHING_BOUND
        question = interview.question(wanted)
        words = picture.voice.answer(question, situation.assumption(question, bound))
        groups.setdefault((attrs.evolve(wanted, number=None), words), []).append(wanted)
    return [(group[0], len(group), words) for (_, words), group in groups.items()]


def state_of(visit: Visit, value: Value) -> State:
    """Return whether a question is new, answered, passed, or answered « aucun »."""
    if value is UNKNOWN:
        return "unknown" if visit.answered else "new"
    return "none" if value is None else "answered"


def _status(state: State, voice: Voice) -> str:
    _ = voice.ui
    return {
        "unknown": _("Vous avez répondu : je ne sais pas."),
        "none": _("Vous avez répondu : aucun."),
    }.get(state, "")


def _heading(interview: Interview, wanted: Wanted, question: Question, voice: Voice) -> str:
    if wanted.record and wanted.number is not None:
        return row_title(Picture(interview), attrs.evolve(wanted, id=""), wanted.number)
    return voice.own(way.home_of(interview, wanted).groups.get(question.group, ""))


def _choices(question: Question, voice: Voice) -> tuple[tuple[str, str], ...]:
    _ = voice.ui
    if question.type.kind == "yes_no":
        return (("yes", _("Oui")), ("no", _("Non")))
    if question.type.kind in ("choice", "choices"):
        return tuple((id, voice.own(question.labels.get(id, id))) for id in question.type.choices or ())
    return ()


def _chosen(question: Question, value: Value) -> frozenset[str]:
    if isinstance(value, bool):
        return frozenset({"yes" if value else "no"})
    if isinstance(value, frozenset):
        return value
    return frozenset({value}) if isinstance(value, str) and question.type.kind == "choice" else frozenset()


def currency_sign(question: Question, voice: Voice) -> str:
    """Return the sign of a question's currency."""
    if not question.currency:
        return ""
    return texts.format_money(0, question.currency, voice.locale).replace("0", "").strip()


def progress_text(picture: Picture) -> str:
    """Return how far the interview is: « 4 réponses · encore 9 au plus »."""
    _ = picture.voice.ui
    progress = picture.progress
    done = picture.ngettext("{n} réponse", "{n} réponses", progress.done)
    if not progress.remaining:
        return f"{done} · " + _("plus rien à demander")
    return f"{done} · " + _("encore {n} au plus").format(n=progress.remaining)


def law_text(picture: Picture, form: Literal["short", "long"] = "long") -> str:
    """Return the date of law: « droit au 23 novembre 2026 »."""
    day = texts.format_date(picture.interview.case.on, picture.voice.locale, form)
    return picture.voice.ui("droit au {day}").format(day=day)


def why_view(visit: Visit, picture: Picture) -> WhyView:
    """Return why the question shown is asked."""
    wanted, interview, voice = visit.here, visit.interview, picture.voice
    assert wanted is not None
    home = way.home_of(interview, wanted)
    concerned = {rule.id for rule in interview.concerned(wanted)}
    findings = tuple(
        (finding.severity, clean(finding.message))
        for finding in picture.outcome.findings
        if finding.id in concerned and finding.status == "open" and _is_about(finding.record, wanted)
    )
    if way.is_list(wanted):
        kind = home.records[wanted.record]
        sources = sources_view(tuple(home.sources[id] for id in kind.sources if id in home.sources), voice)
        return WhyView(voice.own(kind.title), voice.own(kind.why), voice.own(kind.help), "", sources, findings)
    question = interview.question(wanted)
    assumed = assumption_text(picture, question)
    cited = tuple(home.sources[id] for id in question.sources if id in home.sources)
    ask, why, help = (voice.own(text) for text in (question.ask, question.why, question.help))
    return WhyView(ask, why, help, assumed, sources_view(cited, voice), findings)


def assumption_text(picture: Picture, question: Question) -> str:
    """Return what stands for an answer that is not given; empty where nothing does."""
    if question.assume is UNKNOWN:
        return ""
    value = picture.interview.situation.assumption(question, NOTHING_BOUND)
    return "" if value is UNKNOWN else picture.voice.answer(question, value)


def _is_about(record: str | None, wanted: Wanted) -> bool:
    return record is None or wanted.number is None or record in (wanted.record, f"{wanted.record}[{wanted.number}]")
