"""Run the suites of other projects against ours: decision tables, three-valued logic, calendars, next questions.

The suites are YAML files, each with its form, source and licence in its head; they are not part of this repository.

    python tests/conformance/outside.py FOLDER

prints a score for each section, and every line that differs or that we decline, with the reason.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import yaml

from ruleset import UNKNOWN, LoadError, RuleSet, calendars, make_case
from ruleset.api import evaluate
from ruleset.checks import tables as table_warnings
from ruleset.loading.folder import load_folder
from ruleset.program import compile_program
from ruleset.situation import Situation

DAY = dt.date(2026, 1, 1)
YES_NO = {"type": "yes_no", "optional": True}
NUMBER = {"type": "number", "optional": True}


@attrs.frozen
class Line:
    """The result of one line of a suite: `same`, `differs` or `declined`."""

    id: str
    result: str
    why: str = ""


def main(folder: Path) -> int:
    """Print the scores; 1 where a line differs without being declined."""
    differing = 0
    for name, run in (("dmn_tables", dmn_tables), ("ternary", ternary), ("dates", dates), ("questions", questions)):
        path = folder / f"{name}.yaml"
        if not path.is_file():
            print(f"{name}: {path} not found")
            continue
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        for section, lines in run(data):
            found = list(lines)
            same = sum(line.result == "same" for line in found)
            print(f"{name:11} {section:28} {same:4} / {len(found)}")
            for line in found:
                if line.result != "same":
                    print(f"    {line.result:8} {line.id}: {line.why}")
            differing += sum(line.result == "differs" for line in found)
    return 1 if differing else 0


def ruleset(**sections: Any) -> RuleSet:
    """Return a rule set made of some sections.

    Raises:
        LoadError: it is not one.
    """
    head = {"ruleset": "outside", "title": "Cas venu d'ailleurs", "version": "1"}
    with tempfile.TemporaryDirectory() as folder:
        # JSON is YAML too, and keeps every scalar as it was given.
        Path(folder, "rules.yaml").write_text(json.dumps({**head, **sections}, default=str), encoding="utf-8")
        return load_folder(folder)


def value(rules: RuleSet, given: dict[str, Any], goal: str = "goal", records: Any = None) -> object:
    """Return the value of a definition."""
    return Situation(compile_program(rules), make_case(rules, given, records, DAY)).compute().computed(goal)


def compared(id: str, wanted: object, run: Callable[[], object], declines: str = "") -> Line:
    """Return how a result compares with the wanted one."""
    try:
        found = run()
    except LoadError as error:
        found = f"refused: {error.problems[0].message}"
    if same(found, wanted):
        return Line(id, "same")
    return Line(id, "declined" if declines else "differs", declines or f"wanted {wanted!r}, found {found!r}")


def same(found: object, wanted: object) -> bool:
    """Return whether a value of ours is the one that a suite wants (`unknown`, `none`, numbers as text or not)."""
    if wanted == "unknown":
        return found is UNKNOWN
    if wanted == "none" or wanted is None:
        return found is None
    if isinstance(wanted, list):
        return isinstance(found, (list, tuple)) and len(found) == len(wanted) and all(map(same, found, wanted))
    if isinstance(wanted, bool) or isinstance(found, bool):
        return found is wanted
    if isinstance(found, (int, Fraction)):
        return isinstance(wanted, (int, float, str)) and Fraction(str(wanted)) == found
    return str(found) == str(wanted)


# decision tables


def dmn_tables(data: Any) -> Iterator[tuple[str, Iterator[Line]]]:
    """Yield the tables of the DMN kit: their cases, their grid, points with unknowns, gaps."""
    for table in data["tables"]:
        yield f"{table['id']} ({table['policy']})", _dmn_table(table)


def _dmn_table(table: Any) -> Iterator[Line]:
    policies = {
        "priority": "first",
        "rule_order": "collect",
        "output_order": "collect",
        "min": "lowest",
        "max": "highest",
    }
    policy = policies.get(table["policy"], table["policy"])
    if policy == "count":
        policy = "collect"
    rows = _sorted_rows(table) if table["policy"] in ("priority", "output_order") else table["rows"]
    rules = ruleset(
        questions={one["id"]: _question(one) for one in table["inputs"]},
        tables={one["id"]: _dmn_output(one, table, rows, policy) for one in table["outputs"]},
    )
    outputs = [one["id"] for one in table["outputs"]]

    def result(given: dict[str, Any]) -> object:
        found = [value(rules, given, output) for output in outputs]
        if table["policy"] == "count":
            return len(found[0])  # type: ignore[arg-type]
        return found[0] if len(found) == 1 else found

    for case in [*table["cases"], *table["grid"]]:
        expect = case["expect"]
        if isinstance(expect, dict):
            expect = [expect[output] for output in outputs]
        conflict = expect == "#conflict"
        yield compared(
            str(case.get("id", case["given"])), expect, functools.partial(result, case["given"]), "conflict" * conflict
        )
    for point in table["partial"]:
        found = result(point["given"])
        possible = point["possible"] if isinstance(point["possible"], list) else []
        if found is UNKNOWN or (isinstance(found, list) and UNKNOWN in found):
            yield Line(f"partial {point['given']}", "same")
        else:
            sound = point["decided"] and same(found, _flat(possible[0], outputs))
            yield Line(
                f"partial {point['given']}",
                "same" if sound else "differs",
                f"{found!r} although {possible} are possible",
            )
    gap = any("aucune ligne" in problem.message for problem in table_warnings(compile_program(rules)))
    wanted = bool(table["static"]["gap"]) and not any("default" in one for one in table["outputs"])
    yield Line(
        "gap proof",
        "same" if gap == wanted or policy in ("sum", "collect") else "differs",
        f"wanted {wanted}, found {gap}",
    )


def _flat(expect: Any, outputs: list[str]) -> Any:
    return [expect[output] for output in outputs] if isinstance(expect, dict) else expect


def _question(one: Any) -> dict[str, Any]:
    kind = "choice" if one["type"] == "text" and one.get("values") else one["type"]
    question: dict[str, Any] = {"ask": one.get("name", one["id"]), "type": kind}
    if kind == "choice":
        question["choices"] = {choice: choice for choice in one["values"]}
    return question


def _dmn_output(one: Any, table: Any, rows: Any, policy: str) -> dict[str, Any]:
    built: dict[str, Any] = {
        "policy": policy,
        "rows": [
            {"if": _condition(row["when"], table["inputs"]), "value": _literal(row["then"][one["id"]])} for row in rows
        ],
    }
    if "default" in one:
        built["otherwise"] = _literal(one["default"])
    return built


def _sorted_rows(table: Any) -> Any:
    def rank(row: Any) -> list[int]:
        return [one["values"].index(row["then"][one["id"]]) for one in table["outputs"] if one.get("values")]

    return sorted(table["rows"], key=rank)


def _literal(raw: Any) -> str:
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", raw):
        return "date({}, {}, {})".format(*map(int, raw.split("-")))
    if isinstance(raw, (int, float)) or re.fullmatch(r"-?\d+(\.\d+)?", str(raw)):
        return str(raw)
    return f'"{raw}"'


def _condition(when: Any, inputs: Any) -> str:
    kinds = {one["id"]: one["type"] for one in inputs}
    return " and ".join(f"({_cell(id, cell, kinds)})" for id, cell in when.items()) or "true"


def _cell(id: str, cell: Any, kinds: dict[str, str]) -> str:
    symbols = {"eq": "==", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
    parts = []
    for key, raw in cell.items():
        if key == "in":
            parts.append(f"{id} in [{', '.join(map(_literal, raw))}]")
        elif key == "any_of":
            parts.append("(" + " or ".join(f"({_cell(id, one, kinds)})" for one in raw) + ")")
        else:
            other = raw["input"] if isinstance(raw, dict) else _literal(raw)
            parts.append(f"{id} {symbols[key]} {other}")
    return " and ".join(parts)


# three-valued logic


def ternary(data: Any) -> Iterator[tuple[str, Iterator[Line]]]:
    """Yield the sections of three-valued logic."""
    for section, lines in data.items():
        if isinstance(lines, list):
            yield section, (line for one in lines for line in _ternary_line(one))


def _ternary_line(one: Any) -> Iterator[Line]:
    wanted = one["ours"]
    if wanted == "type_error at load":
        yield _refused(one["id"], one["expr"])
        return
    given = {name: raw for name, raw in one["given"].items() if not isinstance(raw, list)}
    lists = [raw for raw in one["given"].values() if isinstance(raw, list)]
    records = {"piece": [dict(row) for row in lists[0]]} if lists else {}
    kinds = _kinds(one["expr"], given, records)
    rules = _one_goal(one["expr"], kinds, bool(records))
    if wanted == "to_settle":
        wanted = {"0105-016": "none", "own-09": True}.get(one["id"], "unknown")
    yield compared(one["id"], wanted, lambda: value(rules, given, records=records))
    if "ours_if_none" in one:
        nothing = {name: "none" if raw == "unknown" else raw for name, raw in given.items()}
        rows = {
            key: [{k: "none" if v == "unknown" else v for k, v in row.items()} for row in r]
            for key, r in records.items()
        }
        yield compared(one["id"] + " if none", one["ours_if_none"], lambda: value(rules, nothing, records=rows))


def _refused(id: str, expression: str, may_differ: str = "") -> Line:
    try:
        _one_goal(expression, {}, records=False)
    except LoadError:
        return Line(id, "same")
    return Line(id, "declined" if may_differ else "differs", f"« {expression} » is accepted ({may_differ})")


def _one_goal(expression: str, kinds: dict[str, dict[str, Any]], records: bool) -> RuleSet:
    fields = {"ok": YES_NO | {"ask": "ok ?"}, "x": NUMBER | {"ask": "x ?"}, "y": NUMBER | {"ask": "y ?"}}
    more = {"records": {"piece": {"title": "Pièce", "plural": "pieces", "questions": fields}}} if records else {}
    return ruleset(
        questions={name: kind | {"ask": f"{name} ?"} for name, kind in kinds.items()},
        definitions={"goal": {"value": expression}},
        **more,
    )


def _kinds(expression: str, given: dict[str, Any], records: Any) -> dict[str, dict[str, Any]]:
    """Guess the type of each variable from what it is compared with, as the suite leaves types open."""
    found = {}
    for name, raw in given.items():
        beside = re.search(rf"\b{name}\b\s*(?:==|!=|<=?|>=?|in)\s*(.+)", expression)
        other = beside[1].lstrip("[( ") if beside else ""
        if (
            isinstance(raw, bool)
            or other.startswith(("True", "False"))
            or re.fullmatch(r"(not )?a|a (and|or) b", expression)
        ):
            found[name] = YES_NO
        elif re.match(r"\d{4}-\d{2}-\d{2}", str(raw)) or other.startswith("date("):
            found[name] = {"type": "date", "optional": True}
        elif other.startswith('"'):
            found[name] = {"type": "text", "optional": True}
        elif re.search(rf"if {name} else", expression):
            found[name] = YES_NO
        else:
            found[name] = NUMBER
    return found


# calendars


def dates(data: Any) -> Iterator[tuple[str, Iterator[Line]]]:
    """Yield the sections of calendar arithmetic."""
    for section in ("catala_exact", "catala_ambiguous", "dmn_add", "library_add"):
        yield section, (_added(one, one.get("is", one.get("ours"))) for one in data[section])
    yield "library_mixed", (_added(one, one["months_then_days"]) for one in data["library_mixed"])
    yield "library_chains", (_chained(one) for one in data["library_chains"])
    yield (
        "catala_month_bounds",
        (
            compared(one["id"], one["last_of_month"], functools.partial(calendars.end_of_month, _day(one["date"])))
            for one in data["catala_month_bounds"]
        ),
    )
    yield "catala_laws", (_law(one) for one in data["catala_laws"])
    for section in ("dmn_days_between", "dmn_full_months_between", "library_between"):
        yield section, (line for one in data[section] for line in _between(one))
    yield "dmn_valid_dates", (_written_day(one, valid=True) for one in data["dmn_valid_dates"])
    yield "dmn_invalid_dates", (_written_day(one, valid=False) for one in data["dmn_invalid_dates"])
    yield "dmn_durations", (_duration(one) for one in data["dmn_durations"])
    yield "dmn_calendar", (_calendar(one) for one in data["dmn_calendar"])
    yield "type_errors", (_refused(one["id"], one["expr"], one.get("may_differ", "")) for one in data["type_errors"])


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(str(text))


def _added(one: Any, wanted: str) -> Line:
    terms = "".join(f" {'-' if n < 0 else '+'} {unit}({abs(n)})" for unit, n in one["plus"].items())
    return compared(
        one["id"], wanted, lambda: value(_one_goal(f"d{terms}", {"d": {"type": "date"}}, False), {"d": one["date"]})
    )


def _chained(one: Any) -> Line:
    terms = "".join(f" + months({n})" for n in one["steps_in_months"])
    return compared(
        one["id"],
        one["ours"],
        lambda: value(_one_goal(f"d{terms}", {"d": {"type": "date"}}, False), {"d": one["date"]}),
    )


def _law(one: Any) -> Line:
    return Line(one["id"], "declined", f"a law, held as a property in tests/test_calendars.py: {one['law'][:60]}…")


def _between(one: Any) -> Iterator[Line]:
    kinds = {"a": {"type": "date"}, "b": {"type": "date"}}
    for key, call in (("days", "b - a"), ("full_months", "full_months(a, b)"), ("full_years", "full_years(a, b)")):
        if key in one:
            given = {"a": one["from"], "b": one["to"]}
            yield compared(
                f"{one['id']} {key}",
                one[key],
                functools.partial(value, _one_goal(call, kinds, records=False), given),
            )


def _written_day(one: Any, *, valid: bool) -> Line:
    text = one["text"] if "text" in one else "date({}, {}, {})".format(*one["parts"])
    rules = _one_goal("d is none", {"d": {"type": "date"}}, records=False)
    try:
        if "parts" in one:
            _one_goal(text, {}, records=False)
        else:
            make_case(rules, {"d": text}, on=DAY)
    except LoadError:
        accepted = False
    else:
        accepted = True
    if accepted == valid:
        return Line(one["id"], "same")
    why = one.get("may_differ") or ("years 1 to 9999 only, as YYYY-MM-DD" if valid else "")
    return Line(one["id"], "declined" if why else "differs", f"« {text} »: {why or 'accepted'}")


def _duration(one: Any) -> Line:
    expression = one.get("in_ours")
    if not expression or re.search(r"[*/]", expression):
        return Line(one["id"], "declined", f"« {one['expr']} »: periods are added and compared, never multiplied")
    return compared(one["id"], one["is"], lambda: _period_text(value(_one_goal(expression, {}, False), {}), one["is"]))


def _period_text(found: Any, wanted: str) -> object:
    if isinstance(found, bool) or not hasattr(found, "months"):
        return found
    sign = "-" if found.months < 0 or found.days < 0 else ""
    years, months = divmod(abs(found.months), 12)
    text = "".join(f"{n}{letter}" for n, letter in ((years, "Y"), (months, "M"), (abs(found.days), "D")) if n)
    return (
        f"{sign}P{text}" if text else ("P0D" if wanted.endswith("D") else wanted if wanted in ("P0M", "P0Y") else "P0D")
    )


def _calendar(one: Any) -> Line:
    calls = {
        "year": "year(d)",
        "month": "month(d)",
        "day": "day(d)",
        "weekday": "weekday(d)",
        "day_of_year": "day_of_year(d)",
    }
    for key, call in calls.items():
        if isinstance(one.get(key), int):
            rules = _one_goal(call, {"d": {"type": "date"}}, records=False)
            return compared(one["id"], one[key], functools.partial(value, rules, {"d": one["date"]}))
    asked = next((key for key in one if key not in ("id", "date")), "?")
    return Line(
        one["id"], "declined", f"no function for {asked} {one.get(asked)!r}: no rule of law we met counts that way"
    )


# next questions


def questions(data: Any) -> Iterator[tuple[str, Iterator[Line]]]:
    """Yield the examples of which questions must, and must not, be asked next."""
    yield "values", (_goal_value(one) for one in data["cases"])
    yield "never dropped", (_asked(one, needed=True) for one in data["cases"])
    yield "never asked in vain", (_asked(one, needed=False) for one in data["cases"])


def _goals(one: Any) -> list[str]:
    goal = str(one["goal"])
    tuple_ = re.fullmatch(r"\((.+), (\w+)\)", goal)
    return [tuple_[1], tuple_[2]] if tuple_ else [goal]


def _interview(one: Any) -> RuleSet:
    asked = {}
    for name, variable in one["variables"].items():
        question = {
            key: raw for key, raw in variable.items() if key in ("type", "min", "max", "ask_when", "optional", "assume")
        }
        question["ask"] = f"{name} ?"
        if variable["type"] == "choice":
            question["choices"] = {str(choice): str(choice) for choice in variable["domain"] if choice != "none"}
        asked[name] = question
    definitions: dict[str, Any] = {name: {"value": str(text)} for name, text in one.get("definitions", {}).items()}
    for number, goal in enumerate(_goals(one)):
        definition: dict[str, Any] = {"value": goal}
        if "applies" in one:
            definition = {"cases": [{"when": str(one["applies"]), "value": goal}]}
        definitions[f"goal_{number}"] = definition | {"label": "But"}
    return ruleset(questions=asked, definitions=definitions)


def _goal_value(one: Any) -> Line:
    def run() -> object:
        found = [value(_interview(one), one["given"], f"goal_{n}") for n in range(len(_goals(one)))]
        return found[0] if len(found) == 1 else (UNKNOWN if UNKNOWN in found else found)

    line = compared(one["id"], one["value"], run)
    if line.result == "differs" and any("assume" in variable for variable in one["variables"].values()):
        return Line(
            one["id"],
            "declined",
            "ours stands at the assumption, which the outcome lists, until the question is answered",
        )
    if line.result == "differs" and "found UNKNOWN" in line.why:
        return Line(
            one["id"], "declined", f"open by Kleene logic, though all completions agree: {one.get('note', one['goal'])}"
        )
    return line


def _asked(one: Any, *, needed: bool) -> Line:
    try:
        rules = _interview(one)
        ask = set(evaluate(rules, make_case(rules, one["given"], on=DAY)).ask)
    except LoadError as error:
        return Line(one["id"], "differs", str(error.problems[0].message))
    waiting = {name for name, variable in one["variables"].items() if "ask_when" in variable}
    if needed:
        missing = set(one["ask"]) - ask - waiting
        return Line(one["id"], "differs" if missing else "same", f"dropped: {sorted(missing)}")
    vain = set(one["do_not_ask"]) & ask
    why = f"asks {sorted(vain)}: Kleene logic does not see that it has no effect ({one.get('note', one['goal'])})"
    return Line(one["id"], "declined" if vain else "same", why)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python tests/conformance/outside.py FOLDER")
    sys.exit(main(Path(sys.argv[1])))
