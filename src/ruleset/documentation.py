"""A rule set as a document: what it asks, what it knows, what it concludes and on which grounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ruleset import texts
from ruleset.explanation import cited
from ruleset.expressions.prose import Prose
from ruleset.expressions.template import Text
from ruleset.expressions.tree import TRUE, Literal, Node, Table
from ruleset.model import DatedValue, Definition, Parameter, Question, Rule, RuleSet
from ruleset.types import UNKNOWN, Value
from ruleset.wording import Voice


def as_markdown(ruleset: RuleSet, lang: str) -> str:
    """Return the documentation of a rule set in Markdown, in a language."""
    return "\n".join(_Page(Voice.of(ruleset, lang)).lines()) + "\n"


class _Page:
    """Writes the documentation of one rule set."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self.ruleset = voice.ruleset
        self.prose = Prose(voice)

    def lines(self) -> Iterator[str]:
        """Yield the lines of the document."""
        _, own, ruleset = self.voice.ui, self.voice.own, self.ruleset
        yield f"# {own(ruleset.title)}"
        yield ""
        facts = [f"`{ruleset.id}` {ruleset.version}", ruleset.jurisdiction, ruleset.currency]
        yield " · ".join(fact for fact in facts if fact)
        if ruleset.summary:
            yield from ("", own(ruleset.summary))
        yield from self.section(_("Questions"), self.questions())
        yield from self.section(_("Fiches"), self.records())
        yield from self.section(_("Paramètres"), self.parameters())
        yield from self.section(_("Valeurs"), self.definitions())
        yield from self.section(_("Options"), (f"- {own(one.label)} (`{id}`)" for id, one in ruleset.options.items()))
        yield from self.section(_("Règles"), self.rules())
        yield from self.section(
            _("Sources"),
            (f"- `{id}` {cited(one, self.voice)}{self.noted(one.note)}" for id, one in ruleset.sources.items()),
        )
        yield from self.section(_("Contexte"), (f"- {own(note.text)}{self.seeds(note.seed)}" for note in ruleset.notes))

    @staticmethod
    def section(title: str, lines: Iterator[str]) -> Iterator[str]:
        """Yield a titled section, nothing where it would be empty."""
        listed = list(lines)
        if listed:
            yield from ("", f"## {title}", "", *listed)

    def noted(self, note: str) -> str:
        return f" {self.voice.own(note)}" if note else ""

    def seeds(self, seeds: tuple[str, ...]) -> str:
        return f" [{', '.join(seeds)}]" if seeds else ""

    def sources(self, ids: tuple[str, ...]) -> Iterator[str]:
        """Yield the line of the sources that a part cites."""
        if ids:
            yield f"  - {self.voice.ui('Sources')} : {', '.join(f'`{id}`' for id in ids)}"

    # questions

    def questions(self) -> Iterator[str]:
        """Yield the questions, by group."""
        groups = {**self.ruleset.groups, "": ""}
        for group, title in groups.items():
            inside = [one for one in self.ruleset.questions.values() if one.group == group]
            if inside and len(groups) > 1:
                yield from (f"### {self.voice.own(title) or self.voice.ui('Autres')}", "")
            for question in inside:
                yield from self.question(question)
            if inside:
                yield ""

    def question(self, question: Question) -> Iterator[str]:
        """Yield one question with all that is said of it."""
        _, own = self.voice.ui, self.voice.own
        yield f"- {own(question.ask)} (`{question.id}`, {self.answers(question)}){self.seeds(question.seed)}"
        if question.ask_when != TRUE:
            yield f"  - {_('posée si')} : {self.prose.condition(question.ask_when)}"
        for label, text in ((_("pourquoi"), question.why), (_("aide"), question.help)):
            if text:
                yield f"  - {label} : {own(text)}"
        assume = question.assume
        if assume is not UNKNOWN:
            words = self.prose.term(assume) if isinstance(assume, Node) else self.voice.answer(question, assume)
            yield f"  - {_('supposé')} : {words}"
        yield from self.sources(question.sources)

    def answers(self, question: Question) -> str:
        """Return what may be answered."""
        _, domain = self.voice.ui, question.domain
        kinds = {
            "yes_no": _("oui ou non"), "choice": _("un choix"), "choices": _("plusieurs choix"),
            "integer": _("nombre entier"), "number": _("nombre"), "money": _("montant"), "date": _("date"),
            "text": _("texte"),
        }  # fmt: skip
        text = kinds[question.type.kind]
        if question.type.choices:
            labels = [self.voice.own(question.labels.get(id, id)) for id in question.type.choices]
            text = f"{text} : {' / '.join(labels)}"
        for name, limit in ((_("au moins"), domain.minimum), (_("au plus"), domain.maximum)):
            if limit is not None:
                text = f"{text}, {name} {self.voice.value(limit, question.type, None, question.unit)}"
        return f"{text}, {_('ou aucun')}" if domain.optional else text

    def records(self) -> Iterator[str]:
        """Yield the record types and the reference tables."""
        for record in self.ruleset.records.values():
            rows = self.voice.ui(" (table de {n} lignes)").format(n=len(record.rows)) if record.rows is not None else ""
            yield f"### {self.voice.own(record.title)} (`{record.id}`){rows}"
            yield ""
            for text in filter(None, (record.why, record.help)):
                yield from (self.voice.own(text), "")
            for field in record.fields.values():
                yield from self.question(field)
            yield ""

    # values

    def parameters(self) -> Iterator[str]:
        """Yield the parameters with their dated values."""
        _ = self.voice.ui
        for one in self.ruleset.parameters.values():
            mark = f" ({self.voice.mark(one.mark)})" if one.mark != "checked" else ""
            about = f"{mark}{self.seeds(one.seed)}{self.noted(one.note)}"
            yield f"- {self.voice.own(one.label) or one.id} (`{one.id}`){about}"
            for dated in one.values:
                since = _("depuis le {day}").format(day=texts.format_date(dated.since, self.voice.locale))
                dated_mark = f" ({self.voice.mark(dated.mark)})" if dated.mark not in ("checked", one.mark) else ""
                yield f"  - {since} : {self.dated(one, dated)}{dated_mark}"
            if one.until is not None:
                day = texts.format_date(one.until, self.voice.locale)
                yield "  - " + _("jusqu'au {day}").format(day=day)
            cites = [*one.sources, *(id for value in one.values for id in value.sources)]
            yield from self.sources(tuple(dict.fromkeys(cites)))

    def dated(self, parameter: Parameter, dated: DatedValue) -> str:
        """Return a parameter's value from a day on, by key where it has keys."""

        def words(value: Value) -> str:
            return self.voice.value(value, parameter.type, None, parameter.unit)

        if isinstance(dated.value, Mapping):
            return ", ".join(f"{key} {words(value)}" for key, value in dated.value.items())
        return words(dated.value)

    def definitions(self) -> Iterator[str]:
        """Yield the definitions and tables: those with a label are values of an outcome."""
        for one in self.ruleset.definitions.values():
            head = f"- {self.voice.own(one.label) or one.id.replace('_', ' ')} (`{one.id}`)"
            tail = f"{self.seeds(one.seed)}{self.noted(one.note)}"
            if isinstance(one.value, Table):
                yield f"{head}{tail}"
                yield from self.rows(one, one.value)
            else:
                yield f"{head} : {self.prose.term(one.value)}{tail}"
            yield from self.sources(one.sources)

    def rows(self, one: Definition, table: Table) -> Iterator[str]:
        """Yield the rows of a table or the cases of a definition."""
        _ = self.voice.ui
        for row in table.rows:
            cites = f" [{', '.join(row.sources)}]" if row.sources else ""
            value = self.result(one, row.value)
            yield f"  - {_('si')} {self.prose.condition(row.condition)} : {value}{cites}"
        yield f"  - {_('sinon')} : {self.result(one, table.otherwise)}"

    def result(self, one: Definition, node: Node) -> str:
        """Return what a row gives, by its label among the choices of the definition."""
        if isinstance(node, Literal) and isinstance(node.value, str) and node.value in one.labels:
            return self.voice.own(one.labels[node.value])
        return self.prose.term(node)

    # rules

    def rules(self) -> Iterator[str]:
        """Yield the rules, by group."""
        group = None
        for rule in self.ruleset.rules.values():
            if rule.group != group and (rule.group or group is not None):
                yield from (f"### {self.voice.own(rule.group) or self.voice.ui('Autres')}", "")
            group = rule.group
            yield from self.rule(rule)
            yield ""

    def rule(self, rule: Rule) -> Iterator[str]:
        """Yield one rule."""
        _ = self.voice.ui
        ref = f" ({rule.ref})" if rule.ref else ""
        yield f"- **{rule.id}**{ref}{self.seeds(rule.seed)}"
        parts = ((_("en vigueur"), rule.in_force), (_("si"), rule.when), (_("sauf si"), rule.unless))
        for label, node in parts:
            if node is not None and node != TRUE:
                yield f"  - {label} : {self.prose.condition(node)}"
        for variant in rule.variants:
            when = f"{_('si')} {self.prose.condition(variant.when)}, " if variant.when != TRUE else ""
            mark = f" ({self.voice.mark(variant.mark)})" if variant.mark != "checked" else ""
            yield f"  - {when}{self.voice.severity(variant.severity)} : {self.message(variant.say)}{mark}"
            if variant.do.source:
                yield f"    → {self.message(variant.do)}"
        if not rule.variants and rule.say.source:
            yield f"  - {self.message(rule.say)}"
        if rule.task is not None:
            due = f", {_('échéance')} : {self.prose.term(rule.task.due)}" if rule.task.due is not None else ""
            yield f"  - {_('à faire')} : {self.message(rule.task.label)}{due}"
        for option in rule.exclude:
            yield f"  - {_('exclut')} : {self.prose.option(option)}"
        for option, points in rule.favour.items():
            yield f"  - {_('points')} : {self.prose.option(option)} {self.prose.term(points)}"
        if rule.note:
            yield f"  - {_('note')} : {self.voice.own(rule.note)}"
        cites = [*rule.sources, *(id for variant in rule.variants for id in variant.sources)]
        yield from self.sources(tuple(dict.fromkeys(cites)))

    def message(self, text: Text) -> str:
        """Return a message with its placeholders as they are written."""
        return self.voice.own(text.source)
