"""From a command to its first words: importing the library, a few commands, the terminal's first screen.

    python benchmarks/startup.py [--rounds N]

Times are the least of several rounds, in milliseconds; the first screen is counted when its title has been written to a
pseudo-terminal of 80 by 24.
"""

# ruff: noqa: INP001, S603, T201

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pexpect

RULESET = Path(sys.executable).with_name("ruleset")
CASE = "ruleset: loyalty\non: 2026-11-23\nanswers: {employer_kind: private}\n"


def environment(home: str) -> dict[str, str]:
    """Return the environment of a French user with a terminal and nothing saved."""
    return {**os.environ, "RULESET_HOME": home, "RULESET_LANG": "fr", "TERM": "xterm-256color"}


def command(*words: str | Path, home: str) -> Callable[[], float]:
    """Return what runs a command once and measures it."""

    def run() -> float:
        start = time.perf_counter()
        subprocess.run([str(word) for word in words], env=environment(home), stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - start

    return run


def first_screen(home: str) -> float:
    """Return the time from `ruleset` to its first screen."""
    start = time.perf_counter()
    terminal = pexpect.spawn(str(RULESET), dimensions=(24, 80), env=environment(home), timeout=30)
    terminal.expect("Questionnaires")
    elapsed = time.perf_counter() - start
    terminal.close(force=True)
    return elapsed


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    machine = f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores"
    print(f"# {machine}, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as home:
        case = Path(home, "case.yaml")
        case.write_text(CASE, encoding="utf-8")
        measured = {
            "python alone": command(sys.executable, "-c", "pass", home=home),
            "import ruleset": command(sys.executable, "-c", "import ruleset", home=home),
            "ruleset --help": command(RULESET, "--help", home=home),
            "ruleset list": command(RULESET, "list", home=home),
            "ruleset evaluate (loyalty)": command(RULESET, "evaluate", case, home=home),
            "ruleset, first screen": lambda: first_screen(home),
        }
        for name, run in measured.items():
            run()
            times = [run() for _ in range(rounds)]
            print(f"{name:28} {min(times) * 1000:7.0f} ms")


if __name__ == "__main__":
    main()
