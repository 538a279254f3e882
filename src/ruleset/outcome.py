"""From the values and statuses of a situation to its Outcome, and to the JSON of the contract (architecture, §5)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, TypeVar

from ruleset.expressions.evaluate import Truth, evaluate
from ruleset.expressions.functions import round_to
from ruleset.model import (
    Case,
    Definition,
    Finding,
    Mark,
    OptionResult,
    Outcome,
    Point,
    Record,
    Rule,
    RuleSet,
    Status,
    TaskResult,
)  # fmt: skip
from ruleset.relevance import relevance
from ruleset.situation import NUMBER_DECIMALS, Situation, bound_to
from ruleset.types import SEVERITIES, UNKNOWN, Severity, Value, decimal_text, encode, whole
from ruleset.wording import Voice

_STATUS: dict[Truth, Status] = {True: "holds", False: "ruled_out", UNKNOWN: "open"}
_STATUS_ORDER: dict[Status, int] = {"holds": 0, "open": 1, "ruled_out": 2}
_WARNING: tuple[Mark, ...] = ("unchecked", "design")
Said = TypeVar("Said")


def outcome(situation: Situation, voice: Voice, *, ask: bool = True) -> Outcome:
    """Return the outcome of a situation in the words of a voice. Without `ask` the next questions are not sought."""
    case, ruleset = situation.case, situation.ruleset
    return Outcome(
        ruleset.id,
        ruleset.version,
        case.on,
        case.lang,
        _findings(situation, voice),
        tuple(sorted(_each("tasks", situation, voice, lambda rule: rule.task is not None, _task), key=_task_order)),
        _options(situation),
        dict(_values(situation)),
        _record_values(situation),
        situation.assumed(),
        relevance(situation).ids if ask else (),
        situation.ignored(),
        tuple(situation.diagnostics),
        digest(ruleset, case),
    )


def _each(
    kind: str,
    situation: Situation,
    voice: Voice,
    speaks: Callable[[Rule], bool],
    say: Callable[[Rule, int | None, Situation, Voice], Said],
) -> Iterator[Said]:
    """Yield what each rule says for each record, by id and number; what was said before an answer is taken over."""
    said = situation.reading((kind, voice.locale))
    for id in sorted(situation.ruleset.rules):
        rule = situation.ruleset.rules[id]
        step = ("rule", id)
        for number in situation.places(rule) if speaks(rule) else ():
            place = (step, number)
            if place not in said:
                said[place] = say(rule, number, situation, voice)
            yield said[place]


def _findings(situation: Situation, voice: Voice) -> tuple[Finding, ...]:
    """Return the findings: those that hold first, then by severity, id and record."""
    ranks: dict[tuple[Status, Severity], list[Finding]] = {
        (status, severity): [] for status in _STATUS_ORDER for severity in SEVERITIES
    }
    for one in _each("findings", situation, voice, lambda rule: bool(rule.variants), _finding):
        ranks[one.status, one.severity].append(one)
    return tuple(one for rank in ranks.values() for one in rank)


def natural(record: str | None) -> str:
    """Return a key that orders record references by their number."""
    return "" if record is None else record.rsplit("[", 1)[-1].rjust(12, "0")


def _finding(rule: Rule, number: int | None, situation: Situation, voice: Voice) -> Finding:
    status = _STATUS[situation.finding_status(rule, number)]
    possible = situation.possible(rule, number)
    variant = (
        possible[0]
        if status == "holds"
        else min(possible, key=lambda one: SEVERITIES.index(one.severity), default=None)
    ) or rule.variants[-1]
    bound = bound_to(rule, number)
    settled = status != "open" or len(possible) == 1
    words = variant if settled else rule.variants[-1]
    known_bound = not rule.record or number is not None
    message = voice.text(words.say, situation, bound) if known_bound else voice.own(words.say.source)
    advice = voice.text(words.do, situation, bound) if known_bound else voice.own(words.do.source)
    cited = situation.ruleset.cite(words.sources, situation.on)
    marks = {words.mark, *(situation.ruleset.sources[id].mark for id in cited[:1])}
    mark: Mark = next((one for one in _WARNING if one in marks), "checked")
    if mark != "checked" and message:
        message = f"{message} ({voice.mark(mark)})"
    return Finding(
        rule.id,
        status,
        variant.severity,
        message,
        advice,
        cited,
        record_reference(rule.record, number),
        mark,
        rule.about_knowledge,
    )


def record_reference(record: str, number: int | None) -> str | None:
    """Return how an outcome names a record: `piece[0]`, counted from 0 in the order of the case."""
    return f"{record}[{number}]" if record and number is not None else record or None


def _task(rule: Rule, number: int | None, situation: Situation, voice: Voice) -> TaskResult:
    task = rule.task
    assert task is not None
    known_bound = not rule.record or number is not None
    status = _STATUS[situation.rule_status(rule.id, number) if known_bound else UNKNOWN]
    bound = bound_to(rule, number)
    due = evaluate(task.due, situation, bound) if task.due is not None and known_bound else None
    return TaskResult(
        rule.id,
        status,
        voice.text(task.label, situation, bound) if known_bound else voice.own(task.label.source),
        due if isinstance(due, dt.date) else None,
        task.phase,
        task.order,
        record_reference(rule.record, number),
        situation.ruleset.cite(rule.sources, situation.on),
    )


def _task_order(task: TaskResult) -> tuple[int, int, dt.date, str, str]:
    return (_STATUS_ORDER[task.status], task.order, task.due or dt.date.max, task.id, natural(task.record))


def _options(situation: Situation) -> tuple[OptionResult, ...]:
    found = [_option(id, situation) for id in situation.ruleset.options]
    position = {id: number for number, id in enumerate(situation.ruleset.options)}
    return tuple(sorted(found, key=lambda one: (one.excluded, -one.score if not one.excluded else 0, position[one.id])))


def _option(id: str, situation: Situation) -> OptionResult:
    state = situation.option(id)
    because: list[Point] = []
    for rule in situation.ruleset.rules.values():
        for number in situation.places(rule) if id in rule.exclude or id in rule.favour else ():
            if (rule.record and number is None) or situation.rule_status(rule.id, number) is not True:
                continue
            if id in rule.exclude:
                because.append(Point(rule.id, None))
            if id in rule.favour:
                points = evaluate(rule.favour[id], situation, bound_to(rule, number))
                if isinstance(points, (int, Fraction)) and points:
                    because.append(Point(rule.id, whole(points)))
    score = sum((point.points or 0 for point in because), Fraction(0))
    return OptionResult(
        id, state.excluded is True, whole(score), tuple(because), state.low, state.high, state.excluded is UNKNOWN
    )


def _values(situation: Situation) -> Iterator[tuple[str, Value]]:
    for definition in situation.ruleset.definitions.values():
        if definition.label and not definition.record:
            value = situation.computed(definition.id)
            if value is not UNKNOWN:
                yield definition.id, value


def _record_values(situation: Situation) -> Mapping[str, tuple[Record, ...]]:
    found: dict[str, tuple[Record, ...]] = {}
    for id in situation.ruleset.records:
        shown = [d for d in situation.ruleset.definitions.values() if d.label and d.record == id]
        count = situation.count(id)
        if shown and count is not UNKNOWN:
            found[id] = tuple(_values_of(id, number, shown, situation) for number in range(count))
    return found


def _values_of(record: str, number: int, shown: Iterable[Definition], situation: Situation) -> Record:
    known, place = situation.reading("values"), (("record", record), number)
    if place not in known:
        known[place] = {one.id: value for one in shown if (value := situation.value(one.id, number)) is not UNKNOWN}
    found: Record = known[place]
    return found


def digest(ruleset: RuleSet, case: Case) -> str:
    """Return the SHA-256 that names what was evaluated: the rule set's content, the case and its date of law."""
    answers = _known(case.answers)
    records = {id: [_known(row) for row in rows] for id, rows in case.records.items()}
    body = [ruleset.id, ruleset.version, ruleset.content, case.on.isoformat(), answers, records]
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _known(answers: Mapping[str, Value]) -> dict[str, object]:
    """Return the answers that are given: an unknown one is the same as none at all."""
    return {id: _plain(value) for id, value in answers.items() if value is not UNKNOWN}


