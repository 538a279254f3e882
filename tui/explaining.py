"""The explanation of a finding as a tree of texts."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ruleset.explain import explain
from ruleset.explanation import Explanation, cited, line
from ruleset.expressions.evaluate import Truth
from ruleset.types import UNKNOWN
from ruleset_tui.view import Picture, clean
from ruleset_tui.words import Translate


@attrs.frozen
class Branch:
    """A line of the explanation and what it rests on."""

    text: str
    branches: tuple[Branch, ...] = ()


def explanation(picture: Picture, rule: str, number: int | None) -> Branch:
    """Return why a finding holds, is ruled out or is open."""
    voice = picture.voice
    found = explain(picture.interview.situation, rule, number)
    return Branch(_title(found, voice.ui), tuple(_branches(found, picture)))


def _title(found: Explanation, _: Translate) -> str:
    return {
        "holds": _("Pourquoi : ce qui suffit à l'établir"),
        "ruled_out": _("Pourquoi : ce qui suffit à l'écarter"),
        "open": _("Pourquoi ce n'est pas établi : ce qui manque"),
    }.get(found.status or "", _("Pourquoi"))


def _branches(found: Explanation, picture: Picture) -> Iterator[Branch]:
    for child in found.children:
        yield Branch(f"{_sign(child.truth)}{clean(line(child, picture.voice))}", tuple(_below(child, picture)))


def _below(child: Explanation, picture: Picture) -> Iterator[Branch]:
    yield from _branches(child, picture)
    yield from (Branch(f"§ {cited(source, picture.voice)}") for source in child.sources)


def _sign(truth: Truth | None) -> str:
    if truth is None:
        return ""
    return "? " if truth is UNKNOWN else "✓ " if truth else "✗ "
