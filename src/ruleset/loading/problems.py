"""What is wrong with a file: every problem has its place, the line itself and, where one is near, a suggestion."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import attrs

from ruleset.model import Where


@attrs.frozen(order=True)
class Problem:
    """One mistake in a file; `warning` marks those that do not prevent use."""

    where: Where
    message: str
    line: str = ""
    warning: bool = False

    def __str__(self) -> str:
        """The problem on one line, `file:line:column: message`, followed by the line of the file where known."""
        label = "avertissement : " if self.warning else ""
        text = f"{self.where}: {label}{self.message}"
        if self.line.strip():
            pointer = " " * max(self.where.column - 1, 0) + "^" if self.where.column else ""
            text += f"\n    {self.line}" + (f"\n    {pointer}" if pointer else "")
        return text


class RulesetError(Exception):
    """Base of the errors that the library raises for bad input."""


class LoadError(RulesetError):
    """A rule set or a case that cannot be used; `problems` holds all of them, by file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@attrs.frozen(eq=False, slots=False)
class Document:
    """The text of a file, for places and for the lines shown in problems."""

    file: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text."""
        return self.text.split("\n")

    def line(self, number: int) -> str:
        """Return a line by its number from 1, shortened."""
        return self.lines[number - 1].rstrip("\r")[:200] if 0 < number <= len(self.lines) else ""


class Problems:
    """Collects the problems of one loading."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self.documents: dict[str, Document] = {}

    def add(self, where: Where, message: str, *, warning: bool = False) -> None:
        """Note a problem at a place."""
        document = self.documents.get(where.file)
        self.found.append(Problem(where, message, document.line(where.line) if document else "", warning))

    @property
    def errors(self) -> list[Problem]:
        """The problems that prevent use."""
        return [problem for problem in self.found if not problem.warning]

    def raise_errors(self) -> None:
        """Raise what was found, if it prevents use.

        Raises:
            LoadError: something is wrong.
        """
        if self.errors:
            raise LoadError(self.errors)
