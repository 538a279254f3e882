"""Every installed rule set can be shown, with nothing answered and in worked cases: as text and in the application."""

import datetime as dt

import pytest

from ruleset.cli.results import result_lines
from ruleset.interview import Interview
from ruleset.loading.problems import LoadError
from ruleset.model import Case
from ruleset.plugins.registry import registry
from ruleset.wording import Voice
from ruleset_tui.conclusions import results
from ruleset_tui.view import Picture

MOST = 6


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("id", registry().ids())
def test_a_rule_set_can_be_shown(id: str, lang: str) -> None:
    try:
        ruleset = registry().get(id)
    except LoadError as error:
        pytest.fail(str(error))
    assert ruleset is not None
    step = max(1, len(ruleset.cases) // MOST)
    cases = [Case(id, dt.date(2026, 11, 23), lang=lang), *(worked.case for worked in ruleset.cases[::step])]
    for case in cases:
        interview = Interview.start(ruleset, case).speak(lang)
        lines = list(result_lines(interview.outcome(), interview.situation, Voice.of(ruleset, lang)))
        assert len(lines) > 2
        assert results(Picture(interview)).verdict
