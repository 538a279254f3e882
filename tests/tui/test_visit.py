"""Back, forward, edit, records, dates and languages in any order: nothing that was answered is lost."""

import datetime as dt
from pathlib import Path
from typing import Any

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ruleset.interview import Interview
from ruleset.loading.folder import load_folder
from ruleset.model import Case, Question
from ruleset.relevance import Wanted
from ruleset.storage import Saved, case_form, restore
from ruleset.types import UNKNOWN
from ruleset_tui import visit as way
from ruleset_tui.conclusions import results
from ruleset_tui.recap import recap
from ruleset_tui.view import Picture, question_view
from ruleset_tui.visit import Visit

DEMO = load_folder(Path(__file__).parent / "demo")
TODAY = dt.date(2026, 11, 23)
LIST = Wanted("", "machine")


def begin() -> Visit:
    return way.begin(Interview.start(DEMO, Case(DEMO.id, TODAY)))


def answers_to(question: Question) -> st.SearchStrategy[object]:
    kind = question.type.kind
    ids = question.type.choices or ()
    found: st.SearchStrategy[object] = {
        "yes_no": st.booleans(),
        "choice": st.sampled_from(ids or ("",)),
        "choices": st.lists(st.sampled_from(ids or ("",)), unique=True),
        "integer": st.integers(1, 50),
        "number": st.decimals(1, 500, places=1),
        "money": st.decimals(0, 20000, places=2),
        "date": st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)),
        "text": st.sampled_from(["rue Haute", "rue Basse"]),
    }[kind]
    return st.one_of(found, st.just("none")) if question.domain.optional else found


def test_back_keeps_the_answer_and_forward_returns() -> None:
    visit = way.answer(begin(), True)
    second = visit.here
    back = way.back(visit)
    assert back.here == Wanted("professional")
    assert back.interview.value(Wanted("professional")) is True
    assert way.forward(back).here == second
    assert way.back(back) == back


def test_forward_waits_for_an_answer() -> None:
    assert way.forward(begin()) == begin() or way.forward(begin()).here == begin().here


def test_an_edit_comes_back_to_where_one_was() -> None:
    visit = way.answer(begin(), True)
    here = visit.here
    edited = way.answer(way.go(visit, Wanted("people")), 4)
    assert edited.here == Wanted("people")
    assert way.settle(edited).here == here
    assert not way.settle(edited).editing


def test_an_edit_that_makes_the_place_useless_goes_to_the_next_question() -> None:
    visit = attrs.evolve(way.answer(begin(), True), here=Wanted("trade"))
    edited = way.settle(way.answer(way.go(visit, Wanted("professional")), False))
    assert edited.here == edited.interview.next != Wanted("trade")


def test_a_record_is_filled_in_field_by_field_and_can_be_removed() -> None:
    visit = attrs.evolve(begin(), here=LIST)
    for name in ("Scie", "Tour"):
        visit = way.add_row(visit)
        assert visit.here == Wanted("label", "machine", visit.row.number if visit.row else None)
        visit = way.answer(visit, name)
        while visit.row:
            visit = way.dont_know(visit)
        assert visit.here == LIST
    visit = way.remove_row(visit, 0)
    assert [row["label"] for row in way.rows_of(visit.interview, LIST)] == ["Tour"]
    assert {step.wanted.number for step in visit.interview.steps if step.wanted.record} == {0}
    finished = way.finish_rows(visit)
    assert finished.here != LIST
    assert way.back(finished).here == LIST


def test_no_record_at_all_is_an_answer() -> None:
    visit = way.finish_rows(attrs.evolve(begin(), here=LIST))
    assert visit.interview.case.records["machine"] == ()
    assert LIST not in visit.interview.open_questions


