"""Hypothesis strategies: whole rule sets as YAML text, and partial or complete cases of a rule set."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs
import yaml

from ruleset.model import Case, Question, Record, RuleSet
from ruleset.testing.expressions import Draw, Scope, Writer
from ruleset.testing.values import Constants, constants, values_of
from ruleset.types import SEVERITIES, Value

try:
    from hypothesis import strategies as st
except ImportError as error:
    raise ImportError("ruleset.testing.strategies a besoin de Hypothesis : pip install hypothesis") from error

KINDS = ("yes_no", "choice", "number", "choices", "integer", "money", "date", "text")
IDS = ("a", "b", "c")
POLICIES = ("first", "unique", "any", "highest", "lowest", "sum", "collect")
Data = dict[str, Any]


@st.composite
def rule_sets(draw: Draw, *, knowledge: bool = True, assume: bool = True, size: int = 3) -> str:
    """Draw a rule set as the text of one YAML file, with small domains, that loads without a problem.

    Args:
        draw: given by Hypothesis.
        knowledge: whether rules may use `known` and `open_findings`.
        assume: whether questions may have an assumption.
        size: how many questions, definitions and rules at most, give or take one.
    """
    return yaml.safe_dump(
        _Drawing(draw, knowledge=knowledge, assume=assume, size=size).sections(),
        sort_keys=False,
        allow_unicode=True,
        width=1000,
    )


@attrs.define
class _Drawing:
    draw: Draw
    knowledge: bool
    assume: bool
    size: int
    scope: Scope = attrs.field(factory=Scope)
    numbers: int = 0

    def sections(self) -> Data:
        """Return the sections of the file, in an order in which each names only what stands before it."""
        found: Data = {
            "ruleset": "essai", "title": "Essai", "version": "1.0.0", "currency": "EUR",
            "sources": {"S": {"title": "S"}},
            "questions": {f"q{n}": self.question(f"q{n}", self.scope) for n in range(self.count(1, self.size + 1))},
        }  # fmt: skip
        found["parameters"] = {f"p{n}": self.parameter(f"p{n}") for n in range(self.count(0, 2))}
        if self.maybe():
            found["records"] = {"fiche": self.record()}
        self.scope.knowledge = self.knowledge and self.maybe()
        found["definitions"] = {f"d{n}": self.definition(f"d{n}") for n in range(self.count(0, self.size))}
        found["tables"] = {f"t{n}": self.table(f"t{n}") for n in range(self.count(0, 1))}
        found["options"] = {id: f"Option {id}" for id in IDS[: self.count(0, 2)]}
        found["rules"] = {
            f"R{n}": self.rule(f"R{n}", list(found["options"])) for n in range(self.count(1, self.size + 1))
        }
        return found

    def count(self, least: int, most: int) -> int:
        return self.draw(st.integers(least, most))  # type: ignore[no-any-return]

    def maybe(self) -> bool:
        return self.draw(st.booleans())  # type: ignore[no-any-return]

    def pick(self, options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def writer(self, scope: Scope | None = None) -> Writer:
        return Writer(self.draw, self.scope if scope is None else scope)

    def question(self, id: str, own: Scope, outer: Scope | None = None) -> Data:
        """Return a question whose condition may name those before it."""
        kind = self.pick(KINDS)
        found: Data = {"ask": f"Question {id} ?", "type": kind}
        seen = own.joined(Scope()) if outer is None else outer.joined(own.of("fiche"))
        seen.rules, seen.knowledge, seen.plurals = [], False, {}
        if kind in ("choice", "choices"):
            found["choices"] = {id: f"Choix {id}" for id in IDS[: self.pick((3, 2))]}
        if kind in ("integer", "number", "money"):
            found |= {"min": 0, "max": 4}
        if self.pick((False, False, True)):
            found["optional"] = True
        if self.pick((False, False, True)):
            found["ask_when"] = self.writer(seen).truth(1)
        elif self.assume and kind in ("yes_no", "integer") and self.maybe():
            found["assume"] = {"yes_no": True, "integer": 2}[kind]
        own.add(kind, id, tuple(found.get("choices", ())))
        return found

    def parameter(self, id: str) -> Data:
        """Return a parameter with two dated values, for keys or not."""
        kind = self.pick(("number", "date", "money"))
        one, two = {"date": ("2026-01-01", "2026-06-01")}.get(kind, (1, 3))
        found: Data = {"type": kind, "source": "S"}
        if kind == "number" and self.maybe():
            found |= {
                "keys": list(IDS[:2]),
                "values": {"2025-01-01": {"a": one, "b": two}, "2026-06-01": {"a": two, "b": one}},
            }
            self.scope.keyed[id] = IDS[:2]
        else:
            found["values"] = {"2025-01-01": one, "2026-06-01": two}
            self.scope.add(kind, f"{id}.at({self.writer().date(0)})" if self.maybe() else id)
        if self.maybe():
            found["until"] = "2026-12-31"
        return found

    def record(self) -> Data:
        """Return a record type with one or two questions."""
        fields = Scope()
        found = {
            "title": "Fiche", "plural": "fiches",
            "questions": {f"f{n}": self.question(f"f{n}", fields, self.scope) for n in range(self.count(1, 2))},
        }  # fmt: skip
        self.scope.plurals["fiches"] = fields
        return found

    def inside(self) -> tuple[Data, Scope]:
        """Return `for:` a record type or nothing, and the scope there."""
        if "fiches" in self.scope.plurals and self.maybe():
            fields = self.scope.plurals["fiches"]
            return {"for": "fiche"}, attrs.evolve(self.scope.joined(fields.of("fiche")), plurals={})
        return {}, self.scope

    def definition(self, id: str) -> Data:
        """Return a definition by an expression or by cases, with or without a label."""
        head, scope = self.inside()
        writer, kind = self.writer(scope), self.pick(("yes_no", "number", "date", "choice"))
        if self.maybe():
            found: Data = head | {"value": writer.write(kind)}
        else:
            cases = [{"when": writer.truth(1), "value": writer.write(kind, 1)} for _ in range(self.count(1, 2))]
            found = head | {"cases": cases, "otherwise": writer.write(kind, 0)}
        return self.named(found, id, kind)

    def named(self, found: Data, id: str, kind: str) -> Data:
        target = self.scope.plurals["fiches"] if "for" in found else self.scope
        target.add(kind, id, IDS if kind == "choice" else ())
        declared = {"type": "choice", "choices": {id: f"Choix {id}" for id in IDS}} if kind == "choice" else {}
        return found | declared | ({"label": f"Valeur {id}"} if self.maybe() else {})

    def table(self, id: str) -> Data:
        """Return a table of any policy, over one input and one more condition."""
        head, scope = self.inside()
        writer, policy = self.writer(scope), self.pick(POLICIES)
        found: Data = head | {"policy": policy, "inputs": [writer.number("number", 0)]}
        cells = ("-", "1", "0 | 2", ">= 2", "1 .. 2", "not 1", "none")
        found["rows"] = [
            {"when": [self.pick(cells)], "value": writer.number("number", 0)}
            | ({"if": writer.truth(0)} if self.maybe() else {})
            | ({"from": "2026-06-01"} if self.maybe() else {})
            for _ in range(self.count(1, 3))
        ]
        if policy not in ("sum", "collect") and self.maybe():
            found["otherwise"] = writer.number("number", 0)
        return self.named(found, id, "list" if policy == "collect" else "number")

    def rule(self, id: str, options: list[str]) -> Data:
        """Return a rule with what can follow from it."""
        head, scope = self.inside()
        writer = self.writer(scope)
        found: Data = head | {"when": writer.truth(2)}
        if self.pick((False, False, True)):
            found["unless"] = writer.truth(1)
        if self.pick((False, False, True)):
            found["valid"] = {"from": "2026-03-01", "by": writer.date(0)} if self.maybe() else {"until": "2026-06-30"}
        found["then"] = self.conclusion(writer, options, holes=list(scope.names.get("number", ())))
        self.scope.rules.append(id)
        return found

    def conclusion(self, writer: Writer, options: list[str], holes: list[str]) -> Data:
        kinds = ("finding", "finding", "finding", "task", *(("exclude", "favour") if options else ()))
        kind = self.pick(kinds)
        said = "Message" + (f" {{{self.pick(holes)}}}" if holes and self.maybe() else "")
        if kind == "finding":
            found: Data = {"finding": self.pick(SEVERITIES), "say": said, "source": "S"}
            if self.maybe():
                found["cases"] = [{"when": writer.truth(1), "finding": self.pick(SEVERITIES), "say": "Autre"}]
            return found
        if kind == "task":
            return {"task": said, "source": "S"} | ({"due": writer.date(1)} if self.maybe() else {})
        if kind == "exclude":
            return {"exclude": self.pick(options), "say": said, "source": "S"}
        return {"favour": {self.pick(options): writer.number("number", 1)}, "say": said, "source": "S"}


@st.composite
def cases(draw: Draw, ruleset: RuleSet, *, complete: bool = False, most: int = 2) -> Case:
    """Draw a case of a rule set, its answers next to the thresholds of the rules.

    Args:
        draw: given by Hypothesis.
        ruleset: the rule set.
        complete: whether every question is answered, those that are not asked included.
        most: how many records of a type at most.
    """
    known = constants(ruleset)
    days = sorted({day for one in known.days for day in (one, one - dt.timedelta(days=1))} | {dt.date(2026, 3, 1)})
    on = draw(st.sampled_from(days))
    records: dict[str, tuple[Record, ...]] = {}
    for record in ruleset.records.values():
        if record.rows is None and (complete or draw(st.booleans())):
            count = draw(st.integers(0, most))
            records[record.id] = tuple(
                _answers(draw, record.fields.values(), known, complete=complete) for _ in range(count)
            )
    return Case(ruleset.id, on, _answers(draw, ruleset.questions.values(), known, complete=complete), records)


def _answers(draw: Draw, questions: Any, known: Constants, *, complete: bool) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for question in questions:
        if complete or draw(st.booleans()):
            found[question.id] = draw(answers(question, known))
    return found


def answers(question: Question, known: Constants) -> st.SearchStrategy[Value]:
    """Draw an answer to a question, next to the constants of its rule set."""
    return st.sampled_from(values_of(question, known))
