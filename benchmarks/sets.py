"""Rule sets of a chosen size for the measurements: questions, dated parameters, definitions, tables, rules with texts."""

# ruff: noqa: INP001, S311, E501

from __future__ import annotations

import os
import platform
import random
from pathlib import Path

QUESTIONS_FOR_TEN_RULES = 3


def write(folder: Path, rules: int, seed: int = 7) -> Path:
    """Write a rule set of so many rules, most of which read two or three answers, some a definition or a table."""
    chance = random.Random(seed)
    count = max(6, rules * QUESTIONS_FOR_TEN_RULES // 10)
    kinds = ["yes_no", "yes_no", "integer", "choice", "money", "date"]
    lines = [
        "ruleset: mesure",
        "title: Mesure",
        "version: 1.0.0",
        "currency: EUR",
        "sources: {S: {title: Source}}",
        "questions:",
    ]
    names = []
    for n in range(count):
        kind = kinds[n % len(kinds)]
        names.append((f"q{n}", kind))
        more = ", choices: {a: A, b: B, c: C}" if kind == "choice" else ""
        asked = f", ask_when: q{n - n % 6}" if n % 6 == 2 else ""
        lines.append(f"  q{n}: {{ask: Question numéro {n} ?, type: {kind}{more}{asked}, why: Parce que.}}")
    lines += [
        "parameters:",
        *(f"  p{n}: {{type: money, values: {{2020-01-01: {n}, 2026-01-01: {n + 5}}}, source: S}}" for n in range(10)),
    ]
    lines.append("definitions:")
    for n in range(max(4, rules // 5)):
        lines.append(f"  d{n}: {comparison(chance, names)} and {comparison(chance, names)}")
    lines += ["tables:", *(table(n, names) for n in range(max(1, rules // 40)))]
    lines.append("rules:")
    definitions = max(4, rules // 5)
    for n in range(rules):
        parts = [comparison(chance, names) for _ in range(chance.choice((2, 2, 3)))]
        parts.append(f"d{chance.randrange(definitions)}" if n % 3 == 0 else parts[0])
        severity = chance.choice(("blocking", "risk", "caution", "advice", "info"))
        lines += [
            f"  R{n}:",
            f"    when: {parts[0]} and ({parts[1]} or {parts[-1]})",
            *([f"    unless: {comparison(chance, names)}"] if n % 5 == 0 else []),
            f"    then: {{finding: {severity}, say: 'Conclusion {n}', do: 'À faire.', source: S}}",
        ]  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rules.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def comparison(chance: random.Random, names: list[tuple[str, str]]) -> str:
    """Return a comparison of one answer."""
    name, kind = chance.choice(names)
    if kind == "yes_no":
        return name
    if kind == "choice":
        return f'{name} == "{chance.choice("abc")}"'
    if kind == "integer":
        return f"{name} > {chance.randrange(10)}"
    return f"{name} > p{chance.randrange(10)}" if kind == "money" else f"{name} < on + months({chance.randrange(12)})"


def table(number: int, names: list[tuple[str, str]]) -> str:
    """Return a table over one choice."""
    choice = next(name for name, kind in names if kind == "choice")
    rows = ", ".join(f"{{when: [{one}], value: {n}}}" for n, one in enumerate("abc"))
    return f"  t{number}: {{policy: highest, inputs: [{choice}], rows: [{rows}]}}"


def machine() -> str:
    """Return what the figures were measured on."""
    return f"{platform.machine()}, {os.cpu_count()} cœurs, Python {platform.python_version()}, charge {os.getloadavg()[0]:.1f}"
