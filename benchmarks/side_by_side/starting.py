"""What is paid once: importing, loading, starting a batch."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.side_by_side import form
from benchmarks.side_by_side.measures import FAILURES, Measured, Scale, said
from benchmarks.side_by_side.one_case import ours
from benchmarks.side_by_side.timing import interleaved, processor

from ruleset.loading.cache import load_cached
from ruleset.loading.folder import load_folder

IMPORTS = {
    "ours, `import ruleset`": "import ruleset",
    "ours, `from ruleset import load, evaluate, Interview`": "from ruleset import load, evaluate, Interview",
    "ours, the compiled engine": "from ruleset import compiled; compiled",
    "ours, the columns engine (NumPy)": "from ruleset.engines.columns import ColumnsEngine",
    "NumPy": "import numpy",
    "zen-engine": "import zen",
    "CLIPS": "import clips",
    "rule-engine": "import rule_engine",
    "cel-python": "import celpy",
    "OpenFisca": "import openfisca_core.taxbenefitsystems, openfisca_core.simulation_builder",
    "Polars": "import polars",
    "DuckDB": "import duckdb",
}
WITHOUT_NUMPY = "import sys; from ruleset import load, evaluate, Interview; sys.exit('numpy' in sys.modules)"


def _child(*words: str) -> Callable[[], float]:
    """Return what runs a Python of its own and gives its processor time."""

    def run() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # noqa: S603
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime

    return run


def imports(scale: Scale) -> Measured:
    """Measure imports, the start of Python taken off."""
    found, runs = Measured(0), {"python": _child("-c", "pass")}
    for name, text in IMPORTS.items():
        run = _child("-c", text)
        try:
            run()
        except subprocess.CalledProcessError as error:
            found.missing[name] = error.stderr.decode().strip().splitlines()[-1]
        else:
            runs[name] = run
    times = interleaved(runs, scale.rounds)
    bare = times.pop("python")
    found.times = {
        name: [max(one - other, 0.0) for one, other in zip(column, bare, strict=True)] for name, column in times.items()
    }
    if subprocess.run([sys.executable, "-c", WITHOUT_NUMPY], check=False).returncode:  # noqa: S603
        found.missing["without NumPy"] = "importing the library imports NumPy"
    return found


def loading(rules: int, scale: Scale) -> Measured:
    """Measure our own loading: from the files, from the cache, and made ready for the compiled engine."""
    base, found = form.generate(rules), Measured(rules)
    folder = ours.path(base)
    with tempfile.TemporaryDirectory() as cache:
        os.environ["RULESET_CACHE"] = cache
        load_cached(folder, {}, None)
        runs = {
            "from the files": processor(lambda: load_folder(folder)),
            "from the cache": processor(lambda: load_cached(folder, {}, None)),
        }
        try:
            from ruleset.engines.compiled.program import make_prepared
            from ruleset.program import compile_program

            ruleset = ours.loaded(base)
            runs["made ready for the compiled engine"] = processor(lambda: make_prepared(compile_program(ruleset)))
        except FAILURES as error:
            found.missing["made ready for the compiled engine"] = said(error)
        found.times = interleaved(runs, scale.rounds)
        del os.environ["RULESET_CACHE"]
    return found


def batch_start(scale: Scale) -> Measured:
    """Measure `ruleset batch` on a table of one case, from the command to its end."""
    base, found = form.generate(300), Measured(300)
    with tempfile.TemporaryDirectory() as folder:
        table, out = Path(folder, "cases.csv"), Path(folder, "out.parquet")
        (case,) = form.draw(base, 1)
        row = ",".join(str(value).lower() for value in case.values())
        table.write_text(f"case_id,{','.join(case)}\n1,{row}\n", encoding="utf-8")
        words = ("-m", "ruleset", "batch", str(ours.path(base)), str(table), "-o", str(out))
        run = _child(*words)
        try:
            run()
        except subprocess.CalledProcessError as error:
            found.missing["ruleset batch"] = " ".join(error.stderr.decode().split()[:20])
            return found

        def again() -> float:
            out.unlink()
            return run()

        found.times = interleaved({"ruleset batch": again}, scale.rounds)
    return found
