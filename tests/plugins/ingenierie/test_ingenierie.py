"""The engineering rule set, shipped apart: its plan, its wheel, what must stay true; tests/rules runs its cases."""

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
import zipfile
from pathlib import Path
from typing import Any, Final

import attrs
import icalendar
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ruleset import Case, evaluate, load
from ruleset.exchange.tasks import to_csv, to_icalendar

ROOT: Final = Path(__file__).parents[3]
DISTRIBUTION: Final = ROOT / "examples" / "ingenierie"
RULES: Final = load(DISTRIBUTION / "src" / "ruleset_ingenierie" / "rules")
CASES: Final = {worked.name: worked for worked in RULES.cases}
PHASES: Final = list(RULES.questions["phase_actuelle"].type.choices or ())
DEPARTMENTS: Final = {
    "STR": ("departement_str", "Structure"),
    "ENE": ("departement_ene", "Énergies"),
    "MOE": ("departement_moe", "Maîtrise d'œuvre d'exécution"),
    "AMO": ("departement_amo", "Assistance à maîtrise d'ouvrage"),
}
MISSIONS: Final = [rule for rule in RULES.rules.values() if rule.id.partition("-")[0] in DEPARTMENTS]
SLOW: Final = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# What the law makes people study, check or attest: it may grow with the project, never shrink.
STUDIES: Final = {
    "O-ARCHI", "O-CT", "O-ATT-PS-PC", "O-ATT-PS-DAACT", "O-ATT-PS-PC-ANCIEN", "O-ATT-PS-DAACT-ANCIEN", "O-ATT-PS",
    "O-EFAE", "O-ATT-EFAE-PC", "O-DPE", "O-EET", "O-ENR-TOITURE", "O-CAS-PAR-CAS", "O-ETUDE-IMPACT", "O-ESSP", "O-PEMD",
    "O-RGA-ETUDE", "O-ATT-RGA-DAACT", "O-CDAC", "O-TOITURE-EXISTANT", "B-CT", "B-ATT-PS", "B-EFAE", "B-TOITURE",
}  # fmt: skip
SURFACES: Final = ("sdp_creee", "sdp_existante", "emprise_creee", "surface_vente", "shon_existante")
CLAY: Final = ("nulle", "faible", "moyenne", "forte")

worked_cases = st.sampled_from(RULES.cases).map(lambda worked: worked.case)


def studies(case: Case) -> set[str]:
    """Return the mandatory studies that hold."""
    return {finding.id for finding in evaluate(RULES, case, ask=False).holding} & STUDIES


def changed(case: Case, **answers: Any) -> Case:
    """Return the case with other answers."""
    return attrs.evolve(case, answers={**case.answers, **answers})


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
    removed = studies(changed(case, **{name: small})) - studies(changed(case, **{name: large}))
    # An enlargement is measured against what exists: the more there is, the smaller the share.
    assert removed <= ({"O-ESSP"} if name == "sdp_existante" else set())


@SLOW
@given(
    case=worked_cases,
    day=st.dates(dt.date(2011, 5, 1), dt.date(2028, 12, 31)),
    several=st.booleans(),
    name=st.sampled_from(["sdp", "emprise"]),
    sizes=st.tuples(st.integers(0, 80_000), st.integers(0, 80_000)),
)
def test_a_larger_building_never_removes_a_mandatory_study(case, day, several, name, sizes):
    small, large = sorted(sizes)
    case = changed(case, date_autorisation=day, plusieurs_batiments=several)
    rows = [
        {"batiment": f"B{number}", "date_depot": None, "hauteur": 10, "emprise": 400, "categorie_erp": None,
         "effectif": None, "indispensable": False, "puissance": None, "peu_energie": False, **row}
        for number, row in enumerate(case.records.get("partie", []))
    ]  # fmt: skip
    assume(rows)
    seen = [
        studies(attrs.evolve(case, records={"partie": [{**rows[0], name: size}, *rows[1:]]})) for size in (small, large)
    ]
    assert seen[0] <= seen[1]


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


@SLOW
@given(
    case=worked_cases,
    day=st.dates(dt.date(2020, 1, 1), dt.date(2028, 12, 31)),
    exposures=st.tuples(st.sampled_from(range(4)), st.sampled_from(range(4))),
)
def test_a_stronger_clay_exposure_never_removes_a_mandatory_study(case, day, exposures):
    low, high = sorted(exposures)
    case = changed(case, date_autorisation=day, date_contrat=day)
    assert studies(changed(case, exposition_rga=CLAY[low])) <= studies(changed(case, exposition_rga=CLAY[high]))


def test_a_mission_is_of_one_department_and_of_a_phase():
    assert len(MISSIONS) > 50
    for rule in MISSIONS:
        _, name = DEPARTMENTS[rule.id.partition("-")[0]]
        assert rule.task is not None, rule.id
        assert rule.task.label.source.startswith(f"{name} : "), rule.id
        assert rule.task.phase in PHASES, rule.id


@SLOW
@given(case=worked_cases, phase=st.sampled_from(PHASES), role=st.sampled_from(["maitre_ouvrage", "architecte"]))
def test_a_mission_is_proposed_with_its_department_in_the_phase_reached_or_a_later_one(case, phase, role):
    found = evaluate(RULES, changed(case, phase_actuelle=phase, role_repondant=role), ask=False)
    for task in found.tasks:
        if task.status == "holds" and task.id.partition("-")[0] in DEPARTMENTS:
            department, _ = DEPARTMENTS[task.id.partition("-")[0]]
            assert found.values[department] is True
            assert task.phase in PHASES


