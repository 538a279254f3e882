"""The sections that every report has, in the order of its pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from ruleset import texts
from ruleset.exchange.tasks import holding
from ruleset.explanation import cited
from ruleset.expressions.evaluate import NOTHING_BOUND
from ruleset.model import Finding, OptionResult, Outcome, TaskResult
from ruleset.reports.sections import (
    Bar,
    BarChart,
    Block,
    Event,
    Item,
    Items,
    Link,
    Paragraphs,
    Section,
    Table,
    Timeline,
    Tone,
)
from ruleset.reports.words import question_of, question_words, record_name, record_names, value_words, verdict
from ruleset.situation import Situation
from ruleset.texts import N_
from ruleset.types import UNKNOWN, Severity, Type
from ruleset.wording import Voice

DISCLAIMER = N_("Ceci est une information, avec ses sources ; ce n'est pas un conseil juridique.")
NARROW_TABLE = 5
_NUMBER = Type("number")
_TONES: dict[Severity, Tone] = {
    "blocking": "danger", "risk": "danger", "caution": "warning", "advice": "plain", "info": "plain", "ok": "good",
}  # fmt: skip


def calendar_of(found: Outcome) -> Timeline:
    """Return the dated tasks that are certainly to be done, the late ones in the tone of a danger."""
    return Timeline(
        (
            Event(task.due, task.label, "danger" if task.due < found.on else "good")
            for task in holding(found)
            if task.due is not None
        ),
        found.on,
    )


def _filled(sections: Iterable[Section | None]) -> tuple[Section, ...]:
    return tuple(section for section in sections if section is not None)


def _section(title: str, *body: Block | None) -> Section | None:
    """Return a section without its empty parts; nothing where all of them are."""
    full = [block for block in body if block is not None and _full(block)]
    return Section(title, full) if full else None


def _full(block: Block) -> bool:
    match block:
        case Items(items):
            return bool(items)
        case Table(rows=rows):
            return bool(rows)
        case Timeline(events=events):
            return bool(events)
        case BarChart(bars=bars):
            return bool(bars)
    return True


class Page:
    """Writes the generic sections of one outcome."""

    def __init__(self, found: Outcome, situation: Situation, voice: Voice) -> None:
        self.found, self.situation, self.voice = found, situation, voice
        self.ruleset, self.case = situation.ruleset, situation.case

    def before(self) -> tuple[Section, ...]:
        """Return what comes before the sections of plug-ins."""
        return _filled((self.head(), self.findings(), self.tasks(), self.calendar()))

    def after(self, missing: tuple[str, ...]) -> tuple[Section, ...]:
        """Return what comes after them; `missing` are the parts that are not there."""
        _ = self.voice.ui
        gone = _section(_("Ce qui manque à ce rapport"), Items(Item(text, tone="warning") for text in missing))
        return _filled((self.options(), self.values(), self.open(), self.assumed(), self.answers(), gone))

    def head(self) -> Section | None:
        """Return which rules were read, under the law of which day, and in one word what they say."""
        _, ruleset = self.voice.ui, self.ruleset
        rows = [
            (_("Jeu de règles"), f"{ruleset.id} {ruleset.version}"),
            (_("Droit du"), texts.format_date(self.found.on, self.voice.locale)),
            (_("Avis"), verdict(self.found, self.voice)),
            (_("Empreinte du cas"), self.found.digest),
        ]
        return _section(_("Ce rapport"), Paragraphs([self.voice.ui(DISCLAIMER)]), Table(("", ""), rows))

    def findings(self) -> Section | None:
        """Return the findings that hold, the most severe first."""
        return _section(self.voice.ui("Ce qui est établi"), Items(self.items(self.found.holding)))

    def items(self, findings: Iterable[Finding]) -> Iterator[Item]:
        """Yield findings, in order; what is said word for word of several records is said once, of all of them."""
        groups: dict[Finding, list[str]] = {}
        for one in findings:
            records = groups.setdefault(attrs.evolve(one, record=None), [])
            records += [one.record] if one.record else []
        for one, records in groups.items():
            yield self.finding(one, records)

    def records(self, references: list[str]) -> str:
        """Return the names of some records of one type."""
        return record_names(references, self.voice, self.case)

    def finding(self, one: Finding, records: list[str]) -> Item:
        """Return a finding with its records, its advice and its sources."""
        label = self.voice.severity(one.severity)
        about = [self.records(records)] if records else []
        advice = [f"→ {one.advice}"] if one.advice and one.status == "holds" else []
        links = self.links(one.sources) if one.status == "holds" else ()
        tone = _TONES[one.severity]
        return Item(one.message, label[:1].upper() + label[1:], [*about, *advice], links, tone)

    def links(self, ids: Iterable[str]) -> tuple[Link, ...]:
        """Return citations in full, with their addresses apart."""
        sources = [self.ruleset.sources[id] for id in ids]
        return tuple(Link(cited(attrs.evolve(one, url=""), self.voice), one.url) for one in sources)

    def tasks(self) -> Section | None:
        """Return what there is to do, the earliest first."""
        return _section(self.voice.ui("À faire"), Items(self.task(one) for one in holding(self.found)))

    def task(self, one: TaskResult) -> Item:
        """Return a task with its day, its phase and its sources."""
        _ = self.voice.ui
        due = [_("avant le {day}").format(day=texts.format_date(one.due, self.voice.locale))] if one.due else []
        phase = [self.voice.own(self.ruleset.groups.get(one.phase, one.phase))] if one.phase else []
        record = [record_name(one.record, self.voice, self.case)] if one.record else []
        details = " · ".join((*due, *phase, *record))
        late = one.due is not None and one.due < self.found.on
        return Item(
            one.label,
            _("En retard") if late else "",
            [details] if details else (),
            self.links(one.sources),
            "danger" if late else "plain",
        )

    def calendar(self) -> Section | None:
        """Return the dated tasks as a picture."""
        return _section(self.voice.ui("Calendrier"), calendar_of(self.found))

    def options(self) -> Section | None:
        """Return the options compared: bars, points by criterion, those that are excluded with their reasons."""
        _ = self.voice.ui
        ranked = [one for one in self.found.options if not one.excluded]
        excluded = [one for one in self.found.options if one.excluded]
        bars = BarChart(
            Bar(self.option(one.id), max(one.score, 0), self.score(one), "good" if one is ranked[0] else "plain")
            for one in ranked
        )
        return _section(
            _("Options comparées"), bars, self.criteria(ranked), Items(self.excluded(one) for one in excluded)
        )

    def option(self, id: str) -> str:
        """Return the name of an option."""
        return self.voice.own(self.ruleset.options[id].label)

    def score(self, one: OptionResult) -> str:
        """Return a score, and what is still open in it."""
        _, locale = self.voice.ui, self.voice.locale
        score = self.voice.number(one.score, _NUMBER)
        text = f"{score} {texts.plural(one.score, (_('point'), _('points')), locale)}"
        if one.lowest != one.highest:
            bounds = (one.lowest, one.highest)
            low, high = ("…" if bound is None else self.voice.number(bound, _NUMBER) for bound in bounds)
            text += " " + _("(entre {low} et {high} selon les réponses qui manquent)").format(low=low, high=high)
        return text + (f" ; {_('pourrait encore être écarté')}" if one.may_be_excluded else "")

    def criteria(self, ranked: list[OptionResult]) -> Table | None:
        """Return the points: a row for each criterion, a column for each option, and their sum."""
        _ = self.voice.ui
        points = [{point.rule: point.points for point in one.because if point.points is not None} for one in ranked]
        rules = [id for id in self.ruleset.rules if any(id in given for given in points)]
        if not rules:
            return None
        rows = [
            (self.criterion(id), *(self.voice.number(given[id], _NUMBER) if id in given else "·" for given in points))
            for id in rules
        ]
        total = (_("Total"), *(self.voice.number(one.score, _NUMBER) for one in ranked))
        return Table((_("Critère"), *(self.option(one.id) for one in ranked)), (*rows, total))

    def criterion(self, id: str) -> str:
        """Return what a rule says, in the words of its points or of its finding."""
        return self.voice.reason(self.ruleset.rules[id], self.situation)

    def excluded(self, one: OptionResult) -> Item:
        """Return an option that is excluded, with all its reasons."""
        _ = self.voice.ui
        rules = [self.ruleset.rules[point.rule] for point in one.because if point.points is None]
        links = self.links(dict.fromkeys(id for rule in rules for id in self.ruleset.cite(rule.sources, self.found.on)))
        return Item(self.option(one.id), _("Écartée"), (self.criterion(rule.id) for rule in rules), links, "danger")

    def values(self) -> Section | None:
        """Return what was computed; a value that is none says nothing to a person."""
        _, definitions = self.voice.ui, self.ruleset.definitions
        rows = [
            (self.voice.own(definitions[id].label), value_words(id, value, self.voice))
            for id, value in self.found.values.items()
            if value is not None
        ]
        of_records = [self.record_values(record) for record in self.found.record_values]
        return _section(_("Valeurs calculées"), Table((_("Valeur"), _("Montant ou réponse")), rows), *of_records)

    def record_values(self, record: str) -> Block | None:
        """Return the values of the records of a type: a table while it is narrow, else a list. Rows of a reference
        table without a value are left out.
        """
        definitions, kind = self.ruleset.definitions, self.ruleset.records[record]
        rows = [
            (
                record_name(f"{record}[{number}]", self.voice, self.case),
                {id: value_words(id, value, self.voice) for id, value in row.items() if value is not None},
            )
            for number, row in enumerate(self.found.record_values[record])
            if kind.rows is None or any(value is not None for value in row.values())
        ]
        labels = {id: self.voice.own(definitions[id].label) for id in definitions if any(id in row for _, row in rows)}
        if len(labels) <= NARROW_TABLE:
            headings = (self.voice.own(kind.title), *labels.values())
            cells = ((name, *(row.get(id, "–") for id in labels)) for name, row in rows)
            return Table(headings, cells) if labels else None
        write = self.voice.ui("{name} : {value}").format
        return Items(
            Item(name, details=[write(name=labels[id], value=value) for id, value in row.items()]) for name, row in rows
        )

    def open(self) -> Section | None:
        """Return the findings that are open, and what to answer, most useful first."""
        _ = self.voice.ui
        items = list(self.items(one for one in self.found.findings if one.status == "open"))
        asked = [
            Item(words, details=[self.records(records)] if records else ())
            for (words, _value), records in self.by_question(self.found.ask).items()
        ]
        waiting = [Item(name, details=[words]) for name, words in self.voice.open_values(self.situation)]
        parts = (
            (_("Répondre à ces questions préciserait le résultat :"), asked),
            (_("Selon vos réponses, ces points peuvent encore s'établir :"), items),
            (_("Ces valeurs attendent des réponses :"), waiting),
        )
        body = [block for told, found in parts if found for block in (Paragraphs([told]), Items(found))]
        return _section(_("Ce qui reste ouvert"), *body)

    def by_question(self, names: Iterable[str]) -> dict[tuple[str, str], list[str]]:
        """Return the records for which each question is named, by its words and what is assumed for it, in order."""
        found: dict[tuple[str, str], list[str]] = {}
        for name in names:
            record, dot, _id = name.partition(".")
            question = question_of(name, self.voice)
            words = self.voice.own(question.ask) if question else question_words(name, self.voice)
            records = found.setdefault((words, self.assumption(name)), [])
            records += [record] if dot else []
        return found

    def assumption(self, name: str) -> str:
        """Return what stands for an answer that is not given; empty where nothing does."""
        question = question_of(name, self.voice)
        if question is None or question.assume is UNKNOWN:
            return ""
        record, _, number = name.partition(".")[0].partition("[")
        bound = {record: int(number.rstrip("]"))} if number else NOTHING_BOUND
        value = self.situation.assumption(question, bound)
        return "" if value is UNKNOWN else self.voice.answer(question, value)

    def assumed(self) -> Section | None:
        """Return the assumptions on which the outcome rests, and the answers that count for nothing."""
        _ = self.voice.ui
        rows = [
            (f"{words} ({self.records(records)})" if records else words, value)
            for (words, value), records in self.by_question(self.found.assumed).items()
        ]
        ignored = _("{name} : réponse ignorée, la question n'est pas posée dans ce cas")
        others = [ignored.format(name=question_words(name, self.voice, self.case)) for name in self.found.ignored]
        troubles = [f"{one.where} : {one.message}" for one in self.found.diagnostics]
        return _section(
            _("Ce qui est supposé"),
            Table((_("Question"), _("Réponse supposée")), rows),
            Items(Item(text) for text in others),
            Items(Item(text, _("Calcul impossible"), tone="warning") for text in troubles),
        )

    def answers(self) -> Section | None:
        """Return the answers on which all this rests."""
        _ = self.voice.ui
        rows = [
            (question_words(id, self.voice), self.voice.answer(question, value))
            for id, value in self.case.answers.items()
            if value is not UNKNOWN and (question := question_of(id, self.voice)) is not None
        ]
        records = [Items(self.rows(id)) for id in self.case.records if id in self.ruleset.records]
        return _section(_("Vos réponses"), Table((_("Question"), _("Votre réponse")), rows), *records)

    def rows(self, record: str) -> Iterator[Item]:
        """Yield the records of a type with their answers."""
        fields = self.ruleset.records[record].fields
        write = self.voice.ui("{name} : {value}").format
        for number, row in enumerate(self.case.records[record]):
            details = [
                write(name=self.voice.own(fields[id].ask), value=self.voice.answer(fields[id], value))
                for id, value in row.items()
                if id in fields and value is not UNKNOWN
            ]
            yield Item(record_name(f"{record}[{number}]", self.voice, self.case), details=details)
