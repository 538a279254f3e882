"""What the report of a building project adds: who comes in when, then each mission in its phase."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ruleset import Outcome, Plan, Section, Stage, Voice, hookimpl

_WHO = re.compile(r"\s*:\s+")


@hookimpl
def ruleset_report(outcome: Outcome, voice: Voice) -> Iterator[Section]:
    """Yield the plan of an operation: a line for each party, then a line for each of its missions."""
    if outcome.ruleset != "ingenierie":
        return
    _ = voice.own
    labels = voice.ruleset.questions["phase_actuelle"].labels
    names = {id: voice.own(label) for id, label in labels.items()}
    stages = list(_stages(outcome, names))
    if stages:
        phases = tuple(names.values())
        yield Section(_("Qui intervient, et quand"), [Plan(phases, _parties(stages, phases))])
        yield Section(_("Le plan, mission par mission"), [Plan(phases, stages)])


def _stages(outcome: Outcome, names: Mapping[str, str]) -> Iterator[Stage]:
    """Yield what is to be done, by party, then in the order of the phases; a mission stands in its first phase."""
    order = list(names)
    held = [task for task in outcome.tasks if task.status == "holds" and task.phase in names]
    split = [(*_who_and_what(task.label), task) for task in held]
    first = {who: number for number, (who, _what, _task) in reversed(list(enumerate(split)))}
    split.sort(key=lambda one: (first[one[0]], order.index(one[2].phase), one[2].order, one[1]))
    for who, what, task in split:
        yield Stage(what, [names[task.phase]], who)


def _who_and_what(label: str) -> tuple[str, str]:
    who, *what = _WHO.split(label, maxsplit=1)
    return (who, what[0][:1].upper() + what[0][1:]) if what else ("", label)


def _parties(stages: list[Stage], phases: tuple[str, ...]) -> Iterator[Stage]:
    for who in dict.fromkeys(stage.group for stage in stages if stage.group):
        theirs = {phase for stage in stages if stage.group == who for phase in stage.phases}
        yield Stage(who, [phase for phase in phases if phase in theirs])
