"""What is installed: the wheel with its data, the command, and what importing the library costs."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TERMINAL = ("textual", "rich", "ruleset_tui")
LATE = ("babel", "durable", "durable_rules_engine", "holidays", "yaml")


def run(*command: str | Path, folder: Path | None = None) -> str:
    """Return what a command prints; it must end well."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "RULESET"))}
    done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheels of the working tree by distribution, built from a copy: no build folder of ours gets in."""
    folder = tmp_path_factory.mktemp("wheels")
    files = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", folder=ROOT).split("\0")
    for name in files:
        if (ROOT / name).is_file():
            (folder / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "tree" / name).write_bytes((ROOT / name).read_bytes())
    trees = [folder / "tree", folder / "tree" / "examples" / "ingenierie"]
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder, *trees)
    return {built.name.partition("-")[0]: built for built in folder.glob("*.whl")}


@pytest.fixture(scope="session")
def wheel(wheels: dict[str, Path]) -> Path:
    """The wheel of the library."""
    return wheels["ruleset"]


@pytest.fixture(scope="session")
def installed(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs folder of an environment that has the wheels; what they depend on is read from ours."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    library = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    pip = (sys.executable, "-m", "pip", "--python", python)
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", *wheels.values())
    (library / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / "bin"


def test_the_wheel_holds_every_file_of_its_packages(wheel):
    packages = {
        "src/ruleset/": "ruleset/",
        "plugins/": "ruleset_plugins/",
        "rules/": "ruleset_rules/",
        "tui/": "ruleset_tui/",
    }
    tracked = run("git", "ls-files", "-z", *packages, folder=ROOT).split("\0")
    expected = {
        package + name.removeprefix(folder)
        for folder, package in packages.items()
        for name in tracked
        if name.startswith(folder)
    }
    assert expected - set(zipfile.ZipFile(wheel).namelist()) == set()


def test_the_wheel_carries_its_licence_and_its_types(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert "ruleset/py.typed" in names
    assert [name for name in names if name.endswith("licenses/LICENSE")]


def test_the_command_runs_from_the_wheel(installed, tmp_path):
    place = run(installed / "python", "-c", "import ruleset; print(ruleset.__file__)", folder=tmp_path)
    assert Path(place).is_relative_to(installed.parent)
    assert run(installed / "ruleset", "--version", folder=tmp_path).strip().endswith("0.1.0")
    listed = run(installed / "ruleset", "list", folder=tmp_path)
    assert "loyalty" in listed
    assert "ingenierie" in listed


def test_make_installs_every_distribution_of_the_tree(tmp_path):
    projects = run("git", "ls-files", "pyproject.toml", "*/pyproject.toml", folder=ROOT).split()
    for stamp in (".installed", ".installed-dev"):
        planned = run("make", "--dry-run", f"VENV={tmp_path}/venv", f"{tmp_path}/venv/{stamp}", folder=ROOT)
        assert [str(Path(name).parent) for name in projects if f"--editable {Path(name).parent}" not in planned] == []


def test_a_plugin_shipped_apart_is_shown_with_its_distribution(installed, tmp_path):
    assert "ingenierie (ruleset-ingenierie 0.1.0)" in run(installed / "ruleset", "plugins", folder=tmp_path)
    assert "ruleset-ingenierie 0.1.0" in run(installed / "ruleset", "doctor", folder=tmp_path)


def imported(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after a statement."""
    program = f"import sys; {statement}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    return set(run(sys.executable, "-c", program).split())


def test_importing_the_library_loads_neither_the_terminal_nor_what_can_wait():
    assert imported("import ruleset") & {*TERMINAL, *LATE} == set()


def test_the_command_line_loads_the_terminal_only_to_open_it():
    assert imported("import ruleset.cli") & set(TERMINAL) == set()


@pytest.mark.parametrize("module", ["ruleset.texts", "ruleset.extract"])
def test_texts_wait_for_babel_until_something_is_written(module):
    assert imported(f"import {module}") & {*TERMINAL, *LATE} == set()
