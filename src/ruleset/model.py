"""A rule set, a case and an outcome as immutable values: the vocabulary of the whole library."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Literal, TypeAlias

import attrs

from ruleset.expressions.functions import Function
from ruleset.expressions.template import Text
from ruleset.expressions.tree import TRUE, Node
from ruleset.types import SEVERITIES, UNKNOWN, Domain, Severity, Type, Value

Status = Literal["holds", "ruled_out", "open"]
Mark = Literal["checked", "unchecked", "design"]


@attrs.frozen(order=True)
class Where:
    """A place in a file: path, line and column, both from 1."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])


NOWHERE = Where("")
NO_TEXT = Text("")


@attrs.frozen
class Source:
    """A citation: a text of law, a decision, an official page; cited for days from `since` to `until`, included."""

    id: str
    title: str
    url: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    mark: Mark = "checked"
    note: str = ""
    where: Where = NOWHERE

    def in_force(self, on: dt.date) -> bool:
        """Whether an outcome of that date of law may cite this source."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@attrs.frozen
class Question:
    """What is asked. `ask_when` is the condition under which it is (else its value is *none*); `assume` is a value, or
    an expression, that stands for the answer until it is given.
    """

    id: str
    ask: str
    domain: Domain
    labels: Mapping[str, str] = attrs.field(factory=dict)
    why: str = ""
    help: str = ""
    ask_when: Node = TRUE
    assume: Value | Node = UNKNOWN
    unit: str = ""
    currency: str = ""
    group: str = ""
    sources: tuple[str, ...] = ()
    seed: tuple[str, ...] = ()
    where: Where = NOWHERE

    @property
    def type(self) -> Type:
        """The type of its answers."""
        return self.domain.type


@attrs.frozen
class DatedValue:
    """A parameter's value (or its values by key) from a day on."""

    since: dt.date
    value: Value | Mapping[str, Value]
    sources: tuple[str, ...] = ()
    mark: Mark = "checked"


@attrs.frozen
class Parameter:
    """A value set by law, by start day; *none* before the first day and after `until`."""

    id: str
    type: Type
    values: tuple[DatedValue, ...]
    keys: tuple[str, ...] = ()
    until: dt.date | None = None
    label: str = ""
    unit: str = ""
    currency: str = ""
    sources: tuple[str, ...] = ()
    mark: Mark = "checked"
    seed: tuple[str, ...] = ()
    note: str = ""
    where: Where = NOWHERE

    def period(self, day: dt.date) -> DatedValue | None:
        """Return the dated value in force on `day`."""
        if self.until is not None and day > self.until:
            return None
        found = None
        for dated in self.values:
            if dated.since > day:
                break
            found = dated
        return found


@attrs.frozen
class Definition:
    """A named, computed value; `record` names the record type it is computed for. With a label it is part of the
    outcome. `table` tells that its tree is a decision table.
    """

    id: str
    value: Node
    type: Type
    record: str = ""
    label: str = ""
    labels: Mapping[str, str] = attrs.field(factory=dict)
    unit: str = ""
    currency: str = ""
    rounding: str = "half_up"
    decimals: int | None = None
    table: bool = False
    sources: tuple[str, ...] = ()
    mark: Mark = "checked"
    seed: tuple[str, ...] = ()
    note: str = ""
    where: Where = NOWHERE


@attrs.frozen
class RecordType:
    """Rows of a case: its own questions, and the name of the list of all rows. `rows` are the constant rows of a
    reference table. `why` and `help` are about the list as a whole.
    """

    id: str
    plural: str
    title: str
    fields: Mapping[str, Question]
    name: str = ""
    rows: tuple[Mapping[str, Value], ...] | None = None
    sources: tuple[str, ...] = ()
    seed: tuple[str, ...] = ()
    where: Where = NOWHERE
    why: str = ""
    help: str = ""


@attrs.frozen
class Option:
    """An alternative to rank."""

    id: str
    label: str
    note: str = ""


@attrs.frozen
class Variant:
    """What a finding says in one of its cases: the first whose condition holds."""

    when: Node
    severity: Severity
    say: Text
    do: Text
    sources: tuple[str, ...] = ()
    mark: Mark = "checked"
    where: Where = NOWHERE


@attrs.frozen
class Task:
    """Something to do; `due` gives its day."""

    label: Text
    due: Node | None = None
    phase: str = ""
    order: int = 0


@attrs.frozen
class Rule:
    """A condition and what follows from it.

    `condition` is the whole of it (in force, `when`, not `unless`); the three parts are kept for explanations.
    `variants` end with the finding's own text under a condition that is always true; they are empty where the rule
    makes no finding. `about_knowledge` marks findings that speak of what is known, which alone may be taken back.
    """

    id: str
    condition: Node
    when: Node = TRUE
    unless: Node | None = None
    in_force: Node = TRUE
    record: str = ""
    variants: tuple[Variant, ...] = ()
    task: Task | None = None
    exclude: tuple[str, ...] = ()
    favour: Mapping[str, Node] = attrs.field(factory=dict)
    say: Text = NO_TEXT
    sources: tuple[str, ...] = ()
    mark: Mark = "checked"
    seed: tuple[str, ...] = ()
    ref: str = ""
    group: str = ""
    note: str = ""
    about_knowledge: bool = False
    where: Where = NOWHERE

    @property
    def worst(self) -> Severity | None:
        """The worst severity its finding can have."""
        found = {variant.severity for variant in self.variants}
        return next((severity for severity in SEVERITIES if severity in found), None)


