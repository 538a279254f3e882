"""An engine in a process of its own, with its own timing loop: lines of JSON in, lines of JSON out.

The child reads its rule set on the first line and answers `{"ready": …}`; then, for each `{"cases": […], "timed": …}`,
either `{"held": [[…], …]}` or `{"seconds": …}`. A child that does not answer in time is ended.
"""

from __future__ import annotations

import json
import selectors
import subprocess
import weakref
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.side_by_side.form import Value

PATIENCE = 300.0
"""Seconds to wait for an answer."""


class ChildError(RuntimeError):
    """The child ended, or did not answer in time."""


class Child:
    """A rule set loaded into an engine in another process."""

    def __init__(
        self, command: Sequence[str], base: Any, given: Callable[[dict[str, Value]], Any], folder: str | None = None
    ) -> None:
        """Start the process and give it the rule set."""
        self._given = given
        self._process = subprocess.Popen(  # noqa: S603  our own command
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder
        )
        weakref.finalize(self, _end, self._process)
        self.loading = float(self._ask(base)["ready"])

    def held(self, case: dict[str, Value]) -> set[str]:
        """Return the rules that hold."""
        return set(self._ask({"cases": [self._given(case)], "timed": False})["held"][0])

    def seconds(self, cases: Sequence[dict[str, Value]]) -> float:
        """Return how long all the cases take."""
        return float(self._ask({"cases": [self._given(case) for case in cases], "timed": True})["seconds"])

    def _ask(self, message: Any) -> dict[str, Any]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(json.dumps(message) + "\n")
            stdin.flush()
        except BrokenPipeError:
            raise ChildError(f"ended with status {self._process.wait()}") from None
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            if not selector.select(PATIENCE):
                self._process.kill()
                raise ChildError(f"no answer within {PATIENCE:.0f} s")
        line = stdout.readline()
        if not line:
            raise ChildError(f"ended with status {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()
