"""What a change of answers can reach, by the dependencies of a program: everything else stays as it was computed."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

import attrs

from ruleset.expressions import tree
from ruleset.expressions.template import Text, placeholders
from ruleset.expressions.tree import Node
from ruleset.model import Case, Record, RecordType, Rule
from ruleset.program import Program, Step, question_nodes, rule_nodes, speaks_of
from ruleset.types import UNKNOWN

ANY_RECORD: Final = -1
"""The number of a record of a list that is not known yet: nothing is known of it but what all records share."""

Touched: TypeAlias = Mapping[Step, frozenset[int | None]]
"""The steps that a change can reach, each with the numbers of its records (None for the whole case)."""

_ALL: Final = -2
_ABOUT_ALL: Final = ("open_questions", "open_worst")


@attrs.frozen
class _Users:
    """The record type of each step; who reads a step: `alike` in the same record only, `wide` from anywhere; who counts
    the records of a type; who reads so much that every change reaches it.
    """

    records: Mapping[Step, str]

    alike: Mapping[Step, tuple[Step, ...]]
    wide: Mapping[Step, tuple[Step, ...]]
    lists: Mapping[str, tuple[Step, ...]]
    always: tuple[Step, ...]


def touched(program: Program, before: Case, after: Case) -> Touched | None:
    """Return what the answers that differ between two cases can reach; None when that is everything."""
    if before.on != after.on:
        return None
    users = _users(program)
    found: dict[Step, set[int]] = {}
    queue: list[tuple[Step, int]] = [(step, _ALL) for step in users.always]
    queue += [(step, _ALL) for step in _changed_steps(program, before, after, users)]
    queue += _changed_records(users, before, after)
    while queue:
        step, number = queue.pop()
        numbers = found.setdefault(step, set())
        if number in numbers or _ALL in numbers:
            continue
        numbers.add(number)
        queue += [(user, number) for user in users.alike.get(step, ())]
        queue += [(user, _ALL) for user in users.wide.get(step, ())]
    kinds = program.ruleset.records
    return {step: _numbers(numbers, kinds.get(users.records[step]), before, after) for step, numbers in found.items()}


def _changed_steps(program: Program, before: Case, after: Case, users: _Users) -> Iterator[Step]:
    for id in _different(before.answers, after.answers):
        if id in program.ruleset.questions:
            yield ("question", id)
    for record in {*before.records, *after.records}:
        one, other = before.records.get(record), after.records.get(record)
        if (one is None) != (other is None) or len(one or ()) != len(other or ()):
            yield from users.lists.get(record, ())


def _changed_records(users: _Users, before: Case, after: Case) -> Iterator[tuple[Step, int]]:
    for record in {*before.records, *after.records} & {*users.records.values()}:
        one, other = before.records.get(record, ()), after.records.get(record, ())
        if one is other:
            continue
        for number in range(max(len(one), len(other))):
            if number >= len(one) or number >= len(other):
                yield from ((step, number) for step, own in users.records.items() if own == record)
            elif one[number] is not other[number]:
                for id in _different(one[number], other[number]):
                    yield ("question", f"{record}.{id}"), number


def _different(one: Record, other: Record) -> Iterator[str]:
    for id in {*one, *other}:
        left, right = one.get(id, UNKNOWN), other.get(id, UNKNOWN)
        if left is not right and (type(left) is not type(right) or left != right):
            yield id


def _numbers(numbers: set[int], kind: RecordType | None, before: Case, after: Case) -> frozenset[int | None]:
    if _ALL not in numbers:
        return frozenset(numbers)
    if kind is None:
        return frozenset({None})
    listed = (before.records.get(kind.id, ()), after.records.get(kind.id, ())) if kind.rows is None else (kind.rows,)
    return frozenset({None, ANY_RECORD, *range(max(map(len, listed)))})


@functools.lru_cache(maxsize=64)
def _users(program: Program) -> _Users:
    alike: dict[Step, dict[Step, None]] = {}
    wide: dict[Step, dict[Step, None]] = {}
    lists: dict[str, dict[Step, None]] = {}
    always = []
    for step in program.sequence:
        for need, same_record in _reads(step, program):
            if need is None:
                always.append(step)
            elif isinstance(need, str):
                lists.setdefault(need, {})[step] = None
            else:
                (alike if same_record else wide).setdefault(need, {})[step] = None
    return _Users(
        {step: _record(step, program) for step in program.sequence},
        {need: tuple(found) for need, found in alike.items()},
        {need: tuple(found) for need, found in wide.items()},
        {record: tuple(found) for record, found in lists.items()},
        tuple(dict.fromkeys(always)),
    )


def _reads(step: Step, program: Program) -> Iterator[tuple[Step | str | None, bool]]:
    """Yield what a step reads (a step, a list of records, or None: everything), and whether in its own record."""
    record, rules = _record(step, program), program.ruleset.rules
    left = [(node, False) for node in _nodes(step, program)]
    while left:
        node, hidden = left.pop()
        inner = hidden or (isinstance(node, tree.Aggregate) and node.variable == record)
        left += [(child, inner) for child in node.children()]
        if isinstance(node, tree.Aggregate):
            yield node.record, False
        elif isinstance(node, tree.Answer):
            yield ("question", node.id), False
        elif isinstance(node, tree.Computed):
            yield ("definition", node.id), False
        elif isinstance(node, tree.Field):
            need: Step = ("definition", node.id) if node.computed else ("question", f"{node.record}.{node.id}")
            yield need, node.variable == record and not hidden
        elif isinstance(node, tree.Holds):
            own = rules[node.rule].record
            yield ("rule", node.rule), bool(own) and own == record and not hidden
            if own:
                yield own, False
        elif isinstance(node, (tree.Score, tree.Excluded, tree.BestOption)):
            named = None if isinstance(node, tree.BestOption) else node.option
            for id, rule in rules.items():
                if speaks_of(rule, named):
                    yield ("rule", id), False
                    if rule.record:
                        yield rule.record, False
        elif isinstance(node, (tree.OpenFindings, tree.Imported)):
            yield None, False
    if step[0] == "rule" and any(_about_all(text) for text in _texts(rules[step[1]])):
        yield None, False


def _nodes(step: Step, program: Program) -> Iterable[Node]:
    kind, id = step
    if kind == "definition":
        return [program.ruleset.definitions[id].value]
    if kind == "rule":
        return rule_nodes(program.ruleset.rules[id])
    record, _, own = id.rpartition(".")
    return question_nodes((program.ruleset.records[record].fields if record else program.ruleset.questions)[own])


def _record(step: Step, program: Program) -> str:
    return step[1].rpartition(".")[0] if step[0] == "question" else program.node(step).record


def _texts(rule: Rule) -> Iterator[Text]:
    yield rule.say
    yield from (text for variant in rule.variants for text in (variant.say, variant.do))
    if rule.task is not None:
        yield rule.task.label


def _about_all(text: Text) -> bool:
    return any(hole.expression in _ABOUT_ALL for hole in placeholders(text.source))