def _plain(value: Value) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return value if value is None or isinstance(value, bool) else str(value)


def to_json(found: Outcome, ruleset: RuleSet) -> dict[str, Any]:
    """Return the outcome as the JSON object of the contract."""
    definitions = ruleset.definitions
    return {
        "ruleset": found.ruleset,
        "version": found.version,
        "on": found.on.isoformat(),
        "lang": found.lang,
        "findings": [
            {
                "id": one.id,
                "status": one.status,
                "severity": one.severity,
                "record": one.record,
                "message": one.message,
                "advice": one.advice,
                "sources": list(one.sources),
            }
            for one in found.findings
        ],
        "tasks": [
            {
                "id": one.id,
                "status": one.status,
                "label": one.label,
                "due": one.due.isoformat() if one.due else None,
                "phase": one.phase,
                "record": one.record,
                "sources": list(one.sources),
            }
            for one in found.tasks
        ],
        "options": [
            {
                "id": one.id,
                "excluded": one.excluded,
                "score": _points(one.score),
                "because": [{"rule": point.rule, "points": _points(point.points)} for point in one.because],
            }
            for one in found.options
        ],
        "values": {id: encode(value, definitions[id].type) for id, value in found.values.items()},
        "record_values": {
            record: [{id: encode(value, definitions[id].type) for id, value in row.items()} for row in rows]
            for record, rows in found.record_values.items()
        },
        "assumed": list(found.assumed),
        "ask": list(found.ask),
        "digest": found.digest,
    }


def _points(points: Fraction | int | None) -> int | str | None:
    if points is None or isinstance(points, int):
        return points
    return decimal_text(round_to(points, NUMBER_DECIMALS))
