"""Random programs at the edges of what durable_rules is trusted with, four threads, many sessions, flat memory.

Run in a process of its own by `test_stress.py`: a crash or a hang of durable_rules is then seen as one. What is drawn
is fixed by SEED; the verdict does not depend on how threads take turns. Prints one line for each part.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
import sys
import threading
import time
from pathlib import Path
from typing import Any

import attrs

from ruleset.engines import Evaluator
from ruleset.engines.session import SessionEngine
from ruleset.engines.subset import MAX_INTEGER
from ruleset.engines.verifying import verify
from ruleset.expressions import tree
from ruleset.model import Case, RuleSet
from ruleset.program import Program, compile_program
from ruleset.testing import rule_set
from ruleset.types import TEXT

SEED = 20_261_123
THREADS = 4
SESSIONS = 20_000
GROWTH = 4096  # KB
CONCLUSION = "then: {finding: info, say: S, source: S}"
LONG = "x" * 64_990
TEXTS = (
    "",
    "a",
    "é",
    "e\u0301",
    "'",
    '"',
    "\\",
    "\\u00e9",
    "\u2028",
    "🜚",
    "~",
    "z" * 4000,
    LONG,
    LONG + "y",
    "y" * 70_000,
)
INTEGERS = (0, 1, -1, 10, MAX_INTEGER, MAX_INTEGER + 1, -MAX_INTEGER, -MAX_INTEGER - 1, 2**63, -(2**63), 10**25)


def built(questions: dict[str, str], rules: dict[str, str], more: str = "") -> Program:
    """Return the program of questions (id: type) and rules (id: condition)."""
    asked = "".join(f"  {id}: {{ask: Q, {kind}}}\n" for id, kind in questions.items())
    # JSON is YAML, and writes any text on one line.
    written = "".join(
        f"  {id}: {{when: {json.dumps(when, ensure_ascii=False)}, {CONCLUSION}}}\n" for id, when in rules.items()
    )
    return compile_program(rule_set(f"questions:\n{asked}{more}rules:\n{written}"))


def many_branches(rng: random.Random) -> Program:
    """Return rules with up to more than 64 alternatives each."""
    ids = [f"q{n}" for n in range(24)]
    rules = {}
    for number in range(40):
        wide = rng.choice((2, 4, 8, 12))
        parts = [f"({' and '.join(rng.sample(ids, rng.randint(1, 3)))})" for _ in range(wide)]
        rules[f"R{number}"] = " or ".join(f"not {part}" if rng.random() < 0.2 else part for part in parts)
    for number, width in enumerate((5, 6, 7)):  # 32, 64 and 128 alternatives
        pairs = [f"({ids[2 * n]} or {ids[2 * n + 1]})" for n in range(width)]
        rules[f"W{number}"] = " and ".join(pairs)
    return built(dict.fromkeys(ids, "type: yes_no"), rules)


def many_children(rng: random.Random) -> Program:
    """Return 600 rules, each of which tests another value of one question."""
    values = rng.sample(range(-1000, 1000), 600)
    operators = ("==", "!=", "<", ">=")
    rules = {f"R{n}": f"n {rng.choice(operators)} {value}" for n, value in enumerate(values)}
    return built({"n": "type: integer, optional: true"}, rules)


def many_properties(rng: random.Random) -> Program:
    """Return rules over 400 questions, some of which read nearly 200 and more than 200 of them."""
    ids = [f"q{n}" for n in range(400)]
    rules = {f"R{n}": " and ".join(rng.sample(ids, rng.randint(1, 12))) for n in range(60)}
    rules |= {f"W{n}": " or ".join(rng.sample(ids, 60)) for n in range(4)}
    return built(dict.fromkeys(ids, "type: yes_no, optional: true"), rules)


def large_integers(rng: random.Random) -> Program:
    """Return rules on whole numbers next to 53 bits and beyond."""
    constants = [abs(one) for one in INTEGERS if len(str(abs(one))) <= 16]
    rules = {
        f"R{n}": f"{rng.choice('nm')} {rng.choice(('==', '!=', '<', '<=', '>', '>='))} {rng.choice(('', '-'))}{one}"
        for n, one in enumerate(constants * 6)
    }
    return built({"n": "type: integer", "m": "type: integer, optional: true"}, rules)


def strange_texts(rng: random.Random) -> Program:
    """Return rules that compare texts: long, not in composed form, with every character that JSON escapes."""
    program = built(
        {"t": "type: text", "u": "type: text, optional: true"},
        {f"R{n}": f'{rng.choice("tu")} {rng.choice(("==", "!="))} "?"' for n in range(3 * len(TEXTS))},
    )
    rules = {}
    for text, (id, rule) in zip(itertools.cycle(TEXTS), program.ruleset.rules.items(), strict=False):
        assert isinstance(rule.condition, tree.Compare)
        constant = tree.Literal(TEXT, text)  # the language cannot write them all
        rules[id] = attrs.evolve(rule, condition=attrs.evolve(rule.condition, right=constant))
    return compile_program(attrs.evolve(program.ruleset, rules=rules, content=""))


def chains(rng: random.Random, size: int = 40) -> Program:
    """Return strata: rules that speak of rules, definitions between them, money, dates and choices."""
    questions = {
        "a": "type: yes_no", "b": "type: yes_no, ask_when: a", "m": "type: money", "since": "type: date",
        "kind": "type: choice, choices: {u: U, v: V, w: W}, optional: true", "n": "type: integer, assume: 3",
    }  # fmt: skip
    atoms = ["a", "b", "m > 12.5", "m <= 0.01", "since < on", "since >= date(2026, 6, 1)", 'kind == "u"', 'kind != "v"',
             "kind is none", "n > 2", "n * 2 > 7", "known(m)", 'kind in ["u", "w"]']  # fmt: skip
    rules: dict[str, str] = {}
    for number in range(size):
        earlier = [f'holds("R{one}")' for one in range(number)]
        picked = [*rng.sample(atoms, 3), *rng.sample(earlier, min(len(earlier), 1))]
        signed = [f"not {atom}" if rng.random() < 0.4 else atom for atom in (f"({one})" for one in picked)]
        rules[f"R{number}"] = f"{signed[0]} and {signed[1]} or {' and '.join(signed[2:])}"
    return built(questions, rules)


PARTS = (many_branches, many_children, many_properties, large_integers, strange_texts, chains)


def value(kind: str, choices: tuple[str, ...], rng: random.Random) -> Any:
    """Return an answer of a kind, near the edges."""
    day = dt.date(2026, 5, 30) + dt.timedelta(days=rng.randint(0, 4))
    picked = {
        "yes_no": rng.random() < 0.5, "integer": rng.choice([*INTEGERS, *range(-5, 6)]), "text": rng.choice(TEXTS),
        "money": rng.choice((0, 12, 13)), "date": day, "choice": rng.choice(choices or ("",)),
    }  # fmt: skip
    return picked[kind]


def drawn(rules: RuleSet, rng: random.Random) -> Case:
    """Return a case that is more or less complete; where *none* is allowed, it is sometimes the answer."""
    given = rng.random()
    answers = {}
    for id, question in rules.questions.items():
        if rng.random() < given:
            none = question.domain.optional and rng.random() < 0.2
            answers[id] = None if none else value(question.type.kind, question.type.choices or (), rng)
    return Case(rules.id, dt.date(2026, 6, 1), answers)


def resident() -> int:
    """Return the memory in use, in KB (0 where the system does not tell)."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text(encoding="ascii").split()[1]) * 4 if statm.exists() else 0