class AnyOrder(RuleBasedStateMachine):
    """A person who does anything in any order; `given` and `rows` are what they have said."""

    @initialize()
    def start(self) -> None:
        self.visit = begin()
        self.given: dict[str, object] = {}
        self.rows: list[dict[str, object]] | None = None

    def note(self, wanted: Wanted, value: object) -> None:
        if wanted.number is None:
            self.given[wanted.id] = value
        else:
            assert self.rows is not None
            self.rows[wanted.number][wanted.id] = value

    @property
    def on_list(self) -> bool:
        return self.visit.here is not None and way.is_list(self.visit.here)

    def settle(self, visit: Visit, *, answered: bool = True) -> None:
        in_rows = visit.row is not None or self.visit.row is not None or visit.here != self.visit.here
        done = answered and visit.editing and not in_rows
        self.visit = way.settle(visit) if done else visit

    @precondition(lambda self: self.visit.here is not None and not self.on_list)
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        here = self.visit.here
        assert here is not None
        question = self.visit.interview.question(here)
        raw = data.draw(answers_to(question))
        self.note(here, question.domain.read(raw))
        self.settle(way.answer(self.visit, raw))

    @precondition(lambda self: self.visit.here is not None and not self.on_list)
    @rule()
    def dont_know(self) -> None:
        assert self.visit.here is not None
        self.note(self.visit.here, UNKNOWN)
        self.settle(way.dont_know(self.visit))

    @rule()
    def back(self) -> None:
        self.visit = way.back(self.visit)

    @rule()
    def forward(self) -> None:
        self.visit = way.forward(self.visit)

    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        rows = recap(Picture(self.visit.interview))
        if rows:
            self.visit = way.go(self.visit, data.draw(st.sampled_from(rows)).wanted)

    @rule(day=st.dates(dt.date(2019, 1, 1), dt.date(2028, 12, 31)))
    def change_date(self, day: dt.date) -> None:
        self.visit = way.on(self.visit, day)

    @rule(lang=st.sampled_from(["fr", "en"]))
    def change_language(self, lang: str) -> None:
        before = self.visit.here
        self.visit = way.speak(self.visit, lang)
        assert self.visit.here == before

    @precondition(lambda self: self.on_list and len(self.rows or []) < 3)
    @rule()
    def add(self) -> None:
        self.rows = [*(self.rows or []), {}]
        self.visit = way.add_row(self.visit)

    @precondition(lambda self: self.on_list and self.rows)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        assert self.rows is not None
        number = data.draw(st.integers(0, len(self.rows) - 1))
        del self.rows[number]
        self.visit = way.remove_row(self.visit, number)

    @precondition(lambda self: self.on_list)
    @rule()
    def finish(self) -> None:
        self.rows = self.rows or []
        self.settle(way.finish_rows(self.visit))

    @invariant()
    def nothing_is_lost(self) -> None:
        case = self.visit.interview.case
        assert case.answers == {id: value for id, value in self.given.items() if value is not UNKNOWN}
        rows = self.rows and [{id: v for id, v in row.items() if v is not UNKNOWN} for row in self.rows]
        assert case.records.get("machine") == (None if self.rows is None else tuple(rows or ()))

    @invariant()
    def the_outcome_is_that_of_a_fresh_run(self) -> None:
        interview = self.visit.interview
        assert Interview.start(DEMO, interview.case).outcome() == interview.outcome()

    @invariant()
    def no_question_is_asked_twice(self) -> None:
        steps = [step.wanted for step in self.visit.interview.steps]
        assert len(steps) == len(set(steps))
        following = self.visit.interview.next
        assert following is None or following not in steps or way.is_list(following)

    @invariant()
    def everything_can_be_shown_and_kept(self) -> None:
        picture = Picture(self.visit.interview)
        question_view(self.visit, picture)
        results(picture)
        interview = self.visit.interview
        steps = tuple((step.wanted, step.value is UNKNOWN) for step in interview.steps)
        now = dt.datetime.now(dt.UTC)
        form: dict[str, Any] = case_form(interview.case, DEMO)
        back = restore(Saved(1, DEMO.id, DEMO.version, DEMO.content, form, steps, self.visit.here, now, now), DEMO)
        assert back.interview.case == interview.case
        assert [step.wanted for step in back.interview.steps] == [step.wanted for step in interview.steps]
        assert not back.dropped


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(deadline=None, max_examples=40, stateful_step_count=25)
