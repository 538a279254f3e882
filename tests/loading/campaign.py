"""A campaign of random and mutated rule files: the loader raises nothing but its own errors, quickly, in little memory.

    python tests/loading/campaign.py [--seconds 300] [--seed N]

Exit status 1 when a file makes it raise something else, take more than ten seconds or grow beyond 200 MB; the file is
kept.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from ruleset import LoadError
from ruleset.loading.folder import load_folder

ROOT = Path(__file__).parents[2]
SEEDS = [path.read_bytes() for path in sorted((ROOT / "rules").rglob("*.yaml")) if path.stat().st_size < 40_000]
SEEDS += [path.read_bytes() for path in sorted((ROOT / "tests" / "conformance").rglob("*.yaml"))]
TOKENS = [b"[", b"]", b"{", b"}", b": ", b"\n  ", b"- ", b'"', b"'", b"&a ", b"*a", b"|", b">", b"\x00", b"\xff", b"~"]
TOKENS += [
    b"when",
    b"then",
    b"none",
    b"date(9, 9, 9)",
    b"9" * 30,
    b"not " * 50,
    b"(" * 80,
    b"a.b.c",
    b"holds(",
    b"\t",
    b"!!x",
]
HEAD = b"ruleset: x\ntitle: X\nversion: '1'\n"
MOST_SECONDS, MOST_MEGABYTES = 10.0, 200.0


def mutated(chance: random.Random) -> bytes:
    """Return a shipped file with some places changed, or plain noise."""
    if chance.random() < 0.2:
        return HEAD + chance.randbytes(chance.randrange(400))
    data = bytearray(chance.choice(SEEDS))
    for _ in range(chance.randrange(1, 8)):
        place = chance.randrange(len(data) + 1)
        change = chance.randrange(4)
        if change == 0:
            data[place:place] = chance.choice(TOKENS)
        elif change == 1:
            del data[place : place + chance.randrange(1, 200)]
        elif change == 2:
            data[place:place] = data[place : place + chance.randrange(1, 500)]
        else:
            other = chance.choice(SEEDS)
            start = chance.randrange(len(other))
            data[place:place] = other[start : start + 300]
    return bytes(data)


def megabytes() -> float:
    """Return the memory of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> int:
    """Run the campaign."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    end = time.monotonic() + options.seconds
    files = refused = 0
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end:
            data = mutated(chance)
            Path(folder, "rules.yaml").write_bytes(data)
            start = time.monotonic()
            try:
                load_folder(folder)
            except LoadError:
                refused += 1
            except BaseException as error:  # noqa: BLE001  anything else is what is looked for
                return _found(data, options.seed, f"{type(error).__name__}: {error}")
            elapsed = time.monotonic() - start
            slowest, files = max(slowest, elapsed), files + 1
            if elapsed > MOST_SECONDS or megabytes() > MOST_MEGABYTES:
                return _found(data, options.seed, f"{elapsed:.1f} s, {megabytes():.0f} MB")
    cost = f"slowest {slowest:.2f} s; {megabytes():.0f} MB at the end"
    print(f"seed {options.seed}: {files} files, {refused} refused; {cost}")
    return 0


def _found(data: bytes, seed: int, what: str) -> int:
    kept = Path(tempfile.gettempdir()) / f"ruleset-campaign-{seed}.yaml"
    kept.write_bytes(data)
    print(f"seed {seed}: {what}; the file is kept as {kept}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
