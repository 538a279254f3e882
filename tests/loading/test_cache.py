"""The cache of loaded rule sets: as if it were not there, but faster."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import pytest

from ruleset import LoadError, RuleSet
from ruleset.loading import cache
from ruleset.loading.folder import load_folder

RULES = "ruleset: demo\ntitle: {title}\nversion: '1'\nquestions: {{a: {{ask: A ?, type: yes_no}}}}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RULESET_CACHE", str(tmp_path / "cache"))
    place = tmp_path / "rules"
    place.mkdir()
    (place / "a.yaml").write_text(RULES.format(title="Un"), encoding="utf-8")
    return place


def kept(folder: Path) -> list[Path]:
    return list((folder.parent / "cache" / "rulesets").glob("*.pickle"))


def test_the_second_loading_reads_no_yaml(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = cache.load_cached(folder, {}, None)
    monkeypatch.setattr(cache, "load_folder", lambda *_: pytest.fail("the folder was read again"))
    second = cache.load_cached(folder, {}, None)
    assert (second.title, second.content, second.folder) == (first.title, first.content, folder)
    assert second.questions == first.questions


@pytest.mark.parametrize("change", ["edit", "add", "remove", "broken"])
def test_any_change_of_the_files_is_seen(folder: Path, change: str) -> None:
    (folder / "b.yaml").write_text("groups: {g: Groupe}\n", encoding="utf-8")
    assert cache.load_cached(folder, {}, None).groups == {"g": "Groupe"}
    if change == "edit":
        (folder / "a.yaml").write_text(RULES.format(title="Deux"), encoding="utf-8")
        assert cache.load_cached(folder, {}, None).title == "Deux"
    elif change == "add":
        (folder / "c.yaml").write_text("groups: {h: Autre}\n", encoding="utf-8")
        assert set(cache.load_cached(folder, {}, None).groups) == {"g", "h"}
    elif change == "remove":
        (folder / "b.yaml").unlink()
        assert cache.load_cached(folder, {}, None).groups == {}
    else:
        (folder / "b.yaml").write_text("groups: [\n", encoding="utf-8")
        with pytest.raises(LoadError):
            cache.load_cached(folder, {}, None)


@pytest.mark.parametrize("damage", [b"", b"not a pickle", pickle.dumps({"something": "else"})])
def test_a_damaged_cache_is_no_cache(folder: Path, damage: bytes) -> None:
    cache.load_cached(folder, {}, None)
    [path] = kept(folder)
    path.write_bytes(damage)
    assert cache.load_cached(folder, {}, None).title == "Un"


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have no owner there")
def test_a_cache_that_others_may_write_to_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.load_cached(folder, {}, None)
    [path] = kept(folder)
    path.chmod(0o666)
    read: list[Path] = []

    def loading(place: Path, *more: Any) -> RuleSet:
        read.append(place)
        return load_folder(place, *more)

    monkeypatch.setattr(cache, "load_folder", loading)
    cache.load_cached(folder, {}, None)
    assert read == [folder]


def test_it_can_be_switched_off(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RULESET_CACHE", cache.OFF)
    assert cache.load_cached(folder, {}, None).title == "Un"
    assert kept(folder) == []


def test_a_place_that_cannot_be_written_to_costs_nothing_else(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = folder.parent / "file"
    blocked.write_text("a file, not a folder")
    monkeypatch.setenv("RULESET_CACHE", str(blocked))
    assert cache.load_cached(folder, {}, None).title == "Un"
