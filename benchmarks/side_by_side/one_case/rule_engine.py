"""rule-engine: one parsed rule for each condition; definitions are matched first and put beside the answers.

A context with declared types was three times slower than one without.
"""

from __future__ import annotations

from typing import Any

from benchmarks.side_by_side.form import Base
from benchmarks.side_by_side.one_case import Engine, Local
from benchmarks.side_by_side.one_case.zen import plain_case, quoted
from benchmarks.side_by_side.written import Syntax


def prepare(base: Base) -> Local:
    """Load a rule set."""
    import rule_engine

    context, syntax = rule_engine.Context(resolver=rule_engine.resolve_item), Syntax(quoted)
    definitions, rules = (
        [(id_, rule_engine.Rule(syntax.condition(condition), context=context)) for id_, condition in part.items()]
        for part in (base.definitions, base.rules)
    )

    def run(case: dict[str, Any]) -> list[str]:
        case = dict(case)
        for id_, rule in definitions:
            case[id_] = rule.matches(case)
        return [id_ for id_, rule in rules if rule.matches(case)]

    return Local(run, plain_case)


ENGINE = Engine("rule-engine", prepare, "one parsed `Rule` for each condition", "rule-engine", slow=True)
