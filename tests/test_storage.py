"""Saved interviews: nothing that was answered is lost, and a file that cannot be used says so."""

import datetime as dt
import signal
import sqlite3
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import attrs
import pytest

from ruleset.interview import Interview
from ruleset.loading.folder import load_folder
from ruleset.model import Case, RuleSet
from ruleset.relevance import Wanted
from ruleset.storage import MIGRATIONS, Saved, Storage, StorageError, case_form, default_folder, restore
from ruleset.types import UNKNOWN

RULES = """\
ruleset: shelf
title: Étagère
version: 1.0.0
currency: EUR
questions:
  employed: {ask: Êtes-vous salarié ?, type: yes_no}
  price: {ask: Quel prix ?, type: money, min: 0, optional: true}
  bought: {ask: Quel jour ?, type: date}
  tools: {ask: Quels outils ?, type: choices, choices: {saw: Scie, axe: Hache, file: Lime}}
  size: {ask: Quelle taille ?, type: number}
records:
  plank:
    title: Planche
    plural: planks
    questions: {wood: {ask: Quel bois ?, type: text}, width: {ask: Largeur ?, type: integer}}
rules:
  R1: {when: employed and price > 10, then: {finding: risk, say: Cher.}}
  R2: {when: bought < on and "saw" in tools and size > 1, then: {finding: info, say: Scie.}}
  R3: {for: plank, when: plank.width > 10 and plank.wood is not none, then: {finding: info, say: Large.}}
"""


def shelf(folder: Path, text: str = RULES) -> RuleSet:
    folder.mkdir(exist_ok=True)
    (folder / "rules.yaml").write_text(text, encoding="utf-8")
    return load_folder(folder)


@pytest.fixture
def rules(tmp_path: Path) -> RuleSet:
    return shelf(tmp_path / "shelf")


@pytest.fixture
def storage(tmp_path: Path):
    with Storage(tmp_path / "home") as found:
        yield found


def full(rules: RuleSet) -> Interview:
    interview = Interview.start(rules, Case(rules.id, dt.date(2026, 11, 23)))
    interview = interview.answer("price", "none").dont_know("employed").answer("tools", ["file", "saw"])
    interview = interview.answer("bought", "2026-01-31").answer("size", "12.5")
    interview = interview.set_records("plank", ({}, {}))
    return interview.answer(Wanted("width", "plank", 1), 12).dont_know(Wanted("wood", "plank", 0))


def test_an_interview_comes_back_with_its_answers_its_order_and_its_place(rules: RuleSet, storage: Storage) -> None:
    before = full(rules)
    id = storage.save(before, Wanted("wood", "plank", 1))
    back = restore(storage.load(id), rules)
    assert back.interview.case == before.case
    assert back.interview.steps == before.steps
    assert back.here == Wanted("wood", "plank", 1)
    assert not back.dropped
    assert not back.changed
    assert back.interview.outcome() == before.outcome()
    assert back.interview.case.answers["price"] is None
    assert back.interview.case.answers["size"] == Fraction(25, 2)
    assert back.interview.passed == {Wanted("employed"), Wanted("wood", "plank", 0)}


def test_the_case_has_the_form_of_case_files(rules: RuleSet) -> None:
    assert case_form(full(rules).case, rules) == {
        "ruleset": "shelf",
        "on": "2026-11-23",
        "lang": "fr",
        "answers": {"price": "none", "tools": ["saw", "file"], "bought": "2026-01-31", "size": "12.5"},
        "records": {"plank": [{}, {"width": 12}]},
    }


def test_saving_again_keeps_one_row_and_its_first_day(rules: RuleSet, storage: Storage) -> None:
    id = storage.save(full(rules))
    first = storage.load(id)
    assert storage.save(full(rules).answer("employed", True), id=id) == id
    (again,) = storage.list()
    assert again.created == first.created
    assert again.updated > first.updated
    assert again.case["answers"]["employed"] is True


def test_a_row_erased_meanwhile_is_written_again(rules: RuleSet, storage: Storage) -> None:
    id = storage.save(full(rules))
    storage.delete(id)
    storage.save(full(rules), id=id)
    assert [one.id for one in storage.list()] == [id]


def test_the_latest_interview_is_listed_first_by_rule_set(rules: RuleSet, storage: Storage) -> None:
    first, second = storage.save(full(rules)), storage.save(full(rules))
    storage.save(full(rules), id=first)
    assert [one.id for one in storage.list("shelf")] == [first, second]
    assert storage.list("other") == ()


def test_delete_and_purge_erase(rules: RuleSet, storage: Storage) -> None:
    ids = [storage.save(full(rules).answer("employed", True)) for _ in range(3)]
    assert storage.delete(ids[0])
    assert not storage.delete(ids[0])
    with pytest.raises(KeyError):
        storage.load(ids[0])
    assert storage.purge() == 2
    assert storage.list() == ()
    storage.close()
    assert b"2026-01-31" not in storage.path.read_bytes()


