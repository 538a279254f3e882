"""docs/performance.md and its pictures, from what one run has measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.side_by_side.aims import Aim, aims
from benchmarks.side_by_side.charts import chart, number
from benchmarks.side_by_side.measures import FUNCTION, Measured
from benchmarks.side_by_side.results import UNKNOWN_MARK, Results
from benchmarks.side_by_side.timing import median, ratio

INTRODUCTION = """# Performance

Written by `make bench` on {day}; the program is in `benchmarks/side_by_side`. Every engine has the same generated rule
sets, translated from one form: fifteen inputs (yes/no, choices, integers, amounts, dates), definitions over them, rules
over both. Before it is timed, an engine must give the answers of the reference evaluator; one that does not is named,
not timed. Engines take turns, round after round; a time is the median of the rounds, a ratio the median of the ratios
of the rounds, so that other work on the machine matters little. Times are processor time, on one core.
"""


SHIPPED_ON = ("evaluator", "session", "compiled", "columns")


def write(results: Results, folder: Path) -> None:
    """Write `performance.md` and the pictures beside it."""
    pictures = folder / "performance"
    pictures.mkdir(parents=True, exist_ok=True)
    for name, picture in _pictures(results).items():
        (pictures / f"{name}.svg").write_text(picture, encoding="utf-8")
    (folder / "performance.md").write_text("\n".join(_page(results)) + "\n", encoding="utf-8")


def _page(results: Results) -> Iterator[str]:
    yield INTRODUCTION.format(day=results.day)
    yield "## Aims and results\n"
    yield from _table(("aim", "aimed at", "measured", ""), (_aim(one) for one in aims(results)))
    if results.partial:
        yield "\n## The same answers\n"
        yield "Cases with 15 % of the answers missing, each status of each rule against the reference evaluator:\n"
        yield from (f"- {name}: {wrong or 'the same'}" for name, wrong in results.partial.items())
    yield "\n## One case\n"
    yield "From a complete case to the rules that hold: microseconds, and the ratio to the hand-written function.\n"
    yield from _by_size(results.one_case, 1e6, FUNCTION)
    yield "\n![One case, by the number of rules](performance/one-case.svg)\n"
    yield "One changed answer (what it adds and takes away), against the function called again, in microseconds:\n"
    yield from _by_size(results.changed, 1e6, FUNCTION)
    yield "\nWhat made each rule of a case hold, asked of its decision afterwards, in microseconds:\n"
    yield from _by_size(results.explained, 1e6)
    if results.batch:
        yield f"\n## {number(results.batch_count)} cases\n"
        yield "From columns in memory to the answer of every rule in memory: seconds, and the ratio to generated C.\n"
        yield from _by_size([results.batch], 1, "generated C")
        yield "\nComplete cases beside cases with 15 % of the answers missing (three values), in seconds:\n"
        yield from _unknown(results)
        yield f"\nBy the number of rules, {number(results.by_rules_count)} cases, in seconds:\n"
        yield from _by_size(results.by_rules, 1, "generated C")
        yield "\n![A batch, by the number of rules](performance/batch-rules.svg)\n"
        yield "![A batch of 300 rules, by the number of cases](performance/batch-cases.svg)\n"
    if results.shipped:
        yield "\n## The shipped rule sets\n"
        yield "Their worked cases on our own engines, microseconds for a case; columns take them in a batch of 2 000.\n"
        yield from _table(
            ("rule set", "rules", *SHIPPED_ON),
            (
                (id_, str(one.size), *(_or_dash(median(one.times, name), 1e6) for name in SHIPPED_ON))
                for id_, one in results.shipped.items()
            ),
        )
        yield from (
            f"\n{id_}, {name}: {why}" for id_, one in results.shipped.items() for name, why in one.missing.items()
        )
    yield "\n## Paid once\n"
    yield "Loading a rule set into each engine, in milliseconds (the function is compiled from its text).\n"
    yield from _loading(results.one_case)
    yield "\nOur own loading of 300 rules, in milliseconds:\n"
    yield from _by_size([results.loading] if results.loading else [], 1e3)
    yield "\nImports, the start of Python taken off, in milliseconds:\n"
    yield from _by_size([results.imports] if results.imports else [], 1e3)
    yield from _start(results)
    yield "\n## How each takes part\n"
    yield from _table(("engine", "form"), results.forms.items())
    yield from _missing(results)
    yield "\n## The rule sets\n"
    yield "Rules compare no input twice; each number, amount and date has eight constants in the whole rule set.\n"
    described = results.described.items()
    yield from _table(
        ("rules", "definitions", "distinct comparisons"),
        ((str(rules), str(one["definitions"]), str(one["comparisons"])) for rules, one in described),
    )
    yield "\n## The machine\n"
    yield from _table(("", ""), [*results.machine.items(), *results.versions.items()])


def _aim(one: Aim) -> tuple[str, ...]:
    bound = "at least" if one.more else "at most"
    found = "not measured" if one.found is None else f"{_figure(one.found)} {one.unit}"
    verdict = {True: "met", False: "**not met**", None: ""}[one.met]
    return one.text, f"{bound} {_figure(one.aim)} {one.unit}", found, verdict


def _by_size(measured: Sequence[Measured], unit: float, to: str | None = None) -> Iterator[str]:
    names = list(dict.fromkeys(name for one in measured for name in one.times))
    if not names:
        missing = {f"{name}: {why}" for one in measured for name, why in one.missing.items()}
        yield f"Not measured. {'; '.join(sorted(missing))}"
        return

    def cell(one: Measured, name: str) -> str:
        spent = median(one.times, name)
        if spent is None:
            return "–"
        times = ratio(one.times, name, to) if to and name != to else None
        return f"{_figure(spent * unit)}{'' if times is None else f' ({_figure(times)} ×)'}"

    last = measured[-1]
    names.sort(key=lambda name: median(last.times, name) or float("inf"))
    heads = [f"{number(one.size)} rules" if one.size else "" for one in measured]
    yield from _table(("", *heads), ((_shown(name), *(cell(one, name) for one in measured)) for name in names))


def _unknown(results: Results) -> Iterator[str]:
    found = results.unknown
    if found is None:
        return
    names = [name for name in found.times if not name.endswith(UNKNOWN_MARK)]
    rows = []
    for name in names:
        complete, partial = median(found.times, name), median(found.times, f"{name}{UNKNOWN_MARK}")
        times = ratio(found.times, f"{name}{UNKNOWN_MARK}", name)
        if complete and partial and times:
            rows.append((_shown(name), _figure(complete), _figure(partial), f"{_figure(times)} ×"))
    yield from _table(("", "complete", "15 % unknown", "ratio"), rows)


def _loading(measured: Sequence[Measured]) -> Iterator[str]:
    names = list(dict.fromkeys(name for one in measured for name in one.loading))
    yield from _table(
        ("", *(f"{number(one.size)} rules" for one in measured)),
        (
            (_shown(name), *(_figure(one.loading[name] * 1000) if name in one.loading else "–" for one in measured))
            for name in names
        ),
    )


def _start(results: Results) -> Iterator[str]:
    found = results.batch_start
    spent = median(found.times, "ruleset batch") if found else None
    if spent is not None:
        yield f"\n`ruleset batch` on one case, 300 rules, from the command to its end: {spent * 1000:.0f} ms.\n"
    elif found:
        yield f"\n`ruleset batch` was not measured: {found.missing.get('ruleset batch', '')}\n"


def _missing(results: Results) -> Iterator[str]:
    every = [*results.one_case, *results.by_rules, *results.growth.values(), *results.changed, *results.explained]
    every += [one for one in (results.batch, results.unknown, results.imports, results.loading) if one]
    told: dict[tuple[str, str], list[int]] = {(name, why): [] for one in every for name, why in one.missing.items()}
    for one in every:
        for name, why in one.missing.items():
            if one.size not in told[name, why]:
                told[name, why].append(one.size)
    if told:
        yield "\nNot measured:\n"
        for (name, why), sizes in told.items():
            where = ", ".join(str(size) for size in sorted(sizes) if size)
            yield f"- {name}{f' ({where} rules)' if where else ''}: {why}"


def _pictures(results: Results) -> dict[str, str]:
    rules, cases = "rules", "cases"
    growth = {count: one.times for count, one in results.growth.items()}
    names = dict.fromkeys(name for times in growth.values() for name in times)
    return {
        "one-case": chart("One case, by the number of rules", rules, "µs", _lines(results.one_case, 1e6)),
        "batch-rules": chart(
            f"{number(results.by_rules_count)} cases, by the number of rules", rules, "s",
            _lines(results.by_rules, 1),
        ),
        "batch-cases": chart("300 rules, by the number of cases", cases, "s", {
            name: [(count, found) for count, times in growth.items() if (found := median(times, name))]
            for name in names
        }),
    }  # fmt: skip


def _or_dash(value: float | None, unit: float) -> str:
    return "–" if value is None else _figure(value * unit)


def _lines(measured: Sequence[Measured], unit: float) -> Mapping[str, list[tuple[float, float]]]:
    names = dict.fromkeys(name for one in measured for name in one.times)
    return {
        name.replace("`", ""): [(one.size, found * unit) for one in measured if (found := median(one.times, name))]
        for name in names
    }


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _shown(name: str) -> str:
    return f"**{name}**" if name.startswith("ours") else name


def _figure(value: float) -> str:
    """Return three significant figures.

    >>> [_figure(value) for value in (0.0123, 1.0, 7.456, 41234.5)]
    ['0.0123', '1', '7.46', '41 200']
    """
    if value >= 1000:
        return f"{float(f'{value:.3g}'):,.0f}".replace(",", " ")
    return f"{value:.3g}"
