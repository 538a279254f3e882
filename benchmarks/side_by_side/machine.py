"""What the figures depend on: the machine and the versions."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

from benchmarks.side_by_side.one_case import publicodes

PACKAGES = (
    "numpy",
    "pyarrow",
    "durable-rules",
    "zen-engine",
    "clipspy",
    "rule-engine",
    "cel-python",
    "openfisca-core",
    "polars",
    "duckdb",
)


def machine() -> dict[str, str]:
    """Return what the figures were measured on."""
    lines = _read("/proc/cpuinfo").splitlines()
    flags = next((line.split() for line in lines if line.startswith("flags")), [])
    memory = next((line.split()[1] for line in _read("/proc/meminfo").splitlines() if "MemTotal" in line), "")
    vectors = [name for name in ("avx2", "avx512f") if name in flags]
    return {
        "Processor": next((line.partition(": ")[2] for line in lines if "model name" in line), platform.processor()),
        "Vector instructions": ", ".join(vectors).upper().replace("512F", "-512") or "none told",
        "Cores": str(os.cpu_count()),
        "Memory": f"{int(memory) / 2**20:.0f} GiB" if memory else "not told",
        "System": f"{platform.system()} {platform.machine()}",
        "Load when it began": f"{os.getloadavg()[0]:.1f}",
    }


def versions() -> dict[str, str]:
    """Return the versions of all that takes part."""
    found = {"Python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    found["gcc"] = _said("gcc", "-dumpfullversion")
    found["node"] = _said("node", "--version")
    package = publicodes.FOLDER / "node_modules" / "publicodes" / "package.json"
    text = _read(str(package)).partition('"version": "')[2]
    found["publicodes"] = text.partition('"')[0] or "not installed"
    return found


def _said(*words: str) -> str:
    if shutil.which(words[0]) is None:
        return "not installed"
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603


def _read(path: str) -> str:
    return Path(path).read_text(encoding="utf-8") if Path(path).exists() else ""