@attrs.frozen
class Note:
    """A statement of the source document that is context, not a rule."""

    text: str
    seed: tuple[str, ...] = ()


@attrs.frozen
class WorkedCase:
    """A case with what it must give (`expect`, as written, checked by `ruleset test`)."""

    name: str
    case: Case
    expect: Mapping[str, object]
    where: Where = NOWHERE


@attrs.frozen(eq=False, repr=False)
class RuleSet:
    """Everything that a folder says. `content` is the SHA-256 of its meaning-bearing `files`."""

    id: str
    title: str
    version: str
    folder: Path | None = None
    summary: str = ""
    jurisdiction: str = ""
    currency: str = ""
    coverage: int = 0
    uses: tuple[str, ...] = ()
    groups: Mapping[str, str] = attrs.field(factory=dict)
    notes: tuple[Note, ...] = ()
    sources: Mapping[str, Source] = attrs.field(factory=dict)
    questions: Mapping[str, Question] = attrs.field(factory=dict)
    parameters: Mapping[str, Parameter] = attrs.field(factory=dict)
    definitions: Mapping[str, Definition] = attrs.field(factory=dict)
    records: Mapping[str, RecordType] = attrs.field(factory=dict)
    options: Mapping[str, Option] = attrs.field(factory=dict)
    rules: Mapping[str, Rule] = attrs.field(factory=dict)
    cases: tuple[WorkedCase, ...] = ()
    imports: Mapping[str, RuleSet] = attrs.field(factory=dict)
    functions: Mapping[str, Function] = attrs.field(factory=dict)
    content: str = ""
    files: tuple[Path, ...] = ()

    def __repr__(self) -> str:
        return f"RuleSet({self.id} {self.version})"

    def cite(self, ids: tuple[str, ...], on: dt.date) -> tuple[str, ...]:
        """Return those of the sources that an outcome of that date of law may cite."""
        return tuple(id for id in ids if id in self.sources and self.sources[id].in_force(on))


Record: TypeAlias = Mapping[str, Value]


@attrs.frozen
class Case:
    """A situation. Absent answers are unknown; an absent list of records is unknown, an empty one is none at all."""

    ruleset: str = ""
    on: dt.date = attrs.field(factory=dt.date.today)
    answers: Mapping[str, Value] = attrs.field(factory=dict)
    records: Mapping[str, tuple[Record, ...]] = attrs.field(factory=dict)
    lang: str = "fr"


@attrs.frozen
class Finding:
    """The conclusion of a rule for a case, or for one of its records (`record`: `type/name or number`)."""

    id: str
    status: Status
    severity: Severity
    message: str
    advice: str
    sources: tuple[str, ...] = ()
    record: str | None = None
    mark: Mark = "checked"
    about_knowledge: bool = False


@attrs.frozen
class TaskResult:
    """A task of an outcome; `due` is None where it has no day or the day is not known yet."""

    id: str
    status: Status
    label: str
    due: dt.date | None = None
    phase: str = ""
    order: int = 0
    record: str | None = None
    sources: tuple[str, ...] = ()


@attrs.frozen
class Point:
    """What one rule adds to an option; `points` is None while the rule is open."""

    rule: str
    points: Fraction | int | None


@attrs.frozen
class OptionResult:
    """An option's place: excluded (with the rules that exclude it) or its score; `lowest` and `highest` bound what
    the open rules can still make of the score.
    """

    id: str
    excluded: bool
    score: Fraction | int
    because: tuple[Point, ...] = ()
    lowest: Fraction | int | None = 0
    highest: Fraction | int | None = 0
    may_be_excluded: bool = False


@attrs.frozen
class Diagnostic:
    """Something that went wrong inside an evaluation (a division by zero, a function that failed) and where."""

    where: str
    message: str


@attrs.frozen
class Outcome:
    """What a rule set says of a case. Findings, tasks and options are in the order of the contract (§5)."""

    ruleset: str
    version: str
    on: dt.date
    lang: str
    findings: tuple[Finding, ...]
    tasks: tuple[TaskResult, ...]
    options: tuple[OptionResult, ...]
    values: Mapping[str, Value]
    record_values: Mapping[str, tuple[Mapping[str, Value], ...]]
    assumed: tuple[str, ...]
    ask: tuple[str, ...]
    ignored: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    digest: str

    @property
    def holding(self) -> tuple[Finding, ...]:
        """The findings that hold, the most severe first."""
        return tuple(finding for finding in self.findings if finding.status == "holds")

    @property
    def verdict(self) -> Severity:
        """The worst severity that holds; `ok` where only `info` and `ok` do."""
        severities = {finding.severity for finding in self.holding} - {"info"}
        return next((severity for severity in SEVERITIES if severity in severities), "ok")
