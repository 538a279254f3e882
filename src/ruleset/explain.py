"""Why a finding holds, why it is ruled out, what it waits for: the part of its tree that decides, down to answers."""

from __future__ import annotations

from typing import Final

import attrs

from ruleset.explanation import Explanation
from ruleset.expressions.evaluate import NOTHING_BOUND, Truth
from ruleset.model import Rule, Status
from ruleset.outcome import outcome, record_reference
from ruleset.reasons import Reasons
from ruleset.reasons_values import listed
from ruleset.relevance import waiting_for
from ruleset.situation import Situation, bound_to
from ruleset.support import deciding
from ruleset.types import UNKNOWN
from ruleset.wording import Voice

_STATUS: Final[dict[Truth, Status]] = {True: "holds", False: "ruled_out", UNKNOWN: "open"}


def explain(situation: Situation, rule_id: str, number: int | None = None) -> Explanation:
    """Return why a finding (or a task, or what a rule does to options) has its status, in the language of the case.

    What holds or is ruled out is explained by few answers that decide it alone; what is open, by what is not settled.

    Args:
        situation: the case, computed.
        rule_id: the rule.
        number: the record, for a rule about records; None for all of them.

    Raises:
        KeyError: there is no such rule.
        IndexError: there is no such record.
    """
    rule = situation.ruleset.rules[rule_id]
    voice = Voice.of(situation.ruleset, situation.case.lang)
    if rule.record and number is None:
        return _all_records(situation, rule, voice)
    if rule.record and number not in list(situation.places(rule)):
        raise IndexError(f"{rule.record}[{number}]")
    facts = deciding(situation, rule, number)
    children = tuple(Reasons(facts, situation, voice).rule_parts(rule, number))
    return attrs.evolve(_finding(situation, rule, number, voice), children=children)


def _all_records(situation: Situation, rule: Rule, voice: Voice) -> Explanation:
    count = situation.count(rule.record)
    if count is UNKNOWN:
        children: tuple[Explanation, ...] = (listed(Reasons(situation, situation, voice), rule.record),)
    else:
        children = tuple(explain(situation, rule.id, number) for number in range(count))
    status = _STATUS[situation.status(rule.id, NOTHING_BOUND)]
    if any(child.status == "holds" for child in children):
        status = "holds"
    elif any(child.status == "open" for child in children):
        status = "open"
    title = voice.own(situation.ruleset.records[rule.record].title)
    return Explanation(
        "finding", title, rule.id, status=status, ask=_asked(situation, rule, None, status), children=children
    )


def _asked(situation: Situation, rule: Rule, number: int | None, status: Status) -> tuple[str, ...]:
    return tuple(map(str, waiting_for(situation, rule, number))) if status == "open" else ()


def _finding(situation: Situation, rule: Rule, number: int | None, voice: Voice) -> Explanation:
    """Return the finding as the outcome words it."""
    found = outcome(situation, voice, ask=False)
    reference = record_reference(rule.record, number)
    sources = situation.ruleset.sources
    for one in found.findings:
        if (one.id, one.record) == (rule.id, reference):
            cited = tuple(sources[id] for id in one.sources)
            asked = _asked(situation, rule, number, one.status)
            return Explanation(
                "finding", one.message, rule.id, status=one.status, severity=one.severity, mark=one.mark,
                sources=cited, ask=asked, advice=one.advice if one.status == "holds" else "",
            )  # fmt: skip
    status = _STATUS[situation.rule_status(rule.id, number)]
    text = next((one.label for one in found.tasks if (one.id, one.record) == (rule.id, reference)), "")
    return Explanation(
        "finding",
        text or voice.text(rule.say, situation, bound_to(rule, number)),
        rule.id,
        status=status,
        mark=rule.mark,
        sources=tuple(sources[id] for id in situation.ruleset.cite(rule.sources, situation.on)),
        ask=_asked(situation, rule, number, status),
    )
