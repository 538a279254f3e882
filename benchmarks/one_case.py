"""One complete case through the compiled engine, against a function written by hand, in one run.

    python benchmarks/one_case.py [rules …] [--rounds N]

The rule sets have 15 questions and two levels: definitions over answers, rules over definitions and answers. The
function is the one that a programmer would write: the definitions in order, then one `if` for each rule, which appends
its id. It checks nothing and keeps no reason. Ours checks every answer, gives the ids that hold, and keeps in its bits
what made each of them hold. Both are shown to agree before anything is measured. Each round measures all of them, one
after another; ratios are the medians of those of the rounds, since other work on a shared machine slows whole rounds.
"""

# ruff: noqa: INP001, S311, T201, S102

from __future__ import annotations

import argparse
import datetime as dt
import random
import statistics
import time
from collections.abc import Callable

import sets

from ruleset.engines.compiled import compiled
from ruleset.testing import rule_set

DAY = dt.date(2026, 11, 23)
AIMS = {10: 8.0, 60: 4.0, 300: 1.2, 1000: 0.7}
CHANGED = 0.6
"""One changed answer against the function called again, at the largest size."""
KINDS = ("yes_no", "yes_no", "integer", "choice", "money", "yes_no", "integer", "date", "choice", "integer",
         "yes_no", "money", "integer", "choice", "yes_no")  # fmt: skip


def written(rules: int, seed: int = 3) -> tuple[str, str]:
    """Return a rule set of so many rules as YAML, and the function that does the same as Python."""
    chance = random.Random(seed)
    yaml = ["questions:"]
    for n, kind in enumerate(KINDS):
        more = {"choice": ", choices: {a: A, b: B, c: C, d: D}", "money": ", currency: EUR, min: 0"}.get(kind, "")
        yaml.append(f"  q{n}: {{ask: Question {n} ?, type: {kind}{more}}}")
    python = ["def decide(answers, found):"]
    python += [f"    q{n} = answers['q{n}']" for n in range(len(KINDS))]
    yaml.append("definitions:")
    definitions = max(3, rules // 5)
    for n in range(definitions):
        word = chance.choice(("and", "or"))
        tests = [comparison(chance) for _ in range(2)]
        yaml.append(f"  d{n}: " + f" {word} ".join(one for one, _ in tests))
        python.append(f"    d{n} = " + f" {word} ".join(one for _, one in tests))
    yaml.append("rules:")
    for n in range(rules):
        one, two = (comparison(chance) for _ in range(2))
        three = (f"d{chance.randrange(definitions)}",) * 2 if n % 2 else comparison(chance)
        joined = "{} and ({} or {})" if n % 3 else "{} and {} and {}"
        yaml.append(f"  R{n}: {{when: '{joined.format(one[0], two[0], three[0])}', "
                    f"then: {{finding: info, say: Conclusion {n}, source: S}}}}")  # fmt: skip
        python += [f"    if {joined.format(one[1], two[1], three[1])}:", f"        found.append('R{n}')"]
    python.append("    return found")
    return "\n".join(yaml) + "\n", "\n".join(python) + "\n"


def comparison(chance: random.Random) -> tuple[str, str]:
    """Return a comparison of an answer, in the rule language and in Python."""
    n = chance.randrange(len(KINDS))
    kind = KINDS[n]
    if kind == "yes_no":
        text = chance.choice((f"q{n}", f"not q{n}"))
        return text, text
    if kind == "choice":
        text = f'q{n} {chance.choice(("==", "!="))} "{chance.choice("abcd")}"'
        return text, text
    if kind == "date":
        year, month = chance.randrange(2020, 2027), chance.randrange(1, 13)
        return f"q{n} >= date({year}, {month}, 1)", f"q{n} >= DAYS[{year}, {month}]"
    text = f"q{n} {chance.choice(('<', '<=', '>', '>='))} {chance.randrange(100)}"
    return text, text


def answers(chance: random.Random) -> dict[str, object]:
    """Return a complete case."""
    made: dict[str, Callable[[], object]] = {
        "yes_no": lambda: chance.random() < 0.5,
        "choice": lambda: chance.choice("abcd"),
        "date": lambda: dt.date(2020, 1, 1) + dt.timedelta(days=chance.randrange(2500)),
    }
    return {f"q{n}": made.get(kind, lambda: chance.randrange(100))() for n, kind in enumerate(KINDS)}


def spent(run: Callable[[], object]) -> float:
    """Return the microseconds of processor time that a run takes."""
    started = time.process_time()
    run()
    return (time.process_time() - started) * 1e6


def measure(rules: int, rounds: int) -> None:
    """Measure a size and print its line."""
    yaml, python = written(rules)
    names: dict[str, object] = {"DAYS": {(y, m): dt.date(y, m, 1) for y in range(2019, 2028) for m in range(1, 13)}}
    exec(python, names)  # written by us, above
    decide: Callable[..., list[str]] = names["decide"]  # type: ignore[assignment]
    ready = compiled(rule_set(yaml))
    chance = random.Random(5)
    cases = [answers(chance) for _ in range(50)]
    changes = [(case, *chance.choice(list(answers(chance).items()))) for case in cases]
    for case in cases:
        if list(ready.evaluate(case, DAY).holds) != decide(case, []):
            raise SystemExit("les deux ne disent pas la même chose")
    session = ready.session(cases[0], DAY)

    def by_hand() -> None:
        for case in cases:
            decide(case, [])

    def whole() -> None:
        for case in cases:
            ready.evaluate(case, DAY).holds  # noqa: B018

    def bits() -> None:
        for case in cases:
            ready.evaluate(case, DAY)

    def one_answer() -> None:
        for _, id, value in changes:
            change = session.set(id, value)
            _ = change.added, change.removed

    def explained() -> None:
        for case in cases:
            ready.evaluate(case, DAY).reasons  # noqa: B018

    runs = (by_hand, whole, bits, one_answer, explained)
    for run in runs:
        run()
    found = [[spent(run) / len(cases) for run in runs] for _ in range(rounds)]
    medians = [statistics.median(column) for column in zip(*found, strict=True)]
    ratios = [statistics.median(line[n] / line[0] for line in found) for n in range(5)]
    aims = (f"{AIMS[rules]:.1f}" if rules in AIMS else "", f"{CHANGED:.1f}" if rules == max(AIMS) else "")
    cells = [f"{rules:>7}", f"{medians[0]:>8.1f}", f"{medians[1]:>9.1f}", f"{ratios[1]:>6.2f}", f"{aims[0]:>6}",
             f"{medians[2]:>8.1f}", f"{medians[3]:>10.1f}", f"{ratios[3]:>6.2f}", f"{aims[1]:>6}",
             f"{medians[4] - medians[2]:>8.1f}"]  # fmt: skip
    print(" ".join(cells))


def main() -> None:
    """Read the arguments and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rules", nargs="*", type=int, default=[10, 60, 300, 1000])
    parser.add_argument("--rounds", type=int, default=41)
    arguments = parser.parse_args()
    print(f"{sets.machine()} ; microsecondes de processeur par cas, médianes de {arguments.rounds} tours")
    print(f"{'':>7} {'fonction':>8} {'compilé':>9} {'':>6} {'':>6} {'sans les':>8} {'une':>10}")
    words = ("à main", 8), ("avec ids", 9), ("×", 6), ("visé", 6), ("ids", 8), ("réponse", 10), ("×", 6), ("visé", 6)
    print(f"{'règles':>7}", *(word.rjust(width) for word, width in words), f"{'raisons':>8}")
    for rules in arguments.rules:
        measure(rules, arguments.rounds)


if __name__ == "__main__":
    main()
