"""Texts with placeholders: `{shield_end}`, `{amount:money}`, `{n:jour|jours}`; a brace is written twice."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping

import attrs

from ruleset.expressions.tree import Node

_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^{}:]+)(?::([^{}]*))?\}|[{}]")
FORMATS = ("date", "short", "money", "number", "plain", "label")
"""Formats of placeholders: `short` is a date in figures, `plain` a number without thousands apart (a year)."""


@attrs.frozen
class Text:
    """A message: its source text (French, the message id of the catalogues) and the trees of its placeholders.

    A translation may use the same placeholders in any order.
    """

    source: str
    nodes: Mapping[str, Node] = attrs.field(factory=dict, hash=False)


@attrs.frozen
class Placeholder:
    """A hole in a text: an expression, a format (or the forms of a noun by number), its place in the text."""

    expression: str
    format: str = ""
    offset: int = 0


class TemplateError(ValueError):
    """A text with a brace that belongs to nothing; `offset` is its place."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


def split(text: str) -> Iterator[str | Placeholder]:
    """Yield the literal pieces and the placeholders of a text, in order.

    Raises:
        TemplateError: a lone brace.
    """
    position = 0
    for match in _PLACEHOLDER.finditer(text):
        yield text[position : match.start()]
        position = match.end()
        if match[0] in ("{{", "}}"):
            yield match[0][0]
        elif match[1] is None:
            raise TemplateError(
                f"accolade « {match[0]} » isolée : écrivez {{nom}} ou doublez l'accolade", match.start()
            )
        else:
            yield Placeholder(match[1].strip(), (match[2] or "").strip(), match.start(1))
    yield text[position:]


@functools.lru_cache(maxsize=4096)
def parts(text: str) -> tuple[str | Placeholder, ...]:
    """Return the literal pieces and the placeholders of a text, in order; a text is split once.

    Raises:
        TemplateError: a lone brace.
    """
    return tuple(split(text))


def placeholders(text: str) -> list[Placeholder]:
    """Return the placeholders of a text."""
    return [part for part in split(text) if isinstance(part, Placeholder)]
