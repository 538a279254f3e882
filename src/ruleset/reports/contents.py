"""A report: what it holds and in which order, from an outcome."""

from __future__ import annotations

import attrs

from ruleset.model import Case, Outcome, RuleSet
from ruleset.reports.generic import DISCLAIMER, Page
from ruleset.reports.sections import Section
from ruleset.situation import Situation
from ruleset.wording import Voice


@attrs.frozen
class Report:
    """A report, ready to be rendered. `missing` says which parts a plug-in could not give, and why."""

    voice: Voice
    outcome: Outcome
    sections: tuple[Section, ...]
    missing: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The title of the rule set."""
        return self.voice.own(self.voice.ruleset.title)

    @property
    def disclaimer(self) -> str:
        """What a report is not."""
        return self.voice.ui(DISCLAIMER)


def report(ruleset: RuleSet, case: Case) -> Report:
    """Return the report of a case, in the language of the case.

    Args:
        ruleset: from `load`.
        case: from `make_case` or a case file.
    """
    from ruleset.outcome import outcome
    from ruleset.program import compile_program

    situation = Situation(compile_program(ruleset), case).compute()
    voice = Voice.of(ruleset, case.lang)
    return report_of(outcome(situation, voice), situation, voice)


def report_of(found: Outcome, situation: Situation, voice: Voice) -> Report:
    """Return the report of an outcome that is computed already, from its situation."""
    from ruleset.plugins.registry import registry

    added, missing = registry().sections(found, situation.case, voice)
    page = Page(found, situation, voice)
    return Report(voice, found, (*page.before(), *added, *page.after(missing)), missing)


def pictures_of(found: Outcome, situation: Situation, voice: Voice) -> tuple[Section, ...]:
    """Return the sections that show rather than tell: the calendar, and what plug-ins add."""
    from ruleset.plugins.registry import registry

    calendar = Page(found, situation, voice).calendar()
    return (*([calendar] if calendar else []), *registry().sections(found, situation.case, voice)[0])
