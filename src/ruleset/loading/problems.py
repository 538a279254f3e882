"""What is wrong with a file: every problem has its place, the line itself and, where one is near, a suggestion."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import attrs

from ruleset.model import Where
from ruleset.types import near

MAX_PROBLEMS = 200
MAX_SHOWN = 200
"""How many signs of a line are shown with its problem."""


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
            pointer = " " * (self.where.column - 1) + "^" if 0 < self.where.column <= MAX_SHOWN else ""
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
        return self.lines[number - 1][:MAX_SHOWN] if 0 < number <= len(self.lines) else ""


class Problems:
    """Collects the problems of one loading.

    `lost` are the names of parts that are themselves in error, and `incomplete` tells that whole sections are: what
    refers to them is not an error of its own.
    """

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}
        self.documents: dict[str, Document] = {}
        self.lost: set[str] = set()
        self.incomplete = False

    @property
    def found(self) -> list[Problem]:
        """The problems, in the order in which they were found."""
        return list(self._found)

    def add(self, where: Where, message: str, *, warning: bool = False) -> None:
        """Note a problem at a place, once.

        Raises:
            LoadError: there are so many already that more would help nobody.
        """
        document = self.documents.get(where.file)
        self._found[Problem(where, message, document.line(where.line) if document else "", warning)] = None
        if len(self._found) >= MAX_PROBLEMS:
            last = Problem(where, f"déjà {MAX_PROBLEMS} problèmes : la lecture s'arrête ici")
            raise LoadError([*self.errors, last])

    def unknown(self, where: Where, what: str, name: str, known: Iterable[object]) -> None:
        """Note a name that nothing has, unless what it names may be what is in error."""
        if not self.excuses(name):
            self.add(where, f"{what} : « {name} »{near(name, known)}")

    def excuses(self, name: str) -> bool:
        """Return whether a name is missing because of an error noted elsewhere."""
        return self.incomplete or name in self.lost or name.partition(".")[0] in self.lost

    @property
    def errors(self) -> list[Problem]:
        """The problems that prevent use."""
        return [problem for problem in self._found if not problem.warning]

    def raise_errors(self) -> None:
        """Raise what was found, if it prevents use.

        Raises:
            LoadError: something is wrong.
        """
        if self.errors:
            raise LoadError(self.errors)
