"""The parts of the compiled engine: alternatives are few and exact, tables say what every value leaves standing."""

import datetime as dt
import itertools
import os
import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleset.engines.compiled.atoms import Atom
from ruleset.engines.compiled.clauses import make_clauses
from ruleset.engines.compiled.index import Space, make_table
from ruleset.expressions import tree
from ruleset.expressions.evaluate import Truth
from ruleset.expressions.tree import Literal, Node
from ruleset.program import compile_program
from ruleset.testing import rule_set
from ruleset.types import DATE, UNKNOWN, Type, Value

NUMBER = Type("number")
DAYS = [dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(6)]
NUMBERS = [Fraction(n, 2) for n in range(-3, 9)]
OPERATORS = ("==", "!=", "<", "<=", ">", ">=")


def constant(node: Node) -> Value:
    assert isinstance(node, Literal)
    return node.value


def whole(value: Value) -> Value:
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


def atoms_of(kind: Type, values: list[Value]) -> st.SearchStrategy[list[Atom]]:
    node = tree.Answer(kind, "x")
    constants = st.lists(st.sampled_from([*values, None]), min_size=1, max_size=1)
    compared = st.builds(
        lambda test, found: Atom(("answer", "x"), test, tuple(Literal(kind, whole(one)) for one in found), node),
        st.sampled_from(OPERATORS),
        constants,
    )
    several = st.builds(
        lambda found: Atom(("answer", "x"), "==", tuple(Literal(kind, whole(one)) for one in found), node),
        st.lists(st.sampled_from(values), min_size=2, max_size=3),
    )
    others = st.sampled_from([Atom(("answer", "x"), "none", (), node), Atom(("answer", "x"), "known", (), node)])
    return st.lists(st.one_of(compared, compared, several, others), min_size=1, max_size=6)


@pytest.mark.parametrize(("kind", "values"), [(NUMBER, NUMBERS), (DATE, DAYS)], ids=["numbers", "days"])
@given(data=st.data())
def test_a_table_leaves_standing_what_its_tests_do_not_contradict(
    kind: Type, values: list[Value], data: st.DataObject
) -> None:
    atoms = data.draw(atoms_of(kind, values))
    literals = st.frozensets(st.integers(0, 2 * len(atoms) - 1), max_size=3)
    goals = data.draw(st.lists(st.lists(literals, max_size=6).map(tuple), min_size=1, max_size=8))
    space = Space(goals)
    table = make_table(space, kind, list(enumerate(atoms)), constant)
    for value in [*map(whole, values), None, UNKNOWN]:
        truths = [atom.truth(value, constant) for atom in atoms]
        expected = [
            [all(_true(truths[one >> 1], wanted=not one & 1) for one in clause) for clause in goal] for goal in goals
        ]
        standing = table.select(value)
        found = space.collapse(standing)
        for number, (goal, holds) in enumerate(zip(goals, expected, strict=True)):
            assert bool(found >> (len(goals) - 1 - number) & 1) == any(holds)
            kept = [clause for clause, one in zip(goal, holds, strict=True) if one]
            assert list(space.certain(standing, number)) == kept


def _true(truth: Truth, *, wanted: bool) -> bool:
    return truth is wanted


QUESTIONS = "questions:\n" + "".join(f"  {id}: {{ask: Q, type: yes_no}}\n" for id in "abcd")


@pytest.mark.parametrize(
    ("condition", "yes", "no"),
    [
        ("a and b", ["a b"], ["-a", "-b"]),
        ("a and (b or c)", ["a b", "a c"], ["-a", "-b -c"]),
        ("a and not a", [], ["-a", "a"]),
        ("a or (a and b)", ["a"], ["-a"]),
        ("not (a or not b)", ["-a b"], ["a", "-b"]),
        ("(a or b) and (a or c)", ["a", "b c"], ["-a -b", "-a -c"]),
        ("true and a", ["a"], ["-a"]),
        ("d0 and c", ["a c"], ["-a", "-c"]),
    ],
)
def test_the_alternatives_of_a_condition(condition: str, yes: list[str], no: list[str]) -> None:
    rules = rule_set(
        f"{QUESTIONS}definitions:\n  d0: a and true\n"
        f"rules:\n  R: {{when: '{condition}', then: {{task: T, source: S}}}}\n"
    )
    clauses = make_clauses(compile_program(rules))

    def said(clause: frozenset[int]) -> str:
        atoms = clauses.atoms.found
        words = (("-" if one & 1 else "") + str(atoms[one >> 1].input[1]) for one in clause)
        return " ".join(sorted(words, key=lambda word: word.lstrip("-")))

    found = clauses.of["rule", "R"]
    assert [sorted(map(said, side)) for side in found] == [sorted(yes), sorted(no)]


def test_equal_atoms_of_all_rules_are_one() -> None:
    rules = rule_set(
        "questions:\n  n: {ask: N, type: integer}\nrules:\n"
        + "".join(f"  R{n}: {{when: '{one}', then: {{task: T, source: S}}}}\n" for n, one in
                  enumerate(["n > 5", "5 < n", "not n > 5", "n > 5 and n in [1, 2]", "n in [1, 2]"]))
    )  # fmt: skip
    assert len(make_clauses(compile_program(rules)).atoms.found) == 2


SHOWN = """
import datetime as dt
from ruleset.engines.compiled import compiled
from ruleset.testing import rule_set
rules = rule_set({text!r})
decision = compiled(rules).evaluate({{"a": True, "b": False, "c": True}}, dt.date(2026, 11, 23))
print(decision._standing, decision.holds, decision.ask, sorted(decision.reasons.items()))
"""


def test_the_same_rule_set_gives_the_same_bits_and_reasons_in_every_process() -> None:
    conditions = [" or ".join(f"({x} and {y})" for x, y in itertools.permutations(one, 2)) for one in
                  ("abc", "bcd", "acd", "abd")]  # fmt: skip
    text = f"{QUESTIONS}rules:\n" + "".join(
        f"  R{n}: {{when: '{one}', then: {{task: T, source: S}}}}\n" for n, one in enumerate(conditions)
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", SHOWN.format(text=text)],
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(found) == 1
    assert "Reason" in found.pop()