@SLOW
@given(
    case=worked_cases,
    owner=st.sampled_from(["public_etat", "public_local", "prive_pro", "particulier", "bailleur_social"]),
    aided=st.booleans(),
    nature=st.sampled_from(["neuf", "rehabilitation", "extension", "surelevation", "changement_destination"]),
    listed=st.sampled_from(["non", "inscrit", "classe"]),
    industrial=st.booleans(),
)
def test_public_owners_get_the_base_mission_where_the_law_says_so_and_nobody_else(
    case, owner, aided, nature, listed, industrial
):
    answers = {"type_mo": owner, "logements_aides": aided, "nature_operation": nature, "monument_historique": listed}
    answers |= {"usage_industriel": industrial, "process_industriel": industrial, "montage": "separe"}
    found = {one.id for one in evaluate(RULES, changed(case, **answers), ask=False).holding}
    restored = listed == "classe" and nature == "rehabilitation"
    assert ("O-MOP-BASE" in found) == (owner.startswith("public") and not industrial and not restored)


@SLOW
@given(case=worked_cases, permit=st.booleans(), gaps=st.lists(st.integers(40, 900), min_size=4, max_size=4))
def test_no_task_is_due_before_the_phase_it_belongs_to(case, permit, gaps):
    filed = case.on
    opened, done, received, declared = (filed + dt.timedelta(sum(gaps[: n + 1])) for n in range(4))
    case = changed(
        case,
        type_autorisation="PC" if permit else "aucune",
        date_autorisation=filed,
        date_ouverture=opened,
        ccag_travaux=True,
        date_achevement_annonce=done,
        date_reception=received,
        date_daact=declared,
    )
    starts = {"pro": filed, "act": filed, "preparation": filed, "travaux": opened, "reception": done, "gpa": received}
    late = [task for task in evaluate(RULES, case, ask=False).tasks if task.status == "holds" and task.due is not None]
    assert [task.id for task in late if task.due < starts.get(task.phase, dt.date.min)] == []


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("W-")])
def test_the_plan_goes_phase_by_phase(name):
    tasks = [task for task in evaluate(RULES, CASES[name].case, ask=False).tasks if task.status == "holds"]
    by_order = sorted(tasks, key=lambda task: task.order)
    ranks = [PHASES.index(task.phase) for task in by_order]
    assert tasks
    assert ranks == sorted(ranks)


def test_the_plan_is_exported_in_the_order_of_the_phases_and_its_days_to_a_calendar():
    found = evaluate(RULES, CASES["un calendrier daté"].case, ask=False)
    rows = list(csv.DictReader(io.StringIO(to_csv(found))))
    held = [task for task in found.tasks if task.status == "holds"]
    assert len(rows) == len(held)
    ranks = [PHASES.index(row["phase"]) for row in sorted(rows, key=lambda row: int(row["order"]))]
    assert ranks == sorted(ranks)
    assert {"O-CISSCT": "2027-02-08", "O-GPA": "2029-06-30"}.items() <= {row["id"]: row["due"] for row in rows}.items()
    events = icalendar.Calendar.from_ical(to_icalendar(found, RULES)).walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] == sorted(task.due for task in held if task.due)


def run(*command: str | Path, folder: Path | None = None) -> str:
    """Return what a command prints; it must end well."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "RULESET"))}
    done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy: nothing that was built in place gets in."""
    folder = tmp_path_factory.mktemp("wheel")
    left = shutil.ignore_patterns("build", "*.egg-info", "__pycache__")
    shutil.copytree(DISTRIBUTION, folder / "tree", ignore=left)
    pip = (sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation")
    run(*pip, "-w", folder, folder / "tree")
    (built,) = folder.glob("ruleset_ingenierie-*.whl")
    return built


def test_the_wheel_is_found_once_installed(wheel, tmp_path):
    venv.create(tmp_path / "installed", symlinks=True)
    python = tmp_path / "installed" / "bin" / "python"
    library = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel)
    # The environment has the plug-in itself; the engine and what it needs are read from ours.
    (library / "engine.pth").write_text(f"{ROOT / 'src'}\n{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    place = run(python, "-c", "import ruleset_ingenierie; print(ruleset_ingenierie.__file__)", folder=tmp_path)
    assert Path(place.strip()).is_relative_to(tmp_path)
    assert "ingenierie" in run(python, "-m", "ruleset", "list", folder=tmp_path)
    assert "Feasibility" in run(python, "-m", "ruleset", "--lang", "en", "show", "ingenierie", folder=tmp_path)


def test_the_wheel_holds_every_file_and_its_entry_point(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
        (declared,) = (name for name in held if name.endswith(".dist-info/entry_points.txt"))
        assert "ingenierie = ruleset_ingenierie" in archive.read(declared).decode()
    tracked = run("git", "ls-files", "src", folder=DISTRIBUTION).split()
    assert "src/ruleset_ingenierie/py.typed" in tracked
    assert {name.removeprefix("src/") for name in tracked} <= held


def test_no_line_of_the_rules_is_longer_than_a_screen_can_review():
    files = (DISTRIBUTION / "src" / "ruleset_ingenierie" / "rules").glob("*.yaml")
    lines = (
        (path.name, number, line)
        for path in files
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1)
    )
    assert [(name, number) for name, number, line in lines if len(line) > 120] == []
