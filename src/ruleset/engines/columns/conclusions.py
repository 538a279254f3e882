"""Findings, options and the verdict of every case of a batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs

from ruleset.engines.columns.comparing import choose, compare, masked, same
from ruleset.engines.columns.frames import Frame
from ruleset.engines.columns.logic import NO, OPEN, YES, Truths, both, either, opposite
from ruleset.engines.columns.planes import Truth
from ruleset.engines.columns.values import Column, Constant, as_truth, take
from ruleset.model import Rule
from ruleset.situation import at_least
from ruleset.types import SEVERITIES, UNKNOWN

if TYPE_CHECKING:
    from ruleset.engines.columns.bounds import Range
    from ruleset.engines.columns.run import Run


def possible_variants(run: Run, rule: Rule, row: int | None = None) -> list[Truths]:
    """Return, for each variant of a finding, whether it can still be the one: true or false in every row."""
    frame = run.frame_of(rule.record, row)
    found: list[Truths] = []
    left: Truths = YES
    for condition in run.plan.rules[rule.id].variants:
        certain = run.truth(condition, frame)
        found.append(both(left, opposite(_is(certain, value=False))))
        left = both(left, opposite(_is(certain, value=True)))
    return found


def _is(truth: Truths, *, value: bool) -> Truths:
    """Return whether a truth is certainly that, itself never unknown."""
    if isinstance(truth, Constant):
        return Constant(truth.value is value)
    return Truth(truth.true if value else truth.negative)


def is_open(truth: Truths) -> Truths:
    """Return whether a truth is unknown, itself never unknown."""
    return opposite(either(_is(truth, value=True), _is(truth, value=False)))


def finding(run: Run, rule: Rule, row: int | None = None) -> Truths:
    """Return the statuses of a finding: open as long as it is not settled in which variant it holds."""
    status = run.rule(rule.id, row)
    if len(rule.variants) < 2:
        return status
    several = _several(possible_variants(run, rule, row))
    return _open_where(both(_is(status, value=True), several), status)


def _several(truths: list[Truths]) -> Truths:
    one: Truths = NO
    two: Truths = NO
    for truth in truths:
        two = either(two, both(one, truth))
        one = either(one, truth)
    return two


def _open_where(rows: Truths, truth: Truths) -> Truths:
    """Return a truth that is open in some rows."""
    if isinstance(rows, Constant):
        return OPEN if rows.value is True else truth
    held = as_truth(truth, rows.size)
    return Truth(held.true.without(rows.true), held.negative.without(rows.true)).settled()


def has_severity(run: Run, rule: Rule, severity: str, row: int | None = None) -> Truths:
    """Return whether a finding has a severity, given that it holds."""
    if not rule.variants:
        return OPEN
    with_it: Truths = NO
    without: Truths = NO
    for variant, possible in zip(rule.variants, possible_variants(run, rule, row), strict=True):
        if variant.severity == severity:
            with_it = either(with_it, possible)
        else:
            without = either(without, possible)
    return _open_where(both(with_it, without), both(with_it, opposite(without)))


def severity_at(run: Run, rule: Rule, severity: str, row: int | None = None) -> Truths:
    """Return whether a finding holds with a severity."""
    return both(run.rule(rule.id, row), has_severity(run, rule, severity, row))


def holds_with(run: Run, id: str, severity: str, frame: Frame, status: Truths) -> Truths:
    """Return whether a finding holds with a severity: for the record of each row, or for any record of its case."""
    rule = run.ruleset.rules[id]
    if not rule.record:
        return both(status, has_severity(run, rule, severity))
    if rule.record in frame.fixed:
        return both(status, has_severity(run, rule, severity, frame.fixed[rule.record]))
    if rule.record in frame.rows:
        return both(status, take(has_severity(run, rule, severity), frame.rows[rule.record]))  # type: ignore[arg-type]
    return both(status, run.any_record(rule.record, lambda row: severity_at(run, rule, severity, row)))


def open_findings(run: Run, severity: str) -> Truths:
    """Return whether a finding of that severity or worse, not about knowledge, is open."""
    wanted = at_least(severity)
    found: Truths = NO
    for rule in run.ruleset.rules.values():
        if rule.about_knowledge or not any(variant.severity in wanted for variant in rule.variants):
            continue
        if not rule.record:
            found = either(found, _open_with(run, rule, wanted, None))
            continue
        if run.ruleset.records[rule.record].rows is None and rule.record not in run.batch.records:
            return YES
        one = run.any_record(rule.record, lambda row, rule=rule: _open_with(run, rule, wanted, row))  # type: ignore[misc]
        found = either(found, either(one, is_open(one)))
        if isinstance(found, Truth):
            found = Truth(found.true)
    return found


def _open_with(run: Run, rule: Rule, wanted: frozenset[str], row: int | None) -> Truths:
    able: Truths = NO
    for variant, possible in zip(rule.variants, possible_variants(run, rule, row), strict=True):
        if variant.severity in wanted:
            able = either(able, possible)
    return both(is_open(finding(run, rule, row)), able)


def verdict(run: Run) -> Column:
    """Return the worst severity that holds, unknown while a worse one is open."""

    def compute() -> Column:
        size = run.batch.size
        result: Column = Constant("ok")
        for severity in reversed(SEVERITIES):
            held: Truths = NO
            for rule in run.ruleset.rules.values():
                if rule.variants:
                    held = either(held, _anywhere(run, rule, severity))
            named = Constant("ok" if severity == "info" else severity)
            truth = as_truth(held, size)
            result = choose(Truth(truth.true), named, result, size, run.pool)
            if truth.open is not None:
                result = masked(result, ~truth.open, size, run.pool)
        return result

    return run.named("verdict", "", None, compute)


def _anywhere(run: Run, rule: Rule, severity: str) -> Truths:
    if not rule.record:
        return severity_at(run, rule, severity)
    return run.any_record(rule.record, lambda row: severity_at(run, rule, severity, row))


def imported(run: Run, id: str) -> Column:
    """Return a value, the truth of a finding or the verdict of another rule set for the same cases."""
    if id in run.ruleset.definitions:
        return run.definition(id)
    return run.status(id, run.cases) if id in run.ruleset.rules else verdict(run)


# options


@attrs.frozen(eq=False)
class OptionColumns:
    """Whether an option is excluded, and between which bounds its score lies."""

    excluded: Truths
    bounds: Range

    def score(self, run: Run) -> Column:
        """Return the score, once nothing can change it."""
        low, high = self.bounds.low, self.bounds.high
        settled = same(low, high, run.batch.size, run.pool)
        return masked(low, settled, run.batch.size, run.pool)


def option(run: Run, id: str) -> OptionColumns:
    """Return what is known of an option."""
    from ruleset.engines.columns import bounds

    found = run.options.get(id)
    if found is None:
        excluded: Truths = NO
        total = bounds.ZERO
        for rule in run.ruleset.rules.values():
            if id in rule.exclude:
                excluded = either(excluded, run.status(rule.id, run.cases))
            if id in rule.favour:
                for part in _points(run, rule, id):
                    total = bounds.add(run.cases, total, part)
        found = run.options[id] = OptionColumns(excluded, total)
    return found


def _points(run: Run, rule: Rule, option: str) -> Iterator[Range]:
    from ruleset.engines.columns import bounds

    if rule.record and run.ruleset.records[rule.record].rows is None:
        yield bounds.over_records(run, rule.record, lambda frame: _points_in(run, rule, option, frame, None))
        return
    for row in run.rows_of(rule.record):
        yield _points_in(run, rule, option, run.frame_of(rule.record, row), row)


def _points_in(run: Run, rule: Rule, option: str, frame: Frame, row: int | None) -> Range:
    from ruleset.engines.columns import bounds

    points = bounds.or_zero(run, frame, bounds.interval(run.plan.rules[rule.id].favour[option], run, frame))
    return bounds.counted_if(run, frame, run.rule(rule.id, row), points)


def best_option(run: Run) -> Column:
    """Return the option that comes first, once nothing that is open can put another before it."""
    size = run.batch.size
    states = [(id, option(run, id)) for id in run.ruleset.options]
    found: Column = Constant(UNKNOWN)
    none_left: Truths = YES
    for position, (id, state) in enumerate(states):
        none_left = both(none_left, _is(state.excluded, value=True))
        first: Truths = _is(state.excluded, value=False)
        for place, (_, other) in enumerate(states):
            if place != position:
                operator = ">=" if position < place else ">"
                before = compare(operator, state.bounds.low, other.bounds.high, size, run.pool)
                first = both(first, either(_is(before, value=True), _is(other.excluded, value=True)))  # type: ignore[arg-type]
        found = choose(as_truth(first, size), Constant(id), found, size, run.pool)
    return choose(as_truth(none_left, size), Constant(None), found, size, run.pool)
