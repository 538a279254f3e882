"""A rule set as SQL: its answers, definitions, rules and findings, each a column of the relation it belongs to."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import attrs
from sqlglot.expressions import Expression

from ruleset.engines.sql import aggregates, inputs, numbers, options, syntax, tables
from ruleset.engines.sql.reading import Scope
from ruleset.engines.sql.syntax import (
    FALSE,
    NULL,
    TRUE,
    NoSqlFormError,
    all_of,
    any_of,
    cases,
    certain,
    is_null,
    negated,
)
from ruleset.engines.sql.terms import (
    NONE,
    UNDECIDED,
    YES,
    Term,
    alike,
    conjunction,
    constant,
    disjunction,
    kept,
    truth_of,
)
from ruleset.expressions import tree
from ruleset.expressions.tree import Node
from ruleset.model import Definition, Question, Rule, RuleSet
from ruleset.program import Step, all_questions, compile_program, question_nodes, rule_nodes
from ruleset.situation import NUMBER_DECIMALS, at_least
from ruleset.types import SEVERITIES, Domain

if TYPE_CHECKING:
    from ruleset.engines.sql.query import Query

_SHARED: Final = (
    tree.Compare, tree.Member, tree.Contains, tree.And, tree.Or, tree.Conditional, tree.Arithmetic, tree.Shift,
    tree.Call, tree.Aggregate, tree.Table, tree.Parameter,
)  # fmt: skip
_WORDS: Final = {"question": "la question", "definition": "la définition", "rule": "la règle"}


class ProgramReader:
    """Reads one rule set of a query. `failed` tells which steps have no SQL form, and why."""

    def __init__(self, query: Query, ruleset: RuleSet) -> None:
        self.query = query
        self.ruleset = ruleset
        self.dialect = query.dialect
        self.program = compile_program(ruleset)
        self.failed: dict[Step, str] = {}
        self.options: dict[str, options.OptionTerms] = {}
        self._terms: dict[Step, Term] = {}
        self._place = {step: number for number, step in enumerate(self.program.sequence)}
        self._counts = Counter(node for root in _roots(ruleset) for node in root.walk() if isinstance(node, _SHARED))
        self.case = Scope(self, query.relations.of[()], {})

    def repeated(self, node: Node) -> bool:
        """Return whether an expression is written more than once in the rule set."""
        return isinstance(node, _SHARED) and self._counts[node] > 1

    # places

    def record_context(self, record: str) -> str:
        """Return the name of the rows of a record type, whose relation there is from then on."""
        kind = self.ruleset.records[record]
        name = record if kind.rows is None else f"{self.ruleset.id}.{record}"
        if (name,) not in self.query.relations.of:
            self.query.add_records(name, kind)
        return name

    def home(self, record: str) -> Scope:
        """Return where a definition or rule is computed: the cases, or the records of a type."""
        if not record:
            return self.case
        return Scope(self, self.query.relations.of[self.record_context(record),], {record: 0})

    def home_of_definition(self, id: str) -> Scope:
        """Return where a definition is computed."""
        return self.home(self.ruleset.definitions[id].record)

    def inside(self, scope: Scope, record: str, variable: str) -> Scope:
        """Return the scope of what is said of each record of a type."""
        context = (*scope.relation.context, self.record_context(record))
        relation = self.query.relations.relation(context)
        return Scope(self, relation, {**scope.variables, variable: len(scope.relation.context)})

    def list_known(self, record: str, scope: Scope) -> Term:
        """Return whether the list of the records of a type is known."""
        name = f"{record}__known"
        if self.ruleset.records[record].rows is not None or not self.query.layout.has("", name):
            return YES
        known = self.case.relation.read(syntax.possible(syntax.column(name)), name)
        return scope.bring(Term("truth", known, total=True), self.case.relation)

    # steps

    def step(self, step: Step) -> Term:
        """Return what a step computes, as columns of its home.

        Raises:
            NoSqlFormError: it has no SQL form, or what it needs has none.
        """
        if step not in self._terms and step not in self.failed:
            for one in self._before(step):
                try:
                    self._terms[one] = self._compute(one)
                except NoSqlFormError as error:
                    self.failed[one] = str(error)
        if step in self.failed:
            reason = self.failed[step]
            raise NoSqlFormError(reason if reason.startswith("à cause de") else f"à cause de {_named(step)} : {reason}")
        return self._terms[step]

    def _before(self, step: Step) -> list[Step]:
        """Return a step and all that it needs and that is not computed yet, in order."""
        found, queue = {step}, [step]
        while queue:
            for need in self.program.needs.get(queue.pop(), ()):
                if need not in found and need not in self._terms and need not in self.failed:
                    found.add(need)
                    queue.append(need)
        return sorted(found, key=self._place.__getitem__)

    def _compute(self, step: Step) -> Term:
        kind, id = step
        if kind == "definition":
            return self._define(self.ruleset.definitions[id])
        if kind == "rule":
            rule = self.ruleset.rules[id]
            home = self.home(rule.record)
            return home.once(home.condition(rule.condition), id)
        record, _, field = id.rpartition(".")
        if not record:
            return self._ask(self.ruleset.questions[id], "", self.case)
        kind_ = self.ruleset.records[record]
        if kind_.rows is not None:
            return self.query.reference_field(self.record_context(record), field)
        return self._ask(kind_.fields[field], record, self.home(record))

    def _define(self, definition: Definition) -> Term:
        home = self.home(definition.record)
        term = home.read(definition.value)
        places = _decimals(definition)
        if places is not None and term.kind == "number":
            term = numbers.rounded(term, places, definition.rounding, home.keep, self.dialect)
        elif places is not None and term.kind == "list":
            term = tables.rounded_list(term, places)
        return home.once(term, definition.id)

    def _ask(self, question: Question, record: str, home: Scope) -> Term:
        asked = home.condition(question.ask_when)
        if asked.constant is False:
            return NONE
        asked = home.once(asked, f"asks_{question.id}")
        raw = self.query.raw[record, question.id]
        value, none = self.query.given(raw, record, question.id, home.relation)
        given = inputs.term_of(raw, value)
        assumed = constant(question.assume, raw.codes) if not isinstance(question.assume, Node) else None
        if assumed is None:
            assert isinstance(question.assume, Node)
            assumed = home.read(question.assume)
        given, assumed = (kept(one, home.keep) for one in alike([attrs.evolve(given, none=none), assumed]))
        unanswered = all_of(is_null(given.value), negated(given.none))
        has_assumption = not (assumed.value == NULL and assumed.none == FALSE)
        if not has_assumption:
            value, none = given.value, given.none
        else:
            value = cases([(unanswered, assumed.value)], given.value)
            none = any_of(given.none, all_of(unanswered, assumed.none))
        value = cases([(asked.value, value)])
        none = any_of(certain(negated(asked.value)), all_of(certain(asked.value), none))
        scale = attrs.evolve(given.scale, size=max(given.scale.size, assumed.scale.size))
        total = asked.total and has_assumption and assumed.total
        term = attrs.evolve(given, value=value, none=none, total=total, scale=scale)
        return home.once(term, question.id)

    # what expressions ask for

    def on(self, scope: Scope) -> Term:
        """Return the date of law."""
        return scope.bring(self.query.on, self.case.relation)

    def answer(self, id: str, scope: Scope) -> Term:
        """Return the answer to a question."""
        return scope.bring(self.step(("question", id)), self.case.relation)

    def field(self, record: str, id: str, scope: Scope, position: int) -> Term:
        """Return the answer of a record, or a cell of a reference table."""
        term = self.step(("question", f"{record}.{id}"))
        return scope.bring(term, self.home(record).relation, position)

    def definition(self, id: str, scope: Scope, position: int = -1) -> Term:
        """Return the value of a definition (of the record bound at `position`)."""
        return scope.bring(self.step(("definition", id)), self.home_of_definition(id).relation, position)

    def imported(self, alias: str, id: str, scope: Scope) -> Term:
        """Return a value, a finding's truth or the verdict of another rule set for the same answers."""
        other = self.query.reader(self.ruleset.imports[alias])
        try:
            if id in other.ruleset.definitions:
                term = other.definition(id, other.case)
            elif id in other.ruleset.rules:
                term = other.status(id, other.case)
            else:
                term = other.verdict()
        except NoSqlFormError as error:
            raise NoSqlFormError(f"{other.ruleset.id}, {error}") from None
        return scope.bring(other.case.once(term, f"{alias}_{id}"), self.case.relation)

    def status(self, rule: str, scope: Scope) -> Term:
        """Return whether a rule's condition holds (for the record bound, or for any record)."""
        term = self.step(("rule", rule))
        record = self.ruleset.rules[rule].record
        home = self.home(record)
        if not record or record in scope.variables:
            return scope.bring(term, home.relation, scope.variables.get(record, -1))
        return self._of_any(record, scope, home, term)

    def _of_any(self, record: str, scope: Scope, home: Scope, truth: Term) -> Term:
        """Return whether something is true of any record, as a column of the case brought here."""
        found = aggregates.some(self.case, home, record, truth)
        return scope.bring(self.case.once(found), self.case.relation)

    def severity(self, rule: str, severity: str, scope: Scope) -> Term:
        """Return whether the finding has that severity, given that it holds."""
        found = self.ruleset.rules[rule]
        if not found.variants:  # it makes no finding, of no severity
            return UNDECIDED
        home = self.home(found.record)
        alive = self._alive(found)
        yes = any_of(*(one for one, variant in zip(alive, found.variants, strict=True) if variant.severity == severity))
        no = any_of(*(one for one, variant in zip(alive, found.variants, strict=True) if variant.severity != severity))
        truth = home.once(truth_of(cases([(all_of(yes, no), NULL)], yes), total=all_of(yes, no) == FALSE))
        if not found.record or found.record in scope.variables:
            return scope.bring(truth, home.relation, scope.variables.get(found.record, -1))
        return self._of_any(found.record, scope, home, conjunction([self.step(("rule", rule)), truth]))

    def _tests(self, rule: Rule) -> list[Term]:
        home = self.home(rule.record)
        return [home.once(home.condition(variant.when), f"{rule.id}_case") for variant in rule.variants]

    def _alive(self, rule: Rule) -> list[Expression]:
        """Return, for each variant, whether the finding can still have it."""
        home = self.home(rule.record)
        before: Expression = TRUE
        found: list[Expression] = []
        for test in self._tests(rule):
            found.append(all_of(before, syntax.possible(test.value)))
            before = home.keep(all_of(before, negated(certain(test.value))))
        return found

    def finding(self, rule: Rule) -> Term:
        """Return the truth of a finding at its home: unknown as long as it is not settled in which variant it holds."""
        status = self.step(("rule", rule.id))
        tests = self._tests(rule)
        if all(test.total for test in tests):
            return status
        settled: list[tuple[Expression, Expression]] = []
        for test in tests:
            settled += [(test.value, TRUE), (FALSE if test.total else is_null(test.value), FALSE)]
        home = self.home(rule.record)
        sure = home.keep(cases(settled, TRUE), f"{rule.id}_settled")
        doubt = all_of(certain(status.value), negated(sure))
        return home.once(truth_of(cases([(doubt, NULL)], status.value), total=False))

    def worst(self, rule: Rule) -> Expression:
        """Return the worst severity that a finding can still have."""
        alive = self._alive(rule)
        branches = []
        for severity in SEVERITIES:
            can = any_of(
                *(one for one, variant in zip(alive, rule.variants, strict=True) if variant.severity == severity)
            )
            branches.append((can, syntax.text(severity)))
        return cases(branches, syntax.text(rule.variants[-1].severity))

    def open_findings(self, severity: str, scope: Scope) -> Term:
        """Return whether a finding of that severity or worse is open."""
        wanted = at_least(severity)
        parts: list[Term] = []
        for rule in self.ruleset.rules.values():
            if rule.about_knowledge or not any(variant.severity in wanted for variant in rule.variants):
                continue
            home = self.home(rule.record)
            truth = self.finding(rule)
            can = any_of(
                *(one for one, two in zip(self._alive(rule), rule.variants, strict=True) if two.severity in wanted)
            )
            is_open = truth_of(all_of(FALSE if truth.total else is_null(truth.value), can), total=True)
            if rule.record:
                found = aggregates.some(self.case, home, rule.record, home.once(is_open))
                is_open = truth_of(syntax.possible(found.value), total=True)
            parts.append(is_open)
        return scope.bring(self.case.once(disjunction(parts)), self.case.relation)

    def verdict(self) -> Term:
        """Return the worst severity that holds, unknown while a worse one is open."""
        branches: list[tuple[Expression, Expression]] = []
        total = True
        for severity in SEVERITIES:
            found = [
                conjunction([self.status(rule.id, self.case), self.severity(rule.id, severity, self.case)])
                if not rule.record
                else self.severity(rule.id, severity, self.case)
                for rule in self.ruleset.rules.values()
                if any(variant.severity == severity for variant in rule.variants)
            ]
            truth = self.case.once(disjunction(found))
            total = total and truth.total
            branches.append((truth.value, syntax.text(severity if severity != "info" else "ok")))
            if not truth.total:
                branches.append((is_null(truth.value), NULL))
        return Term("text", cases(branches, syntax.text("ok")), total=total)

    def domain(self, node: tree.Answer | tree.Field) -> Domain:
        """Return what the question of an answer allows."""
        if isinstance(node, tree.Answer):
            return self.ruleset.questions[node.id].domain
        return self.ruleset.records[node.record].fields[node.id].domain


def _named(step: Step) -> str:
    return f"{_WORDS[step[0]]} « {step[1]} »"


def _decimals(definition: Definition) -> int | None:
    """Return the decimals that a definition keeps, None where it is no number."""
    kind = definition.type.of if definition.type.kind == "list" and definition.type.of else definition.type
    if kind.kind not in ("money", "number", "none"):
        return None
    if kind.kind == "money":
        return 2
    return NUMBER_DECIMALS if definition.decimals is None else definition.decimals


def _roots(ruleset: RuleSet) -> list[Node]:
    found: list[Node] = []
    for _, question in all_questions(ruleset):
        found.extend(question_nodes(question))
    found.extend(definition.value for definition in ruleset.definitions.values())
    for rule in ruleset.rules.values():
        found.extend(rule_nodes(rule))
    return found