def test_answers_that_no_longer_fit_are_dropped_and_named(tmp_path: Path, rules: RuleSet, storage: Storage) -> None:
    id = storage.save(full(rules), Wanted("size"))
    changed = RULES.replace("saw: Scie, ", "").replace('"saw" in tools and size > 1', '"axe" in tools')
    changed = changed.replace("  size: {ask: Quelle taille ?, type: number}\n", "").replace(
        "type: integer", "type: yes_no"
    )
    changed = changed.replace("plank.width > 10 and ", "plank.width and ")
    back = restore(storage.load(id), shelf(tmp_path / "shelf", changed))
    assert back.changed
    assert set(back.dropped) == {"Quels outils ?", "size", "Largeur ?"}
    assert set(back.interview.case.answers) == {"price", "bought"}
    assert [step.wanted.id for step in back.interview.steps] == ["price", "employed", "bought", "wood"]
    assert back.here is None


def test_a_record_type_that_is_gone_is_dropped(tmp_path: Path, rules: RuleSet, storage: Storage) -> None:
    id = storage.save(full(rules))
    changed = RULES[: RULES.index("records:")] + RULES[RULES.index("rules:") : RULES.index("  R3:")]
    back = restore(storage.load(id), shelf(tmp_path / "shelf", changed))
    assert back.dropped == ("plank",)
    assert not back.interview.case.records


def test_a_list_of_records_is_a_step(rules: RuleSet, storage: Storage) -> None:
    interview = Interview.start(rules).dont_know(Wanted("", "plank"))
    back = restore(storage.load(storage.save(interview)), rules)
    assert back.interview.passed == {Wanted("", "plank")}


def test_the_file_and_its_folder_are_private(rules: RuleSet, storage: Storage) -> None:
    storage.save(full(rules))
    assert storage.path.stat().st_mode & 0o077 == 0
    assert storage.path.parent.stat().st_mode & 0o077 == 0


def test_a_file_that_is_no_database_says_so_and_is_left_alone(tmp_path: Path, rules: RuleSet) -> None:
    storage = Storage(tmp_path)
    storage.path.write_bytes(b"not a database at all, but long enough to be read as one" * 20)
    before = storage.path.read_bytes()
    with pytest.raises(StorageError, match="abîmé"):
        storage.save(full(rules))
    assert storage.path.read_bytes() == before


def test_a_locked_file_says_so_and_works_again_later(rules: RuleSet, storage: Storage) -> None:
    id = storage.save(full(rules))
    other = sqlite3.connect(storage.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StorageError, match="occupé"):
        storage.save(full(rules), id=id)
    other.rollback()
    other.close()
    assert storage.save(full(rules), id=id) == id


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path, rules: RuleSet) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="ne peut pas"):
        Storage(tmp_path / "file" / "home").save(full(rules))


def test_a_file_of_a_newer_program_is_refused(rules: RuleSet, storage: Storage) -> None:
    storage.save(full(rules))
    storage.close()
    with sqlite3.connect(storage.path) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(StorageError, match="plus récente"):
        storage.list()


def test_a_damaged_row_says_which(rules: RuleSet, storage: Storage) -> None:
    id = storage.save(full(rules))
    with sqlite3.connect(storage.path) as connection:
        connection.execute("""UPDATE interview SET body = '{"case": 1}'""")
    connection.close()
    with pytest.raises(StorageError, match=f"n° {id}"):
        storage.load(id)


def test_the_folder_follows_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RULESET_HOME", str(tmp_path / "here"))
    assert default_folder() == tmp_path / "here"
    monkeypatch.delenv("RULESET_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_folder().name == "ruleset"


KILLED = """
import os, signal, sys
from pathlib import Path
from ruleset.interview import Interview
from ruleset.loading.folder import load_folder
from ruleset.storage import Storage
storage = Storage(Path(sys.argv[2]))
storage.save(Interview.start(load_folder(sys.argv[1])).answer("employed", True))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_saved_survives_a_kill(tmp_path: Path, rules: RuleSet) -> None:
    assert rules.folder
    done = subprocess.run([sys.executable, "-c", KILLED, rules.folder, tmp_path / "home"], check=False)
    assert done.returncode == -signal.SIGKILL
    with Storage(tmp_path / "home") as storage:
        (saved,) = storage.list()
        assert isinstance(saved, Saved)
        assert saved.answered == 1
        assert restore(saved, rules).interview.case.answers == {"employed": True}


def test_unknown_is_not_written(rules: RuleSet) -> None:
    case = attrs.evolve(full(rules).case, answers={"employed": UNKNOWN, "gone": 3})
    assert case_form(case, rules)["answers"] == {}
