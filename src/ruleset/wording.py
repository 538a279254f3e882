"""Words of a rule set in a language: messages with their placeholders filled, answers and values as people read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

import attrs

from ruleset import texts
from ruleset.expressions import tree
from ruleset.expressions.evaluate import NOTHING_BOUND, Bound, evaluate
from ruleset.expressions.functions import round_to
from ruleset.expressions.template import Placeholder, Text, parts
from ruleset.expressions.tree import Node
from ruleset.model import Definition, Mark, Question, Rule, RuleSet
from ruleset.relevance import Wanted, home, waiting_for_each, waiting_for_values
from ruleset.situation import Situation, bound_to
from ruleset.types import SEVERITIES, UNKNOWN, Period, Type, Value, decimal_text, decimals_of

SHOWN_QUESTIONS = 5
SHOWN_FOR_A_VALUE = 2


@attrs.frozen
class Voice:
    """Speaks for a rule set in one language and with one country's customs (`locale`: `fr_FR`, `fr_CA`, `en`)."""

    ruleset: RuleSet
    locale: str
    own: Callable[[str], str]
    ui: Callable[[str], str]

    @classmethod
    def of(cls, ruleset: RuleSet, lang: str) -> Voice:
        """Return the voice of a rule set for `fr`, `en`, `fr_CA`, and so on.

        Raises:
            ValueError: `lang` does not look like a language.
        """
        locale = texts.choose_locale(lang or "fr", {}, ruleset.jurisdiction)
        return _voice(ruleset, locale)

    def text(self, text: Text, situation: Situation, bound: Bound = NOTHING_BOUND) -> str:
        """Return a message with its placeholders filled; what is not known yet says so."""
        said = self.own(text.source)
        if not text.nodes and "{" not in said and "}" not in said:
            return said
        return "".join(
            [part if isinstance(part, str) else self.hole(part, text, situation, bound) for part in parts(said)]
        )

    def hole(self, hole: Placeholder, text: Text, situation: Situation, bound: Bound) -> str:
        """Return what stands in one placeholder."""
        if hole.expression == "open_questions":
            return self.open_questions(situation)
        if hole.expression == "open_worst":
            return self.open_worst(situation)
        node = text.nodes.get(hole.expression)
        if node is None:
            return "{" + hole.expression + "}"
        value = evaluate(node, situation, bound)
        if "|" in hole.format and isinstance(value, (int, Fraction)):
            return texts.plural(value, hole.format.split("|"), self.locale)
        if hole.format == "plain" and isinstance(value, (int, Fraction)):
            return decimal_text(round_to(value, 12))
        if hole.format == "number" and isinstance(value, (int, Fraction)):
            return self.number(value, Type("number"))
        if hole.format == "short" and isinstance(value, dt.date):
            return texts.format_date(value, self.locale, "short")
        chosen = isinstance(value, (str, frozenset, tuple))
        return self.value(value, node.type, labels_of(node, self.ruleset) if chosen else None)

    def value(self, value: Value, type_: Type, labels: Mapping[str, str] | None = None, unit: str = "") -> str:
        """Return a value in words."""
        _ = self.ui
        if value is UNKNOWN:
            return _("(à préciser)")
        if value is None:
            return _("(aucun)")
        if isinstance(value, bool):
            return _("oui") if value else _("non")
        if isinstance(value, dt.date):
            return texts.format_date(value, self.locale)
        if isinstance(value, (int, Fraction)):
            return self.number(value, type_, unit)
        if isinstance(value, Period):
            return self.period(value)
        if isinstance(value, (frozenset, tuple)):
            order = {choice: position for position, choice in enumerate(type_.choices or ())}
            items = sorted(value, key=lambda one: order.get(str(one), 0)) if isinstance(value, frozenset) else value
            inner = type_.of or Type("choice", type_.choices)
            return texts.join([self.value(one, inner, labels) for one in items], self.locale) if items else _("(aucun)")
        label = (labels or {}).get(value)
        return self.own(label) if label else value

    def number(self, value: int | Fraction, type_: Type, unit: str = "") -> str:
        """Return a number with its currency or unit."""
        if type_.kind == "money" and type_.unit:
            return texts.format_money(value, type_.unit[0][0], self.locale)
        places = None if decimals_of(value) is not None else 2
        text = texts.format_number(value, self.locale, places)
        return f"{text} {self.own(unit)}" if unit else text

    def period(self, period: Period) -> str:
        """Return a period: `14 mois et 3 jours`."""
        _ = self.ui
        parts = []
        if period.months:
            parts.append(_("{n} mois").format(n=period.months))
        if period.days or not period.months:
            parts.append(_("{n} jours").format(n=period.days))
        return texts.join(parts, self.locale)

    def answer(self, question: Question, value: Value) -> str:
        """Return an answer in words."""
        if value is UNKNOWN:
            return self.ui("je ne sais pas")
        if value is None:
            return self.ui("aucun")
        return self.value(value, question.type, question.labels, question.unit)

    def ask(self, wanted: Wanted) -> str:
        """Return the words of a question."""
        ruleset = home(self.ruleset, wanted)
        if wanted.record:
            record = ruleset.records[wanted.record]
            if not wanted.id:
                return self.own(record.title)
            number = "" if wanted.number is None else f" {wanted.number + 1}"
            return f"{self.own(record.title)}{number} : {self.own(record.fields[wanted.id].ask)}"
        return self.own(ruleset.questions[wanted.id].ask)

    def mark(self, mark: Mark) -> str:
        """Return what warns of a text that is not checked law."""
        return {"checked": "", "unchecked": self.ui("à vérifier"), "design": self.ui("choix de l'outil")}[mark]

    def severity(self, severity: str) -> str:
        """Return the name of a severity."""
        _ = self.ui
        return {
            "blocking": _("bloquant"),
            "risk": _("risque"),
            "caution": _("prudence"),
            "advice": _("conseil"),
            "info": _("information"),
            "ok": _("favorable"),
        }[severity]

    def open_questions(self, situation: Situation) -> str:
        """Return the questions that keep findings open, those of the worst findings first."""
        wanted: dict[Wanted, None] = {}
        for waiting in waiting_for_each(situation, worst_first(situation)):
            wanted.update(dict.fromkeys(waiting))
        return self.questions(tuple(wanted)) or self.ui("(aucune)")

    def questions(self, wanted: Sequence[Wanted], most: int = SHOWN_QUESTIONS) -> str:
        """Return questions in words: at most so many, then how many more."""
        shown = [self.ui("« {name} »").format(name=self.ask(one)) for one in wanted[:most]]
        more = len(wanted) - len(shown)
        if more:
            shown.append(self.ui("{n} autres questions").format(n=more) if more > 1 else self.ui("une autre question"))
        return texts.join(shown, self.locale) if shown else ""

    def open_values(self, situation: Situation) -> Iterator[tuple[str, str]]:
        """Yield the values that are not settled, by label, with what they wait for; those that wait for the same
        together.
        """
        labels: dict[tuple[Wanted, ...], list[str]] = {}
        for definition, wanted in waiting_for_values(situation):
            if wanted:
                labels.setdefault(wanted, []).append(self.own(definition.label))
        for wanted, names in labels.items():
            yield " · ".join(names), self.questions(wanted, SHOWN_FOR_A_VALUE)

    def computed(self, definition: Definition, value: Value) -> str:
        """Return a value of the outcome in words; one that is not checked law says so."""
        labels = definition.labels or labels_of(definition.value, self.ruleset)
        words = self.value(value, definition.type, labels, definition.unit)
        mark = self.mark(definition.mark) if value is not None and value is not UNKNOWN else ""
        return f"{words} ({mark})" if mark else words

    def reason(self, rule: Rule, situation: Situation) -> str:
        """Return what a rule says for the points that it gives, or its id where it speaks of records."""
        said = rule.say if rule.say.source or rule.record or not rule.variants else rule.variants[-1].say
        words = self.text(said, situation) if said.source and not rule.record else rule.id
        mark = self.mark(rule.mark)
        return f"{words.rstrip()} ({mark})" if mark else words

    def open_worst(self, situation: Situation) -> str:
        """Return the worst finding that is still open."""
        found = next(iter(worst_first(situation)), None)
        if found is None:
            return self.ui("(aucune)")
        rule, number = found
        worst = min(situation.possible(rule, number), key=lambda variant: _order(variant.severity))
        bound = bound_to(rule, number)
        said = self.own(worst.say.source) if rule.record and number is None else self.text(worst.say, situation, bound)
        return f"« {said.rstrip('.')} » ({self.severity(worst.severity)}, {rule.id})"


