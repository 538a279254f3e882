"""Answers as people type them on one line: a number of the list, a label, a date of their country, an amount."""

from __future__ import annotations

import re
from fractions import Fraction

from ruleset import texts
from ruleset.model import Question
from ruleset.types import NO, YES, BadValueError, decimal_text, near
from ruleset.wording import Voice

MAX_RECORDS = 200


def read_answer(written: str, question: Question, voice: Voice) -> object:
    """Return what a question's domain reads, from what was typed.

    Raises:
        BadValueError: it is no possible answer.
        UnreadableTextError: it is not a number or a date, or could be two.
    """
    kind = question.type.kind
    if question.domain.optional and written.casefold() in (voice.ui("aucun").casefold(), "none"):
        return "none"
    if kind == "yes_no":
        return _yes_no(written, voice)
    if kind == "choice":
        return _choice(written, question, voice)
    if kind == "choices":
        parts = [part.strip() for part in written.split(",") if part.strip()]
        return [] if parts == ["0"] else [_choice(part, question, voice) for part in parts]
    if kind == "date":
        return texts.parse_date(written, voice.locale)
    if kind == "money":
        return _exact(texts.parse_money(written, question.currency, voice.locale))
    if kind in ("integer", "number"):
        return _exact(texts.parse_number(written, voice.locale))
    return written


def _yes_no(written: str, voice: Voice) -> bool:
    word = written.casefold()
    if word in YES or word in NO:
        return word in YES
    raise BadValueError(voice.ui("« {text} » : répondez oui ou non").format(text=written))


def _exact(number: Fraction) -> str:
    return decimal_text(number)


def _choice(written: str, question: Question, voice: Voice) -> str:
    """Return the id of a choice named by its number, its label or its id."""
    ids = question.type.choices or ()
    if re.fullmatch(r"\d+", written) and written not in ids:
        if 1 <= int(written) <= len(ids):
            return ids[int(written) - 1]
        message = voice.ui("« {text} » : choisissez un numéro de 1 à {n}")
        raise BadValueError(message.format(text=written, n=len(ids)))
    labels = {voice.own(question.labels.get(id, id)).casefold(): id for id in ids} | {id.casefold(): id for id in ids}
    found = labels.get(written.casefold())
    if found is None:
        message = voice.ui("« {text} » n'est pas un des choix{near}")
        raise BadValueError(message.format(text=written, near=near(written.casefold(), labels)))
    return found


def read_count(written: str, voice: Voice) -> int:
    """Return how many records there are; `aucun` is 0.

    Raises:
        BadValueError: not a number from 0 to 200.
    """
    if written.casefold() in (voice.ui("aucun").casefold(), "none"):
        return 0
    if re.fullmatch(r"\d{1,3}", written) and int(written) <= MAX_RECORDS:
        return int(written)
    raise BadValueError(voice.ui("« {text} » : écrivez un nombre de 0 à {n}").format(text=written, n=MAX_RECORDS))
