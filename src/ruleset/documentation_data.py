"""A rule set as JSON-able data, in the words of a language: what `ruleset show --json` writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ruleset.explanation import source_dict
from ruleset.expressions.prose import Prose
from ruleset.expressions.tree import TRUE
from ruleset.model import Parameter, Question, Rule, RuleSet
from ruleset.types import Value, encode
from ruleset.wording import Voice


def as_data(ruleset: RuleSet, lang: str) -> dict[str, Any]:
    """Return the documentation of a rule set as JSON-able data, in a language."""
    voice = Voice.of(ruleset, lang)
    own, prose = voice.own, Prose(voice)

    def question(one: Question) -> dict[str, Any]:
        return {
            "id": one.id, "ask": own(one.ask), "type": one.type.kind,
            "choices": {id: own(one.labels.get(id, id)) for id in one.type.choices or ()},
            "unit": one.unit or one.currency, "optional": one.domain.optional, "group": one.group,
            "why": own(one.why), "help": own(one.help), "sources": list(one.sources), "seed": list(one.seed),
            "ask_when": prose.condition(one.ask_when) if one.ask_when != TRUE else None,
        }  # fmt: skip

    def parameter(one: Parameter) -> dict[str, Any]:
        def value(found: Value | Mapping[str, Value]) -> object:
            if isinstance(found, Mapping):
                return {key: encode(inner, one.type) for key, inner in found.items()}
            return encode(found, one.type)

        dated = [
            {"since": v.since.isoformat(), "value": value(v.value), "mark": v.mark, "sources": list(v.sources)}
            for v in one.values
        ]
        return {
            "id": one.id, "label": own(one.label), "type": one.type.kind, "unit": one.unit or one.currency,
            "values": dated, "until": one.until.isoformat() if one.until else None, "mark": one.mark,
            "sources": list(one.sources), "seed": list(one.seed), "note": own(one.note),
        }  # fmt: skip

    def rule(one: Rule) -> dict[str, Any]:
        return {
            "id": one.id, "ref": one.ref, "group": own(one.group), "for": one.record,
            "when": prose.condition(one.condition),
            "findings": [
                {
                    "when": prose.condition(v.when) if v.when != TRUE else None, "severity": v.severity,
                    "say": own(v.say.source), "do": own(v.do.source), "sources": list(v.sources), "mark": v.mark,
                }
                for v in one.variants
            ],
            "task": own(one.task.label.source) if one.task else None, "exclude": list(one.exclude),
            "favour": {id: prose.term(node) for id, node in one.favour.items()}, "sources": list(one.sources),
            "seed": list(one.seed), "note": own(one.note), "about_knowledge": one.about_knowledge,
        }  # fmt: skip

    return {
        "id": ruleset.id, "title": own(ruleset.title), "version": ruleset.version, "summary": own(ruleset.summary),
        "jurisdiction": ruleset.jurisdiction, "currency": ruleset.currency,
        "groups": {id: own(title) for id, title in ruleset.groups.items()},
        "questions": [question(one) for one in ruleset.questions.values()],
        "records": [
            {
                "id": one.id, "title": own(one.title), "why": own(one.why), "help": own(one.help),
                "questions": [question(field) for field in one.fields.values()],
            }
            for one in ruleset.records.values()
        ],
        "parameters": [parameter(one) for one in ruleset.parameters.values()],
        "values": [
            {
                "id": one.id, "label": own(one.label), "type": one.type.kind, "for": one.record,
                "formula": prose.term(one.value),
            }
            for one in ruleset.definitions.values() if one.label
        ],
        "options": [{"id": id, "label": own(one.label)} for id, one in ruleset.options.items()],
        "rules": [rule(one) for one in ruleset.rules.values()],
        "sources": [source_dict(one) for one in ruleset.sources.values()],
        "notes": [{"text": own(one.text), "seed": list(one.seed)} for one in ruleset.notes],
    }  # fmt: skip
