"""A private PostgreSQL server, started for the tests in a folder of its own where Debian's package is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

BINARIES = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None, key=lambda path: int(path.parent.name))


def somebody() -> str | None:
    """The user who runs the server: it refuses to be run by root."""
    if os.geteuid() != 0:
        return None
    known = {user.pw_name for user in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in known), None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    if BINARIES is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql)")
    user = somebody()
    if os.geteuid() == 0 and user is None:
        pytest.skip("PostgreSQL refuses to be run by root, and there is nobody else")
    home = Path(tempfile.mkdtemp(prefix="ruleset-pg-"))
    try:
        if user is not None:
            shutil.chown(home, user)
        home.chmod(0o700)

        def run(program: str, *words: str) -> None:
            subprocess.run(
                [BINARIES / program, *words], check=True, capture_output=True, user=user, cwd="/", timeout=60
            )

        data = home / "data"
        run("initdb", "-D", str(data), "-U", "ruleset", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        options = f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off -c max_stack_depth=4MB"
        run("pg_ctl", "-D", str(data), "-w", "-l", str(home / "log"), "-o", options, "start")
        try:
            yield f"host={home} user=ruleset dbname=postgres"
        finally:
            run("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)
