"""Loaded rule sets kept on disk, keyed by the content of their files: reading them again costs a few milliseconds.

A cache is never trusted for what it says of a folder: every file is hashed again, and any difference loads the folder
anew. Files that someone else owns or may write to are not read. `RULESET_CACHE=off` does without.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import stat
import sys
import tempfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Final

import attrs

from ruleset.expressions.functions import Function
from ruleset.loading.folder import Resolver, load_folder
from ruleset.model import RuleSet

FORMAT: Final = 1
OFF: Final = "off"


@attrs.frozen
class Entry:
    """What is kept: the rule set without functions and imports, and what it was made from."""

    files: tuple[tuple[str, str], ...]
    uses: tuple[tuple[str, str], ...]
    functions: tuple[str, ...]
    ruleset: RuleSet


def load_cached(folder: Path, functions: Mapping[str, Function], resolve: Resolver | None) -> RuleSet:
    """Return the rule set of a folder, from the cache where nothing that it was made from has changed.

    Raises:
        LoadError: something is wrong with its files.
    """
    place = _place(folder)
    if place is None:
        return load_folder(folder, functions, resolve)
    entry = _read(place)
    if entry is not None and _fresh(entry, folder, functions):
        imports = _imports(entry, resolve)
        if imports is not None:
            return attrs.evolve(entry.ruleset, folder=folder, functions=functions, imports=imports)
    ruleset = load_folder(folder, functions, resolve)
    _write(place, ruleset, functions)
    return ruleset


def _place(folder: Path) -> Path | None:
    home = os.environ.get("RULESET_CACHE", "")
    if home == OFF:
        return None
    if not home:
        from platformdirs import user_cache_path

        home = str(user_cache_path("ruleset"))
    key = f"{folder.resolve()}\0{FORMAT}\0{_version()}\0{sys.version_info[:2]}"
    return Path(home) / "rulesets" / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.pickle"


def _version() -> str:
    """Return what changes when the library does: its version, and in a checkout the times of its files."""
    own = Path(__file__).parent.parent
    newest = max(
        path.stat().st_mtime_ns for part in ("", "expressions", "loading") for path in (own / part).glob("*.py")
    )
    return f"{metadata.version('ruleset')} {newest}"


def _read(place: Path) -> Entry | None:
    try:
        with place.open("rb") as file:
            status = os.fstat(file.fileno())
            if hasattr(os, "getuid") and (
                status.st_uid != os.getuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
            ):
                return None
            entry = pickle.load(file)  # noqa: S301  a file of the user's own, which nobody else may write
    except Exception:  # noqa: BLE001  an unreadable cache is no cache, whatever is wrong with it
        return None
    return entry if isinstance(entry, Entry) else None


def _fresh(entry: Entry, folder: Path, functions: Mapping[str, Function]) -> bool:
    names = {path for path, _ in entry.files}
    present = {str(path.resolve()) for pattern in ("*.yaml", "*.yml") for path in folder.glob(pattern)}
    return (
        present <= names
        and entry.functions == _signatures(functions)
        and all(_digest(Path(path)) == digest for path, digest in entry.files)
    )


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _signatures(functions: Mapping[str, Function]) -> tuple[str, ...]:
    return tuple(f"{name}({', '.join(one.parameters)}) {one.result}" for name, one in sorted(functions.items()))


def _imports(entry: Entry, resolve: Resolver | None) -> dict[str, RuleSet] | None:
    found: dict[str, RuleSet] = {}
    for id, content in entry.uses:
        other = resolve(id) if resolve is not None else None
        if other is None or other.content != content:
            return None
        found[id.rsplit("/", 1)[-1]] = other
    return found


def _write(place: Path, ruleset: RuleSet, functions: Mapping[str, Function]) -> None:
    files = tuple((str(path), _digest(path)) for path in ruleset.files)
    uses = tuple((id, ruleset.imports[id.rsplit("/", 1)[-1]].content) for id in ruleset.uses)
    bare = attrs.evolve(ruleset, functions={}, imports={})
    entry = Entry(files, uses, _signatures(functions), bare)
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
            pickle.dump(entry, file, protocol=pickle.HIGHEST_PROTOCOL)
        Path(file.name).replace(place)
    except (OSError, pickle.PickleError, AttributeError, TypeError):
        return  # a cache that cannot be written costs time only
