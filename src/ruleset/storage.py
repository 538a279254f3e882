"""Saved interviews: one row each in an SQLite file of the user's own data folder."""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

from ruleset.interview import Interview
from ruleset.loading.problems import RulesetError
from ruleset.relevance import Wanted
from ruleset.saved import Restored, Saved, case_form, read_wanted, restore, wanted_form
from ruleset.types import UNKNOWN

__all__ = ["Restored", "Saved", "Storage", "StorageError", "case_form", "default_folder", "restore"]

FILE: Final = "interviews.sqlite3"
HOME_VARIABLE: Final = "RULESET_HOME"
BUSY_SECONDS: Final = 1.0

# One entry for each version of the file, never changed once released; `user_version` counts those applied.
MIGRATIONS: Final = (
    (
        """CREATE TABLE interview (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            ruleset TEXT NOT NULL,
            version TEXT NOT NULL,
            content TEXT NOT NULL,
            body TEXT NOT NULL CHECK (json_valid(body)),
            created TEXT NOT NULL,
            updated TEXT NOT NULL
        ) STRICT""",
        "CREATE INDEX interview_updated ON interview (updated DESC, id DESC)",
    ),
)


class StorageError(RulesetError):
    """The file of saved interviews cannot be used; the message says why and what to do, in French."""


def default_folder() -> Path:
    """Return where interviews are kept: `RULESET_HOME`, else the user's data folder."""
    if home := os.environ.get(HOME_VARIABLE):
        return Path(home)
    import platformdirs

    return Path(platformdirs.user_data_dir("ruleset", appauthor=False))


class Storage:
    """The file of saved interviews. Each call is one transaction; used from one thread.

    Raises:
        StorageError: from every method, when the file cannot be read or written.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.path = (folder or default_folder()) / FILE
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def save(self, interview: Interview, here: Wanted | None = None, id: int | None = None) -> int:
        """Keep an interview and the question shown; return its number (a new one without `id`).

        When this returns, the interview is on the disk.
        """
        now = dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
        ruleset = interview.ruleset
        body = {
            "case": case_form(interview.case, ruleset),
            "steps": [{**wanted_form(step.wanted), "unknown": step.value is UNKNOWN} for step in interview.steps],
            "here": wanted_form(here) if here else None,
        }
        text = json.dumps(body, ensure_ascii=False)
        with self._transaction() as connection:
            cursor = connection.execute(
                """INSERT INTO interview (id, ruleset, version, content, body, created, updated)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET ruleset = excluded.ruleset, version = excluded.version,
                content = excluded.content, body = excluded.body, updated = excluded.updated""",
                (id, ruleset.id, ruleset.version, ruleset.content, text, now, now),
            )
            found = id if id is not None else cursor.lastrowid
        assert found is not None
        return found

    def load(self, id: int) -> Saved:
        """Return a saved interview.

        Raises:
            KeyError: there is none of that number.
        """
        with self._transaction() as connection:
            row = connection.execute(f"SELECT {_COLUMNS} FROM interview WHERE id = ?", (id,)).fetchone()  # noqa: S608
        if row is None:
            raise KeyError(id)
        return self._saved(row)

    def list(self, ruleset: str | None = None) -> tuple[Saved, ...]:
        """Return the saved interviews (about one rule set), the latest first."""
        with self._transaction() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM interview WHERE ?1 IS NULL OR ruleset = ?1 ORDER BY updated DESC, id DESC",  # noqa: S608
                (ruleset,),
            ).fetchall()
        return tuple(self._saved(row) for row in rows)

    def delete(self, id: int) -> bool:
        """Erase a saved interview; return whether there was one."""
        with self._transaction() as connection:
            return connection.execute("DELETE FROM interview WHERE id = ?", (id,)).rowcount > 0

    def purge(self) -> int:
        """Erase every saved interview, from the disk as well; return how many there were."""
        with self._transaction() as connection:
            count = connection.execute("DELETE FROM interview").rowcount
        with self._guarded():
            self._open().execute("VACUUM")
            self._open().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return count

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _saved(self, row: tuple[Any, ...]) -> Saved:
        id, ruleset, version, content, body, created, updated = row
        try:
            data = json.loads(body)
            steps = tuple((read_wanted(step), bool(step["unknown"])) for step in data["steps"])
            here = read_wanted(data["here"]) if data["here"] else None
            days = (dt.datetime.fromisoformat(created), dt.datetime.fromisoformat(updated))
            return Saved(id, ruleset, version, content, dict(data["case"]), steps, here, *days)
        except (ValueError, TypeError, KeyError) as error:
            raise StorageError(f"l'entretien n° {id} de {self.path} est illisible ({error})") from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._guarded():
            connection = self._open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise StorageError(_explained(self.path, error)) from error

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self.path.exists():
                self.path.touch(mode=0o600)  # answers are private
            connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA secure_delete = ON")
                self._migrate(connection)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _migrate(self, connection: sqlite3.Connection) -> None:
        if _version(connection) == len(MIGRATIONS):
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            done = _version(connection)
            if done > len(MIGRATIONS):
                raise StorageError(
                    f"{self.path} vient d'une version plus récente du programme : mettez le programme à jour"
                )
            for number, statements in enumerate(MIGRATIONS[done:], done + 1):
                for statement in statements:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")
        except BaseException:
            connection.rollback()
            raise
        connection.commit()


_COLUMNS: Final = "id, ruleset, version, content, body, created, updated"


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _explained(path: Path, error: Exception) -> str:
    text = str(error)
    if "locked" in text:
        return f"{path} est occupé par un autre programme : fermez-le, ou attendez un instant"
    if "not a database" in text or "malformed" in text:
        return f"{path} est abîmé : déplacez ce fichier pour repartir d'un fichier neuf"
    return f"{path} ne peut pas être lu ou écrit ({text})"
