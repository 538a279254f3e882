"""What a person types, understood: the value, how it was understood, or a kind word about what is wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from typing import Final

import attrs

from ruleset import texts
from ruleset.model import Question
from ruleset.types import UNKNOWN, Value, decimal_text, decimals_of
from ruleset.wording import Voice

_EXAMPLE_DAY: Final = dt.date(2026, 11, 23)
_MAX_DIGITS: Final = 15


class NotUnderstoodError(ValueError):
    """What was typed is not an answer to the question; the message is for the person."""


@attrs.frozen
class Understood:
    """An answer: `raw` is what the interview takes, `echo` says in words what was understood."""

    raw: object
    echo: str


def understand(question: Question, text: str, voice: Voice) -> Understood:
    """Return what was typed as an answer to a question.

    Raises:
        NotUnderstoodError: it is none.
    """
    _ = voice.ui
    text = text.strip()
    if not text:
        raise NotUnderstoodError(_("Écrivez une réponse, ou choisissez « Je ne sais pas »."))
    try:
        return _READERS[question.type.kind](question, text, voice)
    except texts.UnreadableTextError as error:
        raise NotUnderstoodError(str(error)) from None


def _day(_question: Question, text: str, voice: Voice) -> Understood:
    day = texts.parse_date(text, voice.locale)
    return Understood(day, texts.format_date(day, voice.locale, "full"))


def _text(_question: Question, text: str, _voice: Voice) -> Understood:
    return Understood(text, "")


def _number(question: Question, text: str, voice: Voice) -> Understood:
    _ = voice.ui
    unit = voice.own(question.unit)
    if question.type.kind == "money":
        value = (
            texts.parse_money(text, question.currency, voice.locale) if question.currency else _bare(text, "", voice)
        )
        allowed: int | None = 2
    else:
        value = _bare(text, unit, voice)
        allowed = 0 if question.type.kind == "integer" else question.domain.decimals
    decimals = decimals_of(value) or 0
    if allowed == 0 and decimals:
        raise NotUnderstoodError(_("Écrivez un nombre entier, sans virgule."))
    if allowed is not None and decimals > allowed:
        raise NotUnderstoodError(_("Il y a trop de décimales : {n} au plus.").format(n=allowed))
    if sum(sign.isdigit() for sign in decimal_text(value)) > _MAX_DIGITS:
        raise NotUnderstoodError(_("Ce nombre est trop long : {n} chiffres au plus.").format(n=_MAX_DIGITS))
    minimum, maximum = question.domain.minimum, question.domain.maximum
    shown = voice.number(value, question.type, question.unit)
    if minimum is not None and value < minimum:
        least = voice.number(minimum, question.type, question.unit)
        raise NotUnderstoodError(_("{value}, c'est trop peu : au moins {limit}.").format(value=shown, limit=least))
    if maximum is not None and value > maximum:
        most = voice.number(maximum, question.type, question.unit)
        raise NotUnderstoodError(_("{value}, c'est trop : au plus {limit}.").format(value=shown, limit=most))
    return Understood(decimal_text(value), shown)


def _bare(text: str, unit: str, voice: Voice) -> Fraction:
    """Return a number typed with or without its unit."""
    if unit and text.casefold().endswith(unit.casefold()):
        text = text[: -len(unit)]
    return texts.parse_number(text, voice.locale)


_READERS: Final[dict[str, Callable[[Question, str, Voice], Understood]]] = {
    "integer": _number,
    "number": _number,
    "money": _number,
    "date": _day,
    "text": _text,
}


def typed(value: Value, voice: Voice) -> str:
    """Return an answer as one would type it, to be edited."""
    if value is UNKNOWN or value is None:
        return ""
    if isinstance(value, dt.date):
        return texts.format_date(value, voice.locale, "short")
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return texts.format_number(value, voice.locale)
    return str(value)


def example(question: Question, voice: Voice) -> str:
    """Return an example of what may be typed, as a hint in the empty field."""
    _ = voice.ui
    kind = question.type.kind
    if kind == "date":
        short, long = (texts.format_date(_EXAMPLE_DAY, voice.locale, form) for form in ("short", "long"))
        return _("par exemple {short} ou {long}").format(short=short, long=long)
    if kind == "integer":
        return _("un nombre entier")
    if kind in ("number", "money"):
        number = texts.format_number(Fraction("1234.5"), voice.locale)
        return _("un nombre, par exemple {number}").format(number=number)
    return ""
