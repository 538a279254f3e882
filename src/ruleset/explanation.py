"""An explanation as a value, and its views: indented text and plain data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final, Literal

import attrs

from ruleset import texts
from ruleset.expressions.evaluate import Truth
from ruleset.model import Mark, Source, Status
from ruleset.types import UNKNOWN, Severity
from ruleset.wording import Voice

Kind = Literal[
    "finding",  # a rule's conclusion: the one explained, or another that it needs
    "period", "when", "exception", "variant", "condition",  # the parts of a rule; a comparison inside one
    "all", "any",  # open conditions that are all wanted, or of which one is enough
    "answer", "assumption", "unanswered", "unasked", "later",  # what was asked
    "records", "record",  # a list of records; one of them
    "definition", "row", "parameter",  # values
]  # fmt: skip
ANSWERS: Final = frozenset({"answer", "records"})


@attrs.frozen
class Explanation:
    """Why a finding has its status, from the finding down to answers and law.

    `text` says it in words. `truth` is there for conditions, `value` (in words) for answers, parameters and values,
    `status` and `severity` for findings. `id` names the question (as in the outcome's `ask`), the definition, the
    parameter or the rule. `since` is the first day of a parameter's value. A part that was explained above is
    `repeated`, without its children. `ask` are the questions that keep an open finding open.
    """

    kind: Kind
    text: str
    id: str = ""
    truth: Truth | None = None
    value: str | None = None
    status: Status | None = None
    severity: Severity | None = None
    since: dt.date | None = None
    mark: Mark = "checked"
    sources: tuple[Source, ...] = ()
    ask: tuple[str, ...] = ()
    advice: str = ""
    repeated: bool = False
    children: tuple[Explanation, ...] = ()

    def walk(self) -> Iterator[Explanation]:
        """Yield this part and every part below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers on which it rests, each once, as the outcome's `ask` names questions."""
        return tuple(dict.fromkeys(part.id for part in self.walk() if part.kind in ANSWERS))

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The questions without an answer that it names, each once."""
        return tuple(dict.fromkeys(part.id for part in self.walk() if part.kind == "unanswered"))


def as_dict(part: Explanation) -> dict[str, Any]:
    """Return an explanation as JSON-able data; what is empty is left out. An open `truth` is `"unknown"`."""
    found: dict[str, Any] = {"kind": part.kind, "text": part.text}
    for name in ("id", "value", "status", "severity", "advice"):
        if getattr(part, name):
            found[name] = getattr(part, name)
    if part.truth is not None:
        found["truth"] = "unknown" if part.truth is UNKNOWN else part.truth
    if part.since is not None:
        found["since"] = part.since.isoformat()
    if part.mark != "checked":
        found["mark"] = part.mark
    if part.sources:
        found["sources"] = [source_dict(source) for source in part.sources]
    if part.status == "open":
        found["ask"] = list(part.ask)
    if part.repeated:
        found["repeated"] = True
    if part.children:
        found["children"] = [as_dict(child) for child in part.children]
    return found


def source_dict(source: Source) -> dict[str, Any]:
    """Return a source as JSON-able data."""
    return {
        "id": source.id,
        "title": source.title,
        "url": source.url,
        "since": source.since.isoformat() if source.since else None,
        "until": source.until.isoformat() if source.until else None,
        "mark": source.mark,
    }


def as_text(part: Explanation, voice: Voice) -> str:
    """Return an explanation as indented lines."""
    return "\n".join(_lines(part, voice, 0))


def _lines(part: Explanation, voice: Voice, depth: int) -> Iterator[str]:
    indent = "  " * depth
    yield f"{indent}{'- ' if depth else ''}{line(part, voice)}"
    below = indent + "  "
    if part.advice:
        yield f"{below}→ {part.advice}"
    for source in part.sources:
        yield f"{below}{voice.ui('Source')} : {cited(source, voice)}"
    for child in part.children:
        yield from _lines(child, voice, depth + 1)


def line(part: Explanation, voice: Voice) -> str:
    """Return the one line that says a part."""
    _ = voice.ui
    text = part.text
    if part.kind == "finding" and part.status is not None:
        severity = f", {voice.severity(part.severity)}" if part.severity and part.status == "holds" else ""
        text = f"{part.id} ({status_name(part.status, voice)}{severity})" + (f" : {text}" if text else "")
    elif part.kind == "condition" and part.truth is UNKNOWN:
        text = _("reste à savoir : {text}").format(text=text)
    elif part.value is not None:
        text = _("{name} : {value}").format(name=text, value=part.value)
    if part.kind == "assumption":
        text = _("{text} (supposé)").format(text=text)
    if part.since is not None:
        text = _("{text}, depuis le {day}").format(text=text, day=texts.format_date(part.since, voice.locale))
    if part.mark != "checked" and part.kind != "finding":
        text = f"{text} ({voice.mark(part.mark)})"
    return _("{text} (voir plus haut)").format(text=text) if part.repeated else text


def status_name(status: Status, voice: Voice) -> str:
    """Return a status in words."""
    _ = voice.ui
    return {"holds": _("établi"), "ruled_out": _("écarté"), "open": _("en suspens")}[status]


def cited(source: Source, voice: Voice) -> str:
    """Return a source on one line: title, days, address, mark."""
    _ = voice.ui
    text = voice.own(source.title)
    day = {
        name: texts.format_date(value, voice.locale)
        for name, value in (("since", source.since), ("until", source.until))
        if value
    }
    if "since" in day and "until" in day:
        text = _("{title} (du {since} au {until})").format(title=text, **day)
    elif "since" in day:
        text = _("{title} (depuis le {since})").format(title=text, **day)
    elif "until" in day:
        text = _("{title} (jusqu'au {until})").format(title=text, **day)
    if source.url:
        text = f"{text} {source.url}"
    return f"{text} [{voice.mark(source.mark)}]" if source.mark != "checked" else text
