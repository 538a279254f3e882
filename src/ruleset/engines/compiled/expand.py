"""Constructs that are short for others: written out, they need no code of their own."""

from __future__ import annotations

from collections.abc import Iterator

from ruleset.expressions import tree
from ruleset.expressions.tree import FALSE, Node, Row, Table, conjunction, disjunction
from ruleset.model import Rule, RuleSet
from ruleset.types import YES_NO

LEFT_TO_REFERENCE = (tree.OpenFindings, tree.Extreme, tree.Score, tree.BestOption, tree.Imported)


def expand(node: Node, ruleset: RuleSet, bound: frozenset[str]) -> Node:
    """Return what a node is short for, itself where it is not.

    Args:
        node: any node.
        ruleset: where its rules are.
        bound: the record variables that stand for a record there.
    """
    if isinstance(node, tree.Excluded):
        rules = [rule for rule in ruleset.rules.values() if node.option in rule.exclude]
        return disjunction(*(tree.Holds(YES_NO, rule.id) for rule in rules))
    if isinstance(node, tree.Holds):
        rule = ruleset.rules[node.rule]
        if rule.record and rule.record not in bound:
            return tree.Aggregate(YES_NO, "any", rule.record, rule.record, None, node)
        if node.severity is not None and rule.variants:
            return conjunction(tree.Holds(YES_NO, rule.id), _severity(rule, node.severity))
    return node


def _severity(rule: Rule, severity: str) -> Node:
    """Return whether a finding that holds has a severity: that of the first variant that holds."""
    rows = [Row(one.when, tree.Literal(YES_NO, one.severity == severity)) for one in rule.variants]
    return Table(YES_NO, "first", tuple(rows), FALSE)


def parts(node: Node, ruleset: RuleSet, bound: frozenset[str] = frozenset()) -> Iterator[Node]:
    """Yield a node and every node below it, what is short for others written out, but not below what the reference
    computes.
    """
    node = expand(node, ruleset, bound)
    yield node
    if isinstance(node, LEFT_TO_REFERENCE):
        return
    inner = bound | {node.variable} if isinstance(node, tree.Aggregate) else bound
    for child in node.children():
        yield from parts(child, ruleset, inner)
