"""Worked cases: what a rule set must say of a case, compared with what it says (docs/design/language.md, « Cases »).

A finding or task of a record is named `ID@0`, counted from 0 in the order of the case. Without a number, the
statement is about all the records together: it holds if it holds for one of them, it is ruled out if it is for each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs

from ruleset.engines import Engine, Evaluator
from ruleset.expressions.evaluate import Truth, any_of, same
from ruleset.loading.nodes import Word
from ruleset.model import NOWHERE, Finding, Outcome, Rule, RuleSet, Status, TaskResult, Where, WorkedCase
from ruleset.outcome import outcome
from ruleset.program import compile_program
from ruleset.situation import Situation
from ruleset.types import SEVERITIES, UNKNOWN, BadValueError, Domain, Type, Value, encode, near, parse_number
from ruleset.wording import Voice

_STATUS: Final[dict[Truth, Status]] = {True: "holds", False: "ruled_out", UNKNOWN: "open"}
_PLACE: Final = re.compile(r"(?P<id>.+?)@(?P<number>\d+)")
_COUNTED: Final = SEVERITIES[: SEVERITIES.index("caution") + 1]


@attrs.frozen
class Difference:
    """One expectation that is not met: `key` of `expect`, what it speaks of, what was expected and what was found."""

    key: str
    subject: str
    expected: str
    actual: str
    where: Where = NOWHERE

    def __str__(self) -> str:
        about = f"{self.key} {self.subject}".rstrip()
        return f"{about} : attendu {self.expected} ; obtenu {self.actual}"


@attrs.frozen
class _Seen:
    """A worked case as it came out."""

    worked: WorkedCase
    situation: Situation
    outcome: Outcome

    @property
    def ruleset(self) -> RuleSet:
        """The rule set of the case."""
        return self.situation.ruleset

    def where(self, word: object) -> Where:
        """Return where an expectation is written."""
        return word.where if isinstance(word, Word) else self.worked.where

    def differs(
        self, key: str, word: object, expected: object, actual: object, subject: str | None = None
    ) -> Difference:
        """Return the difference at a written word."""
        return Difference(key, str(word) if subject is None else subject, str(expected), str(actual), self.where(word))


def run_case(ruleset: RuleSet, worked: WorkedCase, engine: Engine | None = None) -> list[Difference]:
    """Return the expectations of a worked case that are not met, in their written order; none when it passes.

    Args:
        ruleset: the rule set of the case.
        worked: one of its `cases`.
        engine: what computes the case (by default the reference evaluator).
    """
    situation = (engine or Evaluator()).solve(compile_program(ruleset), worked.case)
    seen = _Seen(worked, situation, outcome(situation, Voice.of(ruleset, worked.case.lang), ask="ask" in worked.expect))
    return [difference for key, expected in worked.expect.items() for difference in _CHECKS[key](seen, key, expected)]


# findings


def split_place(written: str) -> tuple[str, int | None]:
    """Return the id and the record number of `ID@0`; None where no record is named.

    >>> split_place("DATED@2"), split_place("DATED")
    (('DATED', 2), ('DATED', None))
    """
    match = _PLACE.fullmatch(written)
    return (match["id"], int(match["number"])) if match else (written, None)


def _status(seen: _Seen, rule: Rule, number: int | None) -> Status | None:
    """Return the status of a finding or task, of a record or of all together; None where there is no such record."""
    places = list(seen.situation.places(rule))
    if number is not None and number not in places:
        return None
    chosen = places if number is None else [number]
    if rule.variants:
        return _STATUS[any_of(seen.situation.finding_status(rule, place) for place in chosen)]
    return _STATUS[
        any_of(
            seen.situation.rule_status(rule.id, place) if place is not None or not rule.record else UNKNOWN
            for place in chosen
        )
    ]


def _named(word: object) -> tuple[Any, object]:
    """Return the id and what is said of it: `ID`, or `{ID: something}`."""
    return next(iter(word.items())) if isinstance(word, Mapping) and len(word) == 1 else (word, None)


def _statuses(wanted: Callable[[Status], bool], name: str) -> Callable[[_Seen, str, Any], Iterator[Difference]]:
    def compare(seen: _Seen, key: str, expected: Any) -> Iterator[Difference]:
        for entry in _many(expected):
            word, severity = _named(entry)
            id, number = split_place(str(word))
            rule = seen.ruleset.rules.get(id)
            if rule is None:
                yield seen.differs(key, word, name, _no_rule(id, seen.ruleset))
                continue
            status = _status(seen, rule, number)
            if status is None or not wanted(status):
                yield seen.differs(key, word, name, _STATUS_NAMES[status])
            elif severity is not None and status == "holds":
                yield from _severity(seen, key, word, str(severity))

    return compare


def _severity(seen: _Seen, key: str, word: Any, severity: str) -> Iterator[Difference]:
    found = {finding.severity for finding in _holding(seen, str(word))}
    if severity not in found:
        yield seen.differs(key, word, severity, ", ".join(sorted(found, key=SEVERITIES.index)) or "aucune conclusion")


def _holding(seen: _Seen, written: str) -> list[Finding]:
    id, number = split_place(written)
    return [one for one in seen.outcome.holding if one.id == id and (number is None or _number(one) == number)]


def _number(found: Finding | TaskResult) -> int | None:
    match = re.search(r"\[(\d+)\]$", found.record or "")
    return int(match[1]) if match else None


def _no_rule(id: str, ruleset: RuleSet) -> str:
    return f"règle inconnue{near(id, ruleset.rules)}"


_STATUS_NAMES: Final[dict[Status | None, str]] = {
    "holds": "établi", "ruled_out": "écarté", "open": "en suspens", None: "pas de fiche de ce numéro",
}  # fmt: skip


def _only(seen: _Seen, key: str, expected: Any) -> Iterator[Difference]:
    words = {str(_named(entry)[0]): _named(entry) for entry in _many(expected)}
    numbered = {split_place(word)[0] for word in words if split_place(word)[1] is not None}
    found = {
        f"{one.id}@{_number(one)}" if one.id in numbered else one.id
        for one in seen.outcome.holding
        if one.severity in _COUNTED
    }
    for written, (word, severity) in words.items():
        if split_place(written)[0] not in seen.ruleset.rules:
            yield seen.differs(key, word, "établi", _no_rule(written, seen.ruleset))
        elif written not in found:
            severities = {one.severity for one in _holding(seen, written)}
            yield seen.differs(key, word, "établi (caution ou plus)", ", ".join(sorted(severities)) or "non établi")
        elif severity is not None:
            yield from _severity(seen, key, word, str(severity))
    for id in sorted(found - words.keys()):
        yield seen.differs(key, "", "non établi", "établi", id)


def _verdict(seen: _Seen, key: str, expected: Any) -> Iterator[Difference]:
    if str(expected) != seen.outcome.verdict:
        yield seen.differs(key, expected, expected, seen.outcome.verdict, "")


def _says(seen: _Seen, key: str, expected: Any) -> Iterator[Difference]:
    for word, part in expected.items():
        messages = [one.message for one in _holding(seen, str(word))]
        id, number = split_place(str(word))
        messages += [
            one.label for one in seen.outcome.tasks
            if one.id == id and one.status == "holds" and (number is None or _number(one) == number)
        ]  # fmt: skip
        if not any(_spaces(str(part)) in _spaces(message) for message in messages):
            yield seen.differs(key, word, f"« {part} »", " | ".join(f"« {one} »" for one in messages) or "non établi")


def _spaces(text: str) -> str:
    return " ".join(text.split())


# values


def _values(seen: _Seen, key: str, expected: Any) -> Iterator[Difference]:
    for word, raw in expected.items():
        definition = seen.ruleset.definitions.get(str(word))
        if definition is None or definition.record:
            yield seen.differs(
                key, word, _shown_raw(raw), f"définition inconnue{near(str(word), seen.ruleset.definitions)}"
            )
            continue
        yield from _value(seen, key, word, raw, definition.type, seen.situation.computed(definition.id), str(word))


def _record_values(seen: _Seen, key: str, expected: Any) -> Iterator[Difference]:
    for record, rows in expected.items():
        count = seen.situation.count(str(record)) if str(record) in seen.ruleset.records else UNKNOWN
        if count is UNKNOWN or len(rows) != count:
            yield seen.differs(
                key, record, f"{len(rows)} fiches", "liste inconnue" if count is UNKNOWN else f"{count} fiches"
            )
            continue
        for number, row in enumerate(rows):
            for word, raw in row.items():
                definition = seen.ruleset.definitions.get(str(word))
                subject = f"{record}[{number}].{word}"
                if definition is None or definition.record != str(record):
                    yield seen.differs(key, word, _shown_raw(raw), "définition inconnue", subject)
                    continue
                yield from _value(
                    seen, key, word, raw, definition.type, seen.situation.value(definition.id, number), subject
                )


def _value(
    seen: _Seen, key: str, word: Any, raw: object, type_: Type, actual: Value, subject: str
) -> Iterator[Difference]:
    try:
        wanted = expected_value(raw, type_)
    except BadValueError as error:
        yield seen.differs(key, word, error, shown(actual, type_), subject)
        return
    if not same(wanted, actual):
        yield seen.differs(key, word, shown(wanted, type_), shown(actual, type_), subject)


def expected_value(raw: object, type_: Type) -> Value:
    """Return the value that an expectation writes, by the type of what it speaks of.

    Raises:
        BadValueError: it cannot be a value of that type.
    """
    if raw is None or (str(raw) == "unknown" and "unknown" not in (type_.choices or ())):
        return UNKNOWN
    if type_.kind == "list":
        items = raw if isinstance(raw, list) else [raw]
        return tuple(expected_value(item, type_.of or Type("text")) for item in items)
    if type_.kind == "period":
        return str(raw)
    kind = attrs.evolve(type_, kind="number") if type_.numeric else type_
    if kind.kind == "none" or (kind.kind == "choice" and str(raw) not in (kind.choices or ())):
        return None if str(raw) == "none" else str(raw)
    return Domain(kind, optional=True).read(raw)


def shown(value: Value, type_: Type) -> str:
    """Return a value as a case file writes it."""
    if value is UNKNOWN:
        return "unknown"
    written = encode(value, type_)
    if isinstance(written, bool):
        return "true" if written else "false"
    return ", ".join(map(str, written)) if isinstance(written, list) else str(written)


def _shown_raw(raw: object) -> str:
    return ", ".join(map(str, raw)) if isinstance(raw, list) else "unknown" if raw is None else str(raw)


# options, tasks, questions


def _ranking(seen: _Seen, key: str, expected: Any) -> Iterator[Difference]:
    found = [one.id for one in seen.outcome.options if not one.excluded]
    if [str(one) for one in expected] != found:
        yield seen.differs(key, "", ", ".join(map(str, expected)), ", ".join(found), "")


def _excluded(seen: _Seen, key: str, expected: Any) -> Iterator[Difference]:
    found = {
        one.id: {point.rule for point in one.because if point.points is None}
        for one in seen.outcome.options
        if one.excluded
    }
    wanted = expected if isinstance(expected, Mapping) else dict.fromkeys(_many(expected), ())
    for option, rules in wanted.items():
        missing = [str(rule) for rule in _many(rules) if str(rule) not in found.get(str(option), ())]
        if str(option) not in found:
            yield seen.differs(key, option, "exclue", "non exclue")
        elif missing:
            yield seen.differs(key, option, ", ".join(missing), ", ".join(sorted(found[str(option)])))


def _scores(seen: _Seen, key: str, expected: Any) -> Iterator[Difference]:
    found = {one.id: one.score for one in seen.outcome.options}
    for option, raw in expected.items():
        if found.get(str(option)) != parse_number(raw):
            yield seen.differs(key, option, raw, found.get(str(option), "option inconnue"))


def _tasks(seen: _Seen, key: str, expected: Any) -> Iterator[Difference]:
    for entry in _many(expected):
        word, due = _named(entry)
        id, number = split_place(str(word))
        tasks = [one for one in seen.outcome.tasks if one.id == id and (number is None or _number(one) == number)]
        holding = [one for one in tasks if one.status == "holds"]
        if not holding:
            known = seen.ruleset.rules.get(id)
            status = _no_rule(id, seen.ruleset) if known is None else tasks and _STATUS_NAMES[tasks[0].status]
            yield seen.differs(key, word, "à faire", status or "aucune tâche")
        elif due is not None and str(due) not in (days := [str(one.due) if one.due else "none" for one in holding]):
            yield seen.differs(key, word, due, ", ".join(days))


def _ask(seen: _Seen, key: str, expected: Any) -> Iterator[Difference]:
    wanted, found = {str(one) for one in _many(expected)}, set(seen.outcome.ask)
    if wanted != found:
        yield seen.differs(key, "", ", ".join(sorted(wanted)), ", ".join(sorted(found)), "")


def _many(written: Any) -> list[Any]:
    return written if isinstance(written, list) else list(written) if isinstance(written, tuple) else [written]


_CHECKS: Final[Mapping[str, Callable[[_Seen, str, Any], Iterator[Difference]]]] = {
    "verdict": _verdict,
    "holds": _statuses(lambda status: status == "holds", "établi"),
    "ruled_out": _statuses(lambda status: status == "ruled_out", "écarté"),
    "open": _statuses(lambda status: status == "open", "en suspens"),
    "absent": _statuses(lambda status: status != "holds", "non établi"),
    "only": _only,
    "values": _values,
    "record_values": _record_values,
    "ranking": _ranking,
    "excluded": _excluded,
    "scores": _scores,
    "tasks": _tasks,
    "says": _says,
    "ask": _ask,
}