def statuses(engine: Any, program: Program, case: Case) -> tuple[object, ...]:
    """Return the status of every rule."""
    situation = engine.solve(program, case)
    return tuple(situation.rule_status(rule, None) for rule in program.ruleset.rules)


def edges(engine: SessionEngine, rng: random.Random, programs: dict[str, Program]) -> None:
    """Compare with the reference evaluator at the edges."""
    for name, program in programs.items():
        started = time.perf_counter()
        cases = [Case(program.ruleset.id), *(drawn(program.ruleset, rng) for _ in range(40))]
        for case in cases:
            found = verify(program, case, engine)
            assert found == (), (name, case, [str(one) for one in found])
        print(f"{name}: {engine.explain_plan(program)}, {len(cases)} cas, {time.perf_counter() - started:.1f} s")
    assert engine.handed_over == 0


def together(engine: SessionEngine, rng: random.Random, programs: dict[str, Program]) -> None:
    """Solve from several threads at once; every one of them must find what the evaluator finds."""
    pool = [
        (program, case, statuses(Evaluator(), program, case))
        for program in (programs["chains"], programs["large_integers"], programs["strange_texts"])
        for case in [drawn(program.ruleset, rng) for _ in range(30)]
    ]
    wrong: list[str] = []

    def work(own: random.Random, count: int) -> None:
        for _ in range(count):
            program, case, expected = own.choice(pool)
            try:
                if statuses(engine, program, case) != expected:
                    wrong.append(f"{case}")
            except Exception as error:  # noqa: BLE001  whatever it is, it is told below
                wrong.append(repr(error))

    def all_threads(count: int) -> None:
        threads = [threading.Thread(target=work, args=(random.Random(n), count // THREADS)) for n in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    started = time.perf_counter()
    all_threads(SESSIONS // 10)
    before = resident()
    all_threads(SESSIONS)
    growth = resident() - before
    print(f"{THREADS} fils, {SESSIONS} sessions, {growth} Ko de plus, {time.perf_counter() - started:.1f} s")
    assert wrong == [], wrong[:3]
    assert engine.handed_over == 0
    assert growth < GROWTH, growth


def forgotten(rng: random.Random) -> None:
    """Register and forget programs in turn, from several threads."""
    engine = SessionEngine(kept=1)
    pool = [(program, drawn(program.ruleset, rng)) for program in (chains(rng, 8) for _ in range(3))]
    expected = [statuses(Evaluator(), program, case) for program, case in pool]
    wrong: list[int] = []

    def work() -> None:
        turns = itertools.islice(itertools.cycle(range(len(pool))), 60)
        wrong.extend(turn for turn in turns if statuses(engine, *pool[turn]) != expected[turn])

    started = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"programmes oubliés et repris par {THREADS} fils, {time.perf_counter() - started:.1f} s")
    assert wrong == []
    assert engine.handed_over == 0


def main() -> None:
    """Run every part."""
    sys.setswitchinterval(1e-4)  # threads change often, so that a missing lock would show
    rng = random.Random(SEED)
    programs = {part.__name__: part(rng) for part in PARTS}
    engine = SessionEngine()
    edges(engine, rng, programs)
    together(engine, rng, programs)
    forgotten(rng)
    print("tout concorde")


if __name__ == "__main__":
    main()