def worst_first(situation: Situation) -> list[tuple[Rule, int | None]]:
    """Return the open findings of severity caution or more, the worst possible first, in declared order."""
    found = list(situation.open_places("caution"))
    return sorted(
        found, key=lambda place: min(_order(variant.severity) for variant in situation.possible(place[0], place[1]))
    )


def _order(severity: str) -> int:
    return SEVERITIES.index(severity)


def labels_of(node: Node, ruleset: RuleSet) -> Mapping[str, str]:
    """Return the labels of the choices that a node can give."""
    if isinstance(node, tree.Answer):
        return ruleset.questions[node.id].labels
    if isinstance(node, tree.Computed):
        definition = ruleset.definitions[node.id]
        return definition.labels or labels_of(definition.value, ruleset)
    if isinstance(node, tree.Field) and not node.computed:
        return ruleset.records[node.record].fields[node.id].labels
    if isinstance(node, tree.Field):
        return ruleset.definitions[node.id].labels
    merged: dict[str, str] = {}
    for child in node.children():
        if child.type.kind in ("choice", "choices", "list"):
            merged |= labels_of(child, ruleset)
    return merged


def _voice(ruleset: RuleSet, locale: str) -> Voice:
    language = locale.partition("_")[0]
    ui = texts.gettext(language if language in texts.LANGUAGES else "fr")
    if ruleset.folder is None or locale == "fr_FR":
        return Voice(ruleset, locale, _same, ui)
    catalogues = [texts.catalogue(ruleset.folder, locale).gettext]
    catalogues += [texts.catalogue(other.folder, locale).gettext for other in ruleset.imports.values() if other.folder]

    def own(message: str) -> str:
        return next((found for look in catalogues if (found := look(message)) != message), message) if message else ""

    return Voice(ruleset, locale, own, ui)


def _same(message: str) -> str:
    return message
