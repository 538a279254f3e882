"""The real program in a real terminal: from the first screen to the results, killed on the way."""

import os
import signal
import sys
from pathlib import Path

import pexpect

from ruleset.storage import Storage

DEMO = Path(__file__).parent / "demo"
START = "import sys, ruleset_tui; sys.exit(ruleset_tui.run('fr', sys.argv[1] if len(sys.argv) > 1 else None))"
CTRL_O, CTRL_U = "\x0f", "\x15"
F6, F10, ALT_LEFT = "\x1b[17~", "\x1b[21~", "\x1b[1;3D"


def start(home: Path, *arguments: str) -> pexpect.spawn:
    environment = {**os.environ, "RULESET_HOME": str(home), "TERM": "xterm-256color", "LANG": "fr_FR.UTF-8"}
    environment.pop("NO_COLOR", None)
    return pexpect.spawn(
        sys.executable, ["-c", START, *arguments], env=environment, dimensions=(24, 80), encoding="utf-8", timeout=60
    )


def test_a_killed_interview_goes_on_where_it_was(tmp_path: Path) -> None:
    terminal = start(tmp_path, str(DEMO))
    terminal.expect("Louez-vous")
    terminal.send("2\r")
    terminal.expect("Quel loyer")
    terminal.send("1200\r")
    terminal.expect("2 réponses")
    os.kill(terminal.pid, signal.SIGKILL)
    terminal.wait()

    with Storage(tmp_path) as storage:
        (saved,) = storage.list()
    assert saved.case["answers"] == {"professional": False, "rent": "1200.00"}

    terminal = start(tmp_path, str(DEMO))
    terminal.expect("Reprendre")
    terminal.expect("2 réponses")
    terminal.send("\r")
    terminal.expect("2 réponses")
    terminal.send(ALT_LEFT)
    terminal.expect("Quel loyer")
    terminal.send(F6)
    terminal.expect("bloquant")
    terminal.expect("Que faire")
    terminal.send(F10)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0


def test_an_unknown_rule_set_is_said_without_opening_anything(tmp_path: Path) -> None:
    terminal = start(tmp_path, "nowhere")
    terminal.expect("jeu de règles inconnu")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 2


def test_a_table_is_imported_in_a_real_terminal(tmp_path: Path) -> None:
    (tmp_path / "mauvais.csv").write_text("label;noise\nScie;fort\n", encoding="utf-8")
    (tmp_path / "bon.csv").write_text("label;noise\nScie;90\nTour;70\n", encoding="utf-8")
    terminal = start(tmp_path / "home", str(DEMO))
    terminal.expect("Louez-vous")
    terminal.send(CTRL_O)
    terminal.expect("Quel fichier importer")
    terminal.send(f"{tmp_path}/mauvais.csv\r")
    terminal.expect("Rien n'a été importé")
    terminal.expect("ligne 2, colonne 2")
    terminal.send(CTRL_U)
    terminal.expect("Chemin du fichier")
    terminal.send(f"{tmp_path}/bon.csv\r")
    terminal.expect("Machine : 2 fiches")
    terminal.send(F10)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    with Storage(tmp_path / "home") as storage:
        (saved,) = storage.list()
    assert [row["label"] for row in saved.case["records"]["machine"]] == ["Scie", "Tour"]
