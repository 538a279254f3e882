"""The building-engineering rule set, shipped apart: its worked cases, its plan, its wheel, and what must stay true."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleset import Case, evaluate, load
from ruleset.exchange.tasks import to_csv, to_icalendar
from ruleset.testing.cases import run_case

ROOT: Final = Path(__file__).parents[3]
DISTRIBUTION: Final = ROOT / "examples" / "ingenierie"
RULES: Final = load(DISTRIBUTION / "src" / "ruleset_ingenierie" / "rules")
CASES: Final = {worked.name: worked for worked in RULES.cases}
PHASES: Final = list(RULES.questions["phase_actuelle"].type.choices or ())
SLOW: Final = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# What the law makes people study, check or attest: it may grow with the project, never shrink.
STUDIES: Final = {
    "O-ARCHI", "O-CT", "O-ATT-PS-PC", "O-ATT-PS-DAACT", "O-ATT-PS-PC-ANCIEN", "O-ATT-PS-DAACT-ANCIEN", "O-ATT-PS",
    "O-EFAE", "O-ATT-EFAE-PC", "O-DPE", "O-EET", "O-ENR-TOITURE", "O-CAS-PAR-CAS", "O-ETUDE-IMPACT", "O-ESSP", "O-PEMD",
    "O-RGA-ETUDE", "O-ATT-RGA-DAACT", "O-CDAC",
}  # fmt: skip
SURFACES: Final = ("sdp_creee", "sdp_existante", "emprise_creee", "surface_vente", "shon_existante")

worked_cases = st.sampled_from(RULES.cases).map(lambda worked: worked.case)


def studies(case: Case) -> set[str]:
    """Return the mandatory studies that hold."""
    return {finding.id for finding in evaluate(RULES, case, ask=False).holding} & STUDIES


def changed(case: Case, **answers: Any) -> Case:
    """Return the case with other answers."""
    return attrs.evolve(case, answers={**case.answers, **answers})


@pytest.mark.parametrize("name", CASES)
def test_the_worked_case_holds(name):
    assert [str(difference) for difference in run_case(RULES, CASES[name])] == []


@SLOW
@given(
    case=worked_cases,
    day=st.dates(dt.date(2011, 5, 1), dt.date(2028, 12, 31)),
    name=st.sampled_from(SURFACES),
    sizes=st.tuples(st.integers(0, 80_000), st.integers(0, 80_000)),
)
def test_a_larger_surface_never_removes_a_mandatory_study(case, day, name, sizes):
    small, large = sorted(sizes)
    case = changed(case, date_autorisation=day, zone_urbaine=False)
    assert studies(changed(case, **{name: small})) <= studies(changed(case, **{name: large}))


@SLOW
@given(
    case=worked_cases,
    day=st.dates(dt.date(2011, 5, 1), dt.date(2028, 12, 31)),
    height=st.integers(0, 60),
    zones=st.tuples(st.integers(1, 5), st.integers(1, 5)),
)
def test_a_stricter_seismic_zone_never_removes_a_mandatory_study(case, day, height, zones):
    low, high = sorted(zones)
    case = changed(case, date_autorisation=day, hauteur_pbdn=height)
    assert studies(changed(case, zone_sismique=low)) <= studies(changed(case, zone_sismique=high))


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("W-")])
def test_the_plan_goes_phase_by_phase(name):
    tasks = [task for task in evaluate(RULES, CASES[name].case, ask=False).tasks if task.status == "holds"]
    by_order = sorted(tasks, key=lambda task: task.order)
    ranks = [PHASES.index(task.phase) for task in by_order]
    assert tasks
    assert ranks == sorted(ranks)


def test_the_plan_is_exported():
    found = evaluate(RULES, next(case for name, case in CASES.items() if name.startswith("W-03")).case, ask=False)
    rows = list(csv.reader(io.StringIO(to_csv(found))))
    assert ["O-EFAE", "2027-06-10"] in [[row[0], row[2]] for row in rows]
    assert b"SUMMARY" in to_icalendar(found, RULES)


def run(*command: str | Path, folder: Path | None = None) -> str:
    """Return what a command prints; it must end well."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "RULESET"))}
    done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_is_found_once_installed(tmp_path):
    shutil.copytree(
        DISTRIBUTION, tmp_path / "tree", ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__")
    )
    wheels = tmp_path / "wheels"
    run(
        sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", wheels, tmp_path / "tree"
    )
    (built,) = wheels.glob("ruleset_ingenierie-*.whl")
    venv.create(tmp_path / "installed", symlinks=True)
    python = tmp_path / "installed" / "bin" / "python"
    library = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", built)
    # The environment has the plug-in itself; the engine and what it needs are read from ours.
    (library / "engine.pth").write_text(f"{ROOT / 'src'}\n{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    place = run(python, "-c", "import ruleset_ingenierie; print(ruleset_ingenierie.__file__)", folder=tmp_path)
    assert Path(place.strip()).is_relative_to(tmp_path)
    assert "ingenierie" in run(python, "-m", "ruleset", "list", folder=tmp_path)
    assert (library / "ruleset_ingenierie" / "py.typed").is_file()
