"""The words and signs that all screens share. Signs are one column wide and never stand without a word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ruleset.texts import N_

Translate = Callable[[str], str]

SIGNS: Final[Mapping[str, str]] = {
    "blocking": "✗",
    "risk": "!",
    "caution": "▲",
    "advice": "→",
    "info": "i",
    "ok": "✓",
}
OPEN_SIGN: Final = "?"

VERDICTS: Final[Mapping[str, str]] = {
    "blocking": N_("Un point au moins est bloquant : il faut le régler avant d'aller plus loin."),
    "risk": N_("Aucun point bloquant n'est établi, mais un risque au moins demande une décision."),
    "caution": N_("Aucun point bloquant n'est établi ; un point au moins demande de la prudence."),
    "advice": N_("Aucun point bloquant n'est établi ; quelques conseils peuvent vous aider."),
    "ok": N_("Rien ne s'y oppose, dans ce que ce questionnaire regarde."),
}
SO_FAR: Final = N_("Rien de défavorable n'est établi jusqu'ici.")
UNSETTLED: Final = N_("Avec ce que vous avez répondu, rien n'est encore établi.")
DISCLAIMER: Final = N_("Information générale avec ses sources : ceci n'est pas un conseil juridique.")

_KEYS: Final[Mapping[str, str]] = {
    "enter": N_("entrée"),
    "escape": N_("échap"),
    "space": N_("espace"),
    "delete": N_("suppr"),
    "insert": N_("inser"),
    "tab": N_("tab"),
}
_ARROWS: Final[Mapping[str, str]] = {"left": "←", "right": "→", "up": "↑", "down": "↓"}


def key_name(key: str, translate: Translate) -> str:
    """Return a key as people name it: `F1`, `alt+←`, `échap`.

    >>> key_name("alt+left", str), key_name("f1", str), key_name("ctrl+p", str), key_name("escape", str)
    ('alt+←', 'F1', 'ctrl+p', 'échap')
    """
    *modifiers, last = key.split("+")
    if last in _ARROWS:
        last = _ARROWS[last]
    elif last in _KEYS:
        last = translate(_KEYS[last])
    elif last[:1] == "f" and last[1:].isdigit():
        last = last.upper()
    return "+".join([*modifiers, last])


def bar(share: float, width: int) -> str:
    """Return a progress bar of text.

    >>> bar(0.5, 8)
    '━━━━╌╌╌╌'
    """
    done = round(max(0.0, min(1.0, share)) * width)
    return "━" * done + "╌" * (width - done)
