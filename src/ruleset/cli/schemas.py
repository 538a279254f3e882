"""The JSON Schema of the case files of a rule set."""

from __future__ import annotations

from typing import Any

from ruleset.model import Question, RuleSet
from ruleset.types import Domain, decimal_text
from ruleset.wording import Voice

_UNKNOWN: dict[str, Any] = {"enum": [None, "unknown"]}


def case_schema(ruleset: RuleSet, lang: str) -> dict[str, Any]:
    """Return the JSON Schema of a case file, described in a language.

    Bounds of money and numbers are given for those written as numbers; a text with an amount is checked when read.
    """
    voice = Voice.of(ruleset, lang)
    homes = [*ruleset.imports.values(), ruleset]
    questions = {id: question for home in homes for id, question in home.questions.items()}
    records = {
        id: {"type": "array", "items": _answers(record.fields, voice), "title": voice.own(record.title)}
        for id, record in ruleset.records.items()
        if record.rows is None
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": voice.own(ruleset.title),
        "type": "object",
        "properties": {
            "ruleset": {"type": "string"},
            "on": {"type": "string", "format": "date", "description": voice.ui("Date de droit, AAAA-MM-JJ.")},
            "lang": {"type": "string"},
            "answers": _answers(questions, voice),
            "records": {"type": "object", "properties": records, "additionalProperties": False},
        },
        "required": ["ruleset"],
        "additionalProperties": False,
    }


def _answers(questions: Any, voice: Voice) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {id: _answer(question, voice) for id, question in questions.items()},
        "additionalProperties": False,
    }


def _answer(question: Question, voice: Voice) -> dict[str, Any]:
    ways = [_value(question.domain), _UNKNOWN]
    if question.domain.optional and "none" not in (question.type.choices or ()):
        ways.append({"const": "none"})
    about = " ".join(voice.own(text) for text in (question.why, question.help) if text)
    return {"title": voice.own(question.ask), **({"description": about} if about else {}), "anyOf": ways}


def _value(domain: Domain) -> dict[str, Any]:
    kind, choices = domain.type.kind, list(domain.type.choices or ())
    if kind == "yes_no":
        return {"anyOf": [{"type": "boolean"}, {"enum": ["yes", "no", "true", "false", "oui", "non"]}]}
    if kind == "choice":
        return {"enum": choices}
    if kind == "choices":
        one = {"enum": choices}
        return {"anyOf": [one, {"type": "array", "items": one, "uniqueItems": True}]}
    if kind == "date":
        return {"type": "string", "format": "date"}
    if kind == "text":
        return {"type": ["string", "integer"]}
    number: dict[str, Any] = {"type": "integer" if kind == "integer" else "number"}
    for name, limit in (("minimum", domain.minimum), ("maximum", domain.maximum)):
        if limit is not None:
            number[name] = int(limit) if limit == int(limit) else float(decimal_text(limit))
    return {"anyOf": [number, {"type": "string", "pattern": r"^[+-]?\d+([.,]\d+)?$"}]}
