"""What a query must give for a case, from the reference evaluator and the outcome of the contract."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from ruleset.expressions.functions import round_to
from ruleset.model import Case
from ruleset.outcome import outcome
from ruleset.program import Program
from ruleset.situation import NUMBER_DECIMALS, Situation
from ruleset.types import UNKNOWN, Type, Value, encode
from ruleset.wording import Voice

Row = dict[str, Any]


def expected(program: Program, case: Case) -> dict[str, list[Row]]:
    """The columns of the case ("") and of its records, by row."""
    situation = Situation(program, case).compute()
    ruleset = program.ruleset
    found: dict[str, list[Row]] = {"": [{}]}
    for record in ruleset.records.values():
        if record.rows is None:
            found[record.id] = [{} for _ in case.records.get(record.id, ())]
    said = outcome(situation, Voice.of(ruleset, "fr"), ask=False)

    def put(record: str, number: int | None, name: str, suffix: str, value: Any) -> None:
        if record and ruleset.records[record].rows is not None:
            found[""][0][f"{name}[{number}]{suffix}"] = value
        else:
            found[record][number or 0][f"{name}{suffix}"] = value

    for finding in said.findings:
        rule, number = ruleset.rules[finding.id], numbered(finding.record)
        if not rule.record or number is not None:
            put(rule.record, number, f"finding.{rule.id}", "", finding.status)
            if len({variant.severity for variant in rule.variants}) > 1:
                put(rule.record, number, f"severity.{rule.id}", "", finding.severity)
    for task in said.tasks:
        rule, number = ruleset.rules[task.id], numbered(task.record)
        if not rule.record or number is not None:
            put(rule.record, number, f"task.{rule.id}", "", task.status)
            if rule.task is not None and rule.task.due is not None:
                put(rule.record, number, f"task.{rule.id}", ".due", task.due)
    for definition in ruleset.definitions.values():
        if definition.label:
            for number in situation.numbers(definition.record):
                value = situation.value(definition.id, number)
                put(definition.record, number, f"value.{definition.id}", "", written(value, definition.type))
                put(definition.record, number, f"value.{definition.id}", ".none", value is None)
    for id in ruleset.options:
        state = situation.option(id)
        found[""][0][f"option.{id}.excluded"] = None if state.excluded is UNKNOWN else state.excluded
        found[""][0][f"option.{id}.score"] = written(state.score, Type("number"))
    return found


def numbered(record: str | None) -> int | None:
    return int(record.rsplit("[", 1)[1][:-1]) if record and "[" in record else None


def written(value: Value, kind: Type) -> Any:
    if value is None or value is UNKNOWN:
        return None
    if isinstance(value, (frozenset, tuple)):
        return encode(value, kind)
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        number = Fraction(round_to(Fraction(value), NUMBER_DECIMALS))
        return Decimal(number.numerator) / Decimal(number.denominator)
    return value
