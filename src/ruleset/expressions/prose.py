"""Conditions and expressions as sentences, in the language of a voice.

With a situation, what a name stands for is given beside it: « le loyer par jour (7 €) ».
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import attrs

from ruleset import texts
from ruleset.expressions import tree
from ruleset.expressions.evaluate import NOTHING_BOUND, Bound, evaluate
from ruleset.expressions.tree import Node
from ruleset.model import Question
from ruleset.situation import Situation
from ruleset.texts import N_
from ruleset.types import UNKNOWN, Period
from ruleset.wording import Voice, labels_of

_DATES: Final = {
    "==": (N_("{left} est le {right}"), N_("{left} n'est pas le {right}")),
    "!=": (N_("{left} est un autre jour que le {right}"), N_("{left} n'est pas un autre jour que le {right}")),
    "<": (N_("{left} est avant le {right}"), N_("{left} n'est pas avant le {right}")),
    "<=": (N_("{left} est au plus tard le {right}"), N_("{left} n'est pas au plus tard le {right}")),
    ">": (N_("{left} est après le {right}"), N_("{left} n'est pas après le {right}")),
    ">=": (N_("{left} est au plus tôt le {right}"), N_("{left} n'est pas au plus tôt le {right}")),
}
_DATES_OF: Final = {
    "==": (N_("{left} est le même jour que {right}"), N_("{left} n'est pas le même jour que {right}")),
    "!=": (N_("{left} est un autre jour que {right}"), N_("{left} n'est pas un autre jour que {right}")),
    "<": (N_("{left} précède {right}"), N_("{left} ne précède pas {right}")),
    "<=": (N_("{left} précède {right} ou est le même jour"), N_("{left} ne précède pas {right} et est un autre jour")),
    ">": (N_("{left} suit {right}"), N_("{left} ne suit pas {right}")),
    ">=": (N_("{left} suit {right} ou est le même jour"), N_("{left} ne suit pas {right} et est un autre jour")),
}
_NUMBERS: Final = {
    "==": (N_("{left} est égal à {right}"), N_("{left} n'est pas égal à {right}")),
    "!=": (N_("{left} est différent de {right}"), N_("{left} n'est pas différent de {right}")),
    "<": (N_("{left} est inférieur à {right}"), N_("{left} n'est pas inférieur à {right}")),
    "<=": (N_("{left} est inférieur ou égal à {right}"), N_("{left} n'est pas inférieur ou égal à {right}")),
    ">": (N_("{left} est supérieur à {right}"), N_("{left} n'est pas supérieur à {right}")),
    ">=": (N_("{left} est supérieur ou égal à {right}"), N_("{left} n'est pas supérieur ou égal à {right}")),
}
"""Each comparison and its negation, which is not the opposite comparison: *none* makes the negation true."""
_CALLS: Final = {
    "days": N_("{0} jours"),
    "months": N_("{0} mois"),
    "years": N_("{0} ans"),
    "year": N_("l'année de {0}"),
    "month": N_("le mois de {0}"),
    "day": N_("le quantième de {0}"),
    "days_between": N_("le nombre de jours entre {0} et {1}"),
    "full_months": N_("le nombre de mois entiers entre {0} et {1}"),
    "full_years": N_("le nombre d'années entières entre {0} et {1}"),
    "end_of_month": N_("la fin du mois de {0}"),
    "end_of_quarter": N_("la fin du trimestre de {0}"),
    "end_of_year": N_("la fin de l'année de {0}"),
    "financial_year_end": N_("la clôture de l'exercice qui suit {0}"),
    "is_working_day": N_("{0} est un jour ouvré ({1})"),
    "is_holiday": N_("{0} est un jour férié ({1})"),
    "next_working_day": N_("le premier jour ouvré à partir de {0} ({1})"),
    "next_day_not_sunday_or_holiday": N_("le premier jour, ni dimanche ni férié, à partir de {0} ({1})"),
    "add_working_days": N_("{0} plus {1} jours ouvrés ({2})"),
    "abs": N_("la valeur absolue de {0}"),
    "round": N_("{0} arrondi"),
    "floor": N_("{0} arrondi au-dessous"),
    "ceil": N_("{0} arrondi au-dessus"),
    "len": N_("le nombre de réponses à {0}"),
    "min": N_("le plus petit de : {all}"),
    "max": N_("le plus grand de : {all}"),
}
_AGGREGATES: Final = {
    "any": N_("au moins une fiche « {record} » vérifie : {body}"),
    "all": N_("chaque fiche « {record} » vérifie : {body}"),
    "count": N_("le nombre de fiches « {record} »"),
    "sum": N_("la somme, sur les fiches « {record} », de {body}"),
    "min": N_("le plus petit, sur les fiches « {record} », de {body}"),
    "max": N_("le plus grand, sur les fiches « {record} », de {body}"),
}
_NO_RECORD: Final = N_("aucune fiche « {record} » ne vérifie : {body}")
_NOT_EACH: Final = N_("les fiches « {record} » ne vérifient pas toutes : {body}")
_OPERATORS: Final = {"+": "+", "-": "−", "*": "×", "/": "÷"}


@attrs.frozen
class Prose:
    """Writes the trees of one rule set in the words of a voice; `situation` gives the values beside the names."""

    voice: Voice
    situation: Situation | None = None

    # conditions

    def condition(self, node: Node, bound: Bound = NOTHING_BOUND, *, negated: bool = False) -> str:
        """Return a condition, or its negation, as a sentence without a full stop."""
        write = _CONDITIONS.get(type(node))
        if isinstance(node, tree.Aggregate) and node.kind in ("any", "all"):
            return self.quantified(node, bound, negated)
        if write is not None:
            return write(self, node, bound, negated)
        statement = self.term(node, bound)
        return self.say(N_("il est faux que {statement}"), statement=statement) if negated else statement

    def say(self, message: str, **parts: str) -> str:
        """Return a message of ours, translated, with its parts."""
        return self.voice.ui(message).format(**parts)

    def joined(self, node: tree.And | tree.Or, bound: Bound, negated: bool) -> str:
        together = isinstance(node, tree.And) != negated
        parts = [self.condition(operand, bound, negated=negated) for operand in node.operands]
        inner = [
            f"({part})" if isinstance(_positive(operand), (tree.And, tree.Or)) else part
            for part, operand in zip(parts, node.operands, strict=True)
        ]
        return self.say(N_(" et ") if together else N_(" ou ")).join(inner)

    def opposite(self, node: tree.Not, bound: Bound, negated: bool) -> str:
        return self.condition(node.operand, bound, negated=not negated)

    def compare(self, node: tree.Compare, bound: Bound, negated: bool) -> str:
        kind = node.left.type.kind
        if kind in ("choice", "text", "yes_no"):
            right = self.choice(node.left, node.right, bound)
            if node.operator == "!=" and negated:
                right = self.say(N_("{value}, ou aucun"), value=right)
            return self.holds_value(node.left, [right], bound, negated=(node.operator == "!=") != negated)
        left, right = self.term(node.left, bound), self.term(node.right, bound)
        if kind == "date":
            table = _DATES if isinstance(node.right, tree.Literal) else _DATES_OF
            return self.say(table[node.operator][negated], left=left, right=right)
        return self.say(_NUMBERS[node.operator][negated], left=left, right=right)

    def member(self, node: tree.Member, bound: Bound, negated: bool) -> str:
        options = [self.choice(node.item, option, bound) for option in node.options]
        return self.holds_value(node.item, options, bound, negated=negated)

    def contains(self, node: tree.Contains, bound: Bound, negated: bool) -> str:
        item = self.choice(node.collection, node.item, bound)
        message = N_("{name} : sans « {item} »") if negated else N_("{name} : dont « {item} »")
        return self.say(message, name=self.name(node.collection, bound), item=item)

    def holds_value(self, node: Node, values: list[str], bound: Bound, *, negated: bool) -> str:
        value = texts.join(values, self.voice.locale, kind="or") if values else self.say(N_("(aucun)"))
        message = N_("{name} : autre que {value}") if negated else N_("{name} : {value}")
        return self.say(message, name=self.name(node, bound), value=value)

    def is_none(self, node: tree.IsNone, bound: Bound, negated: bool) -> str:
        message = N_("{name} : autre que « aucun »") if negated else N_("{name} : aucun")
        return self.say(message, name=self.name(node.operand, bound))

    def known(self, node: tree.Known, bound: Bound, negated: bool) -> str:
        message = N_("{name} : pas encore connu") if negated else N_("{name} : connu")
        return self.say(message, name=self.name(node.operand, bound))

    def finding(self, node: tree.Holds, _: Bound, negated: bool) -> str:
        rule = node.rule
        if node.severity is not None:
            rule = f"{rule} ({self.voice.severity(node.severity)})"
        message = N_("la conclusion {rule} n'est pas établie") if negated else N_("la conclusion {rule} est établie")
        return self.say(message, rule=rule)

    def open_findings(self, node: tree.OpenFindings, _: Bound, negated: bool) -> str:
        message = (
            N_("aucune conclusion de gravité « {severity} » ou pire n'est en suspens")
            if negated
            else N_("une conclusion de gravité « {severity} » ou pire est en suspens")
        )
        return self.say(message, severity=self.voice.severity(node.severity))

    def excluded(self, node: tree.Excluded, _: Bound, negated: bool) -> str:
        message = N_("l'option « {option} » n'est pas exclue") if negated else N_("l'option « {option} » est exclue")
        return self.say(message, option=self.option(node.option))

    def yes_no(self, node: Node, bound: Bound, negated: bool) -> str:
        answer = self.say(N_("non") if negated else N_("oui"))
        return self.say(N_("{name} : {value}"), name=self.name(node, bound), value=answer)

    def literal_truth(self, node: tree.Literal, _: Bound, negated: bool) -> str:
        return self.say(N_("toujours vrai") if (node.value is True) != negated else N_("toujours faux"))

    # names and values

    def name(self, node: Node, bound: Bound = NOTHING_BOUND) -> str:
        """Return what stands before the colon: the words of a question, the label of a value."""
        if isinstance(node, tree.Answer):
            return self.voice.own(self.question(node).ask)
        if isinstance(node, tree.Field) and not node.computed:
            return self.field(node, bound)
        return self.bare(node, bound)

    def question(self, node: tree.Answer | tree.Field) -> Question:
        """Return the question of an answer or of a field."""
        if isinstance(node, tree.Answer):
            return self.voice.ruleset.questions[node.id]
        return self.voice.ruleset.records[node.record].fields[node.id]

    def field(self, node: tree.Field, bound: Bound) -> str:
        """Return the words of a field, of its record by number where it is one of the case."""
        record = self.voice.ruleset.records[node.record]
        number = bound.get(node.variable)
        which = "" if number is None or not self.situation else f" {number + 1}"
        return f"{self.voice.own(record.title)}{which}, {self.voice.own(self.question(node).ask)}"

    def choice(self, of: Node, node: Node, bound: Bound) -> str:
        """Return a value that is compared with `of`, by its label there."""
        if isinstance(node, tree.Literal):
            labels = labels_of(of, self.voice.ruleset)
            return self.voice.value(node.value, of.type if of.type.kind != "list" else node.type, labels)
        return self.term(node, bound)

    def definition(self, id: str) -> str:
        """Return the label of a definition, or its name in words."""
        definition = self.voice.ruleset.definitions[id]
        return self.voice.own(definition.label) if definition.label else f"« {id.replace('_', ' ')} »"

    def option(self, id: str) -> str:
        """Return the label of an option."""
        return self.voice.own(self.voice.ruleset.options[id].label)

    def term(self, node: Node, bound: Bound = NOTHING_BOUND) -> str:
        """Return an expression inside a sentence, with its value where a situation gives it."""
        text = self.bare(node, bound)
        shown = isinstance(node, (tree.Answer, tree.Field, tree.Computed, tree.Parameter, tree.On, tree.Imported))
        if not shown or self.situation is None or not self.is_bound(node, bound):
            return text
        return f"{text} ({self.value(node, bound)})"

    def is_bound(self, node: Node, bound: Bound) -> bool:
        """Return whether every record that a node speaks of is a known one."""
        inner = {one.variable for one in node.walk() if isinstance(one, tree.Field)}
        return inner <= bound.keys()

    def value(self, node: Node, bound: Bound) -> str:
        """Return the value of a node in words."""
        assert self.situation is not None
        value = evaluate(node, self.situation, bound)
        unit = ""
        if isinstance(node, tree.Answer) or (isinstance(node, tree.Field) and not node.computed):
            unit = self.question(node).unit
        elif isinstance(node, (tree.Computed, tree.Field)):
            unit = self.voice.ruleset.definitions[node.id].unit
        elif isinstance(node, tree.Parameter):
            unit = self.voice.ruleset.parameters[node.id].unit
        if value is UNKNOWN:
            return self.say(N_("à préciser"))
        if value is None:
            return self.say(N_("aucun"))
        return self.voice.value(value, node.type, labels_of(node, self.voice.ruleset), unit)

    def bare(self, node: Node, bound: Bound) -> str:
        """Return an expression without values."""
        write = _TERMS.get(type(node))
        return write(self, node, bound) if write is not None else self.condition(node, bound)

    def quoted(self, node: tree.Answer | tree.Field, bound: Bound) -> str:
        if isinstance(node, tree.Field) and node.computed:
            return self.definition(node.id)
        return f"« {self.name(node, bound)} »"

    def literal(self, node: tree.Literal, _: Bound) -> str:
        if node.value is None:
            return self.say(N_("aucun"))
        return self.voice.value(node.value, node.type)

    def imported(self, node: tree.Imported, _: Bound) -> str:
        other = self.voice.ruleset.imports[node.ruleset]
        label = other.definitions[node.id].label if node.id in other.definitions else ""
        if node.id == "verdict" and not label:
            label = self.say(N_("l'avis"))
        return f"{self.voice.own(label) or node.id} ({self.voice.own(other.title)})"

    def parameter(self, node: tree.Parameter, bound: Bound) -> str:
        parameter = self.voice.ruleset.parameters[node.id]
        text = self.voice.own(parameter.label) if parameter.label else f"« {node.id.replace('_', ' ')} »"
        if node.key is not None:
            text = self.say(N_("{parameter}, pour {key}"), parameter=text, key=self.key(node.key, bound))
        if isinstance(node.day, tree.On):
            return text
        message = (
            N_("{parameter}, au {day}") if isinstance(node.day, tree.Literal) else N_("{parameter}, au jour : {day}")
        )
        return self.say(message, parameter=text, day=self.term(node.day, bound))

    def key(self, node: Node, bound: Bound) -> str:
        """Return the key of a parameter: its value where it is known."""
        if self.situation is None or not self.is_bound(node, bound):
            return self.term(node, bound)
        value = evaluate(node, self.situation, bound)
        if value is not None and value is not UNKNOWN:
            return f"« {self.value(node, bound)} »"
        return self.term(node, bound)

    def conditional(self, node: tree.Conditional, bound: Bound) -> str:
        return self.say(
            N_("{then} si {condition}, sinon {otherwise}"),
            then=self.inner(node.then, bound),
            condition=self.condition(node.condition, bound),
            otherwise=self.inner(node.otherwise, bound),
        )

    def inner(self, node: Node, bound: Bound) -> str:
        """Return an operand, in parentheses where it is a calculation itself."""
        text = self.term(node, bound)
        return f"({text})" if isinstance(node, (tree.Arithmetic, tree.Conditional, tree.Shift)) else text

    def arithmetic(self, node: tree.Arithmetic, bound: Bound) -> str:
        return f"{self.inner(node.left, bound)} {_OPERATORS[node.operator]} {self.inner(node.right, bound)}"

    def negative(self, node: tree.Negative, bound: Bound) -> str:
        return f"−{self.inner(node.operand, bound)}"

    def shift(self, node: tree.Shift, bound: Bound) -> str:
        text = self.inner(node.day, bound)
        for period in node.periods:
            sign, length = ("−", period.operand) if isinstance(period, tree.Negative) else ("+", period)
            text = f"{text} {sign} {self.term(length, bound)}"
        return text

    def call(self, node: tree.Call, bound: Bound) -> str:
        constant = self.period(node)
        if constant is not None:
            return self.voice.period(constant)
        arguments = [self.term(argument, bound) for argument in node.arguments]
        message = _CALLS.get(node.function)
        everything = texts.join(arguments, self.voice.locale)
        if message is None:
            return f"{node.function}({', '.join(arguments)})"
        return self.voice.ui(message).format(*arguments, *[""] * 3, all=everything)

    def period(self, node: tree.Call) -> Period | None:
        """Return the period that a call with a written number makes."""
        first = node.arguments[0] if node.arguments else None
        if node.function not in ("days", "months", "years") or not isinstance(first, tree.Literal):
            return None
        number = first.value
        assert isinstance(number, int)
        if node.function == "years":
            return None
        return Period(days=number) if node.function == "days" else Period(months=number)

    def aggregate(self, node: tree.Aggregate, bound: Bound) -> str:
        record = self.voice.own(self.voice.ruleset.records[node.record].title)
        body = "" if node.body is None else self.condition(node.body, bound)
        text = self.say(_AGGREGATES[node.kind], record=record, body=body)
        return self.among(node, text, bound)

    def quantified(self, node: tree.Aggregate, bound: Bound, negated: bool) -> str:
        if not negated:
            return self.aggregate(node, bound)
        assert node.body is not None
        record = self.voice.own(self.voice.ruleset.records[node.record].title)
        body = self.condition(node.body, bound)
        text = self.say(_NO_RECORD if node.kind == "any" else _NOT_EACH, record=record, body=body)
        return self.among(node, text, bound)

    def among(self, node: tree.Aggregate, text: str, bound: Bound) -> str:
        """Return what is said of records, with the condition that chooses them."""
        if node.filter is None:
            return text
        return self.say(N_("{text} (celles où {filter})"), text=text, filter=self.condition(node.filter, bound))

    def table(self, node: tree.Table, _: Bound) -> str:
        return self.say(N_("une table de {n} lignes"), n=str(len(node.rows)))

    def extreme(self, node: tree.Extreme, bound: Bound) -> str:
        message = N_("le moins que puisse valoir {x}") if node.which == "least" else N_("le plus que puisse valoir {x}")
        return self.say(message, x=self.term(node.operand, bound))

    def score(self, node: tree.Score, _: Bound) -> str:
        return self.say(N_("les points de l'option « {option} »"), option=self.option(node.option))


def _positive(node: Node) -> Node:
    return _positive(node.operand) if isinstance(node, tree.Not) else node


_CONDITIONS: Final[Mapping[type[Node], Callable[[Prose, Any, Bound, bool], str]]] = {
    tree.And: Prose.joined,
    tree.Or: Prose.joined,
    tree.Not: Prose.opposite,
    tree.Compare: Prose.compare,
    tree.Member: Prose.member,
    tree.Contains: Prose.contains,
    tree.IsNone: Prose.is_none,
    tree.Known: Prose.known,
    tree.Holds: Prose.finding,
    tree.OpenFindings: Prose.open_findings,
    tree.Excluded: Prose.excluded,
    tree.Answer: Prose.yes_no,
    tree.Field: Prose.yes_no,
    tree.Computed: Prose.yes_no,
    tree.Parameter: Prose.yes_no,
    tree.Imported: Prose.yes_no,
    tree.Literal: Prose.literal_truth,
}
_TERMS: Final[Mapping[type[Node], Callable[[Prose, Any, Bound], str]]] = {
    tree.Literal: Prose.literal,
    tree.Answer: Prose.quoted,
    tree.Field: Prose.quoted,
    tree.Computed: lambda prose, node, _: prose.definition(node.id),
    tree.Imported: Prose.imported,
    tree.On: lambda prose, _node, _bound: prose.say(N_("la date de droit")),
    tree.Parameter: Prose.parameter,
    tree.Conditional: Prose.conditional,
    tree.Arithmetic: Prose.arithmetic,
    tree.Negative: Prose.negative,
    tree.Shift: Prose.shift,
    tree.Call: Prose.call,
    tree.Aggregate: Prose.aggregate,
    tree.Table: Prose.table,
    tree.Extreme: Prose.extreme,
    tree.Score: Prose.score,
    tree.BestOption: lambda prose, _node, _bound: prose.say(N_("l'option la mieux classée")),
}


def sentences(nodes: Iterable[Node], voice: Voice) -> list[str]:
    """Return conditions as sentences, for documentation (no situation, no values)."""
    prose = Prose(voice)
    return [prose.condition(node) for node in nodes]
