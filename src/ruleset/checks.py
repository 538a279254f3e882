"""Static checks of a loaded rule set: what is allowed and probably a mistake. Each finding is a located warning."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from ruleset import texts
from ruleset.expressions import tree
from ruleset.expressions.evaluate import Truth, any_of, evaluate, truth
from ruleset.expressions.tree import FALSE, Node
from ruleset.loading.problems import Problem
from ruleset.model import Definition, Rule, RuleSet, Where
from ruleset.program import Program, compile_program
from ruleset.relevance import conclusions_waiting, waiting_for
from ruleset.situation import Situation
from ruleset.types import UNKNOWN
from ruleset.witness import Search, roots, search

Check = Callable[[Program], Iterator[Problem]]


def check(ruleset: RuleSet) -> list[Problem]:
    """Return every warning about a rule set, by file and line."""
    program = compile_program(ruleset)
    return sorted(problem for one in CHECKS for problem in one(program))


def _warn(where: Where, message: str) -> Problem:
    return Problem(where, message, warning=True)


def never_read(program: Program) -> Iterator[Problem]:
    """Questions, parameters and definitions that nothing reads."""
    ruleset = program.ruleset
    used: set[tuple[str, str]] = set()
    for root in roots(program):
        for node in root.walk():
            if isinstance(node, tree.Answer):
                used.add(("question", node.id))
            elif isinstance(node, tree.Computed) or (isinstance(node, tree.Field) and node.computed):
                used.add(("definition", node.id))
            elif isinstance(node, tree.Parameter):
                used.add(("parameter", node.id))
    for id, question in ruleset.questions.items():
        if ("question", id) not in used:
            yield _warn(question.where, f"la question « {id} » ne change rien : aucune règle ne la lit")
    for id, parameter in ruleset.parameters.items():
        if ("parameter", id) not in used:
            yield _warn(parameter.where, f"le paramètre « {id} » n'est lu nulle part")
    for id, definition in ruleset.definitions.items():
        if ("definition", id) not in used and not definition.label:
            yield _warn(
                definition.where, f"la définition « {id} » n'est lue nulle part et n'est pas montrée (« label »)"
            )


def never_asked(program: Program) -> Iterator[Problem]:
    """Questions whose `ask_when` can never be true."""
    for id, question in program.ruleset.questions.items():
        condition = question.ask_when
        if isinstance(condition, tree.Literal):
            impossible = condition == FALSE
        else:
            impossible = _impossible(_seek(program, functools.partial(truth, condition), condition))
        if impossible:
            yield _warn(
                question.where, f"la question « {id} » n'est jamais posée : sa condition « ask_when » est impossible"
            )


def never_fires(program: Program) -> Iterator[Problem]:
    """Rules whose condition no case can make true."""
    for id, rule in program.ruleset.rules.items():
        if rule.condition == FALSE or (not rule.record and _impossible(seek_rule(program, rule))):
            yield _warn(rule.where, f"la règle « {id} » ne peut jamais s'appliquer : ses conditions s'excluent")


def seek_rule(program: Program, rule: Rule) -> Search:
    """Search a case in which a rule, not about knowledge, holds."""
    if rule.about_knowledge:
        return Search(None, exhaustive=False)
    return search(
        program,
        lambda facts: facts.rule_status(rule.id, None),
        lambda facts: (wanted.id for wanted in waiting_for(facts, rule, None)),
    )


def _seek(program: Program, goal: Callable[[Situation], Truth], *nodes: Node) -> Search:
    return search(program, goal, lambda facts: (wanted.id for wanted in conclusions_waiting(facts, nodes)))


def _impossible(found: Search) -> bool:
    return found.case is None and found.exhaustive


def tables(program: Program) -> Iterator[Problem]:
    """Tables with two rows for one case where the hit policy wants one, or with a case that no row covers."""
    for definition in program.ruleset.definitions.values():
        node = definition.value
        if definition.table and isinstance(node, tree.Table) and not definition.record:
            yield from _overlap(program, definition, node)
            yield from _gap(program, definition, node)


def _overlap(program: Program, definition: Definition, table: tree.Table) -> Iterator[Problem]:
    if table.policy not in ("unique", "any"):
        return
    conditions = [row.condition for row in table.rows]

    def conflict(facts: Situation) -> Truth:
        truths = [truth(condition, facts) for condition in conditions]
        certain = [row for one, row in zip(truths, table.rows, strict=True) if one is True]
        values = {evaluate(row.value, facts) for row in certain}
        if len(certain) > 1 and (table.policy == "unique" or len(values) > 1):
            return True
        return UNKNOWN if UNKNOWN in truths and sum(one is not False for one in truths) > 1 else False

    found = _seek(program, conflict, *conditions)
    if found.case is not None:
        facts = Situation(program, found.case)
        lines = [row.line for row in table.rows if truth(row.condition, facts) is True]
        yield _warn(
            definition.where,
            f"table « {definition.id} » ({table.policy}) : les lignes {lines} valent ensemble, ainsi {_shown(found)}",
        )


def _gap(program: Program, definition: Definition, table: tree.Table) -> Iterator[Problem]:
    nothing = isinstance(table.otherwise, tree.Literal) and table.otherwise.value is None
    if not nothing or table.policy in ("sum", "collect"):
        return
    conditions = [row.condition for row in table.rows]

    def no_row(facts: Situation) -> Truth:
        some = any_of(truth(condition, facts) for condition in conditions)
        return UNKNOWN if some is UNKNOWN else not some

    found = _seek(program, no_row, *conditions)
    if found.case is not None:
        yield _warn(
            definition.where,
            f"table « {definition.id} » : aucune ligne pour {_shown(found)} : valeur « aucun » (ajoutez « otherwise »)",
        )


def _shown(found: Search) -> str:
    case = found.case
    assert case is not None  # asked only of a case that was found
    answers = ", ".join(f"{id} = {'none' if value is None else value}" for id, value in case.answers.items())
    return answers or f"on = {case.on}"


def holes_in_time(program: Program) -> Iterator[Problem]:
    """Parameters without a value for some time."""
    ruleset = program.ruleset
    starts = [dated.since for parameter in ruleset.parameters.values() for dated in parameter.values]
    for id, parameter in ruleset.parameters.items():
        for dated, following in itertools.pairwise(parameter.values):
            if dated.value is None:
                yield _warn(
                    parameter.where,
                    f"le paramètre « {id} » n'a pas de valeur du {dated.since} au {following.since} (exclu)",
                )
        if parameter.until is not None and parameter.until < max(starts):
            yield _warn(parameter.where, f"le paramètre « {id} » n'a plus de valeur après le {parameter.until}")


def never_cited(program: Program) -> Iterator[Problem]:
    """Sources that nothing cites."""
    ruleset = program.ruleset
    cited: set[str] = set()
    for rule in ruleset.rules.values():
        cited.update(rule.sources, *(variant.sources for variant in rule.variants))
    cited.update(*(question.sources for question in ruleset.questions.values()))
    cited.update(*(definition.sources for definition in ruleset.definitions.values()))
    cited.update(*(record.sources for record in ruleset.records.values()))
    for record in ruleset.records.values():
        cited.update(*(field.sources for field in record.fields.values()))
    for parameter in ruleset.parameters.values():
        cited.update(parameter.sources, *(dated.sources for dated in parameter.values))
    for root in roots(program):
        cited.update(
            id for node in root.walk() if isinstance(node, tree.Table) for row in node.rows for id in row.sources
        )
    for id, source in ruleset.sources.items():
        if id not in cited:
            yield _warn(source.where, f"la source « {id} » n'est citée nulle part")


def without_source(program: Program) -> Iterator[Problem]:
    """Findings of some weight without any source."""
    for id, rule in program.ruleset.rules.items():
        for variant in rule.variants:
            if variant.severity in ("blocking", "risk") and not variant.sources and variant.mark == "checked":
                yield _warn(variant.where, f"la conclusion « {id} » ({variant.severity}) n'a pas de source")
                break


def placeholders_left_open(program: Program) -> Iterator[Problem]:
    """Messages with a placeholder that can be unknown although the rule holds."""
    for id, rule in program.ruleset.rules.items():
        for variant in () if rule.about_knowledge else rule.variants:
            holding = settled(rule.condition, program) | settled(variant.when, program)
            for name, node in {**variant.say.nodes, **variant.do.nodes}.items():
                missing = needed(node, program) - holding
                if missing:
                    yield _warn(
                        variant.where,
                        f"conclusion « {id} » : {{{name}}} peut être inconnu quand elle s'applique "
                        f"({', '.join(sorted(missing))})",
                    )


def needed(node: Node, program: Program) -> frozenset[str]:
    """Return the questions that must be answered for a node to have a value, as far as its form tells."""
    if isinstance(node, tree.Answer):
        return frozenset({node.id})
    if isinstance(node, tree.Computed):
        return needed(program.ruleset.definitions[node.id].value, program)
    if isinstance(node, (tree.Table, tree.Conditional, tree.Known, tree.Holds, tree.OpenFindings, tree.Extreme)):
        return frozenset()
    return frozenset().union(*(needed(child, program) for child in node.children()))


def settled(node: Node, program: Program) -> frozenset[str]:
    """Return the questions that are certainly answered when a condition is true."""
    if isinstance(node, tree.And):
        return frozenset().union(*(settled(operand, program) for operand in node.operands))
    if isinstance(node, tree.Or):
        return frozenset.intersection(*(settled(operand, program) for operand in node.operands))
    if isinstance(node, tree.Not):
        return _settled_not(node.operand, program)
    if isinstance(node, tree.Computed):
        return settled(program.ruleset.definitions[node.id].value, program)
    if isinstance(node, tree.Holds):
        return settled(program.ruleset.rules[node.rule].condition, program)
    if isinstance(node, tree.Known):
        return needed(node.operand, program)
    if isinstance(node, (tree.Compare, tree.Member, tree.Contains, tree.IsNone, tree.Answer)):
        return needed(node, program)
    return frozenset()


def _settled_not(node: Node, program: Program) -> frozenset[str]:
    if isinstance(node, tree.Or):
        return frozenset().union(*(settled(tree.negation(operand), program) for operand in node.operands))
    if isinstance(node, tree.And):
        return frozenset.intersection(*(settled(tree.negation(operand), program) for operand in node.operands))
    return needed(node, program)


def untranslated(program: Program) -> Iterator[Problem]:
    """Texts without a translation, in the languages that the rule set has a catalogue for."""
    folder = program.ruleset.folder
    if folder is None or not (folder / "locale").is_dir():
        return
    for path in sorted((folder / "locale").iterdir()):
        known: Mapping[str, object] = texts.catalogue(folder, path.name).messages
        missing = [message for message in messages(program.ruleset) if not known.get(message)]
        if missing:
            first = missing[0] if len(missing[0]) < 60 else f"{missing[0][:57]}…"
            yield _warn(Where(str(path)), f"{len(missing)} textes sans traduction en « {path.name} », dont « {first} »")


def messages(ruleset: RuleSet) -> Iterator[str]:
    """Yield every text of a rule set that is shown to people, once."""
    found = [ruleset.title, ruleset.summary, *ruleset.groups.values()]
    for question in (*ruleset.questions.values(), *(q for r in ruleset.records.values() for q in r.fields.values())):
        found += [question.ask, question.why, question.help]
        found += question.labels if question.type.kind == "text" else _words(question.labels)
    found += [text for record in ruleset.records.values() for text in (record.title, record.why, record.help)]
    for definition in ruleset.definitions.values():
        found += [definition.label, *_words(definition.labels)]
    found += [parameter.label for parameter in ruleset.parameters.values()]
    found += [option.label for option in ruleset.options.values()]
    found += [source.title for source in ruleset.sources.values()]
    for rule in ruleset.rules.values():
        for variant in rule.variants:
            found += [variant.say.source, variant.do.source]
        if rule.task is not None:
            found.append(rule.task.label.source)
    yield from dict.fromkeys(message for message in found if message)


def _words(labels: Mapping[str, str]) -> Iterator[str]:
    """Yield the labels that are words; choices written as a list are their own labels."""
    yield from (label for id, label in labels.items() if label != id)


def seeds(ruleset: RuleSet) -> frozenset[str]:
    """Return the statements of the source document that the rule set traces."""
    traced: list[tuple[str, ...]] = [note.seed for note in ruleset.notes]
    for record in ruleset.records.values():
        traced += [record.seed, *(field.seed for field in record.fields.values())]
    traced += [question.seed for question in ruleset.questions.values()]
    traced += [parameter.seed for parameter in ruleset.parameters.values()]
    traced += [definition.seed for definition in ruleset.definitions.values()]
    traced += [rule.seed for rule in ruleset.rules.values()]
    return frozenset(itertools.chain.from_iterable(traced))


CHECKS: Final[tuple[Check, ...]] = (
    never_read,
    never_asked,
    never_fires,
    tables,
    holes_in_time,
    never_cited,
    without_source,
    placeholders_left_open,
    untranslated,
)
