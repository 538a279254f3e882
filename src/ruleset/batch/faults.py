"""What is wrong with a batch: as a whole, and it stops, or with some of its cases, which are set aside."""

from __future__ import annotations

import attrs

from ruleset.loading.problems import RulesetError


class BatchError(RulesetError):
    """A batch that cannot be run; the message says where, what was expected and how to mend it."""


@attrs.frozen
class Reject:
    """A cell that is wrong: the case is set aside.

    `row` is the line of the table, its first data line being 1; `case` the id of the case where it has one.
    """

    table: str
    row: int
    case: str
    column: str
    value: str
    reason: str
