"""A generated rule set as texts: as a rule set folder of ours, and in the infix syntax of other languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Final

import attrs
import yaml
from benchmarks.side_by_side.form import Base, Comparison, Condition, Literal_, Value, plain


@attrs.frozen
class Syntax:
    """How a language writes a condition. `constant` writes a value, `name` an input, `reference` a definition."""

    constant: Callable[[Value], str] = lambda value: repr(plain(value))
    name: Callable[[str], str] = str
    reference: Callable[[str], str] = str
    both: str = " and "
    either: str = " or "
    negation: str = "not {}"
    equal: str = "=="
    different: str = "!="

    def condition(self, condition: Condition) -> str:
        """Return the text of a condition."""
        return self.both.join(
            self.literal(clause[0]) if len(clause) == 1 else f"({self.either.join(map(self.literal, clause))})"
            for clause in condition
        )

    def literal(self, literal: Literal_) -> str:
        """Return the text of a comparison or of a reference."""
        if not isinstance(literal, Comparison):
            named = self.reference(literal.definition)
            return self.negation.format(named) if literal.negated else named
        name = self.name(literal.input.id)
        if literal.input.kind == "yes_no":
            return name if literal.value is True else self.negation.format(name)
        operator = {"==": self.equal, "!=": self.different}.get(literal.operator, literal.operator)
        return f"{name} {operator} {self.constant(literal.value)}"


def _ours(value: Value) -> str:
    if isinstance(value, dt.date):
        return f"date({value.year}, {value.month}, {value.day})"
    return f'"{value}"' if isinstance(value, str) else repr(value)


OURS: Final = Syntax(_ours)


def folder(base: Base, into: Path) -> Path:
    """Write a generated rule set as a folder of ours, and return it."""
    questions: dict[str, dict[str, object]] = {}
    for one in base.inputs:
        question: dict[str, object] = {"ask": f"{one.id} ?", "type": one.kind, "why": "Parce que la règle en dépend."}
        if one.kind == "choice":
            question["choices"] = {id_: f"Le choix {id_}" for id_ in one.choices}
        if one.kind in {"integer", "money"}:
            question["min"] = 0
        questions[one.id] = question
    severities = ("blocking", "risk", "caution", "advice", "info")
    document = {
        "ruleset": base.name,
        "title": f"Jeu engendré de {len(base.rules)} règles",
        "version": "1.0.0",
        "currency": "EUR",
        "sources": {f"ART-{n}": {"title": f"Code, art. {n}"} for n in range(20)},
        "questions": questions,
        "definitions": {id_: OURS.condition(condition) for id_, condition in base.definitions.items()},
        "rules": {
            id_: {
                "when": OURS.condition(condition),
                "then": {
                    "finding": severities[n % len(severities)],
                    "say": f"La conclusion {n} s'applique.",
                    "do": "Vérifiez ce point.",
                    "source": [f"ART-{n % 20}"],
                },
            }
            for n, (id_, condition) in enumerate(base.rules.items())
        },
    }
    into.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=1000)
    (into / "rules.yaml").write_text(text, encoding="utf-8")
    return into
