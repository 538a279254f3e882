"""The command line as people and programs meet it."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema  # its types are in another package
import pytest

from ruleset.cli import COMMANDS, main
from ruleset.cli.speech import speech_of

DATA = Path(__file__).parents[1] / "data"
STALL = str(DATA / "stall")
CASE = str(DATA / "stall-case.yaml")


@pytest.fixture(autouse=True)
def french(monkeypatch, tmp_path):
    """A French user with an empty data folder."""
    for name in ("RULESET_DEBUG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RULESET_LANG", "fr")
    monkeypatch.setenv("RULESET_HOME", str(tmp_path / "home"))


@pytest.fixture
def ruleset(capfd, monkeypatch):
    """Runs a command line: its status, what it writes, its messages."""

    def run(*words, typed=""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode()), encoding="utf-8"))
        status = main(words)
        out, err = capfd.readouterr()
        return status, out, err

    return run


# help and mistakes


def test_the_help_names_every_command_in_french(ruleset):
    status, out, _ = ruleset("--help")
    assert status == 0
    assert all(f"  {name} " in out for name in COMMANDS)
    assert "Langue des textes" in out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_help(ruleset, name):
    status, out, err = ruleset(name, "--help")
    assert (status, err) == (0, "")
    assert out.startswith(f"Usage : ruleset {name}")


def test_the_version_is_told(ruleset):
    assert ruleset("--version")[:2] == (0, "ruleset 0.1.0\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["evalute"], "ruleset: commande inconnue : evalute (vouliez-vous dire « evaluate » ?)"),
        (["evaluate"], "ruleset evaluate: il manque CAS"),
        (["evaluate", CASE, "--jsn"], "ruleset evaluate: option inconnue : --jsn (vouliez-vous dire « --json » ?)"),
        (["evaluate", CASE, "more"], "ruleset evaluate: argument en trop : more"),
        (["evaluate", CASE, "--on"], "ruleset evaluate: l'option --on demande une valeur"),
        (["evaluate", CASE, "--on", "2026-02-30"], "ruleset evaluate: --on : « 2026-02-30 » n'existe pas"),
        (["list", "--lang", "12"], "ruleset list: --lang : « 12 » n'est pas une langue"),
        (["evaluate", "nowhere.yaml"], "nowhere.yaml: fichier introuvable"),
        (["evaluate", STALL], f"{STALL}: c'est un dossier"),
        (["show", "nope"], "nope: jeu de règles inconnu"),
        (["check", "nope"], "nope: ni un dossier, ni un jeu de règles installé"),
        (["list", "--rules", "/nope"], "/nope: dossier introuvable"),
        (["explain", CASE, "FOOD"], "FOOD: règle inconnue (vouliez-vous dire « FOOD-COLD » ?)"),
        (["explain", CASE, "MINOR-HELPER@7"], "MINOR-HELPER: aucune fiche de numéro 7"),
        (["sessions", "show", "4"], "4: aucun entretien enregistré sous ce numéro"),
        ([], "ruleset: l'application demande un terminal"),
    ],
)
def test_a_mistake_is_told_on_one_line_and_gives_2(ruleset, words, message):
    status, out, err = ruleset(*words)
    assert (status, out) == (2, "")
    assert err.startswith(message)
    assert err.count("\n") == 1


def test_a_fault_of_ours_gives_1_and_no_traceback_unless_it_is_asked(ruleset, monkeypatch):
    def fail(*_arguments, **_settings):
        raise ZeroDivisionError("oups")

    monkeypatch.setattr("ruleset.cli.answers.outcome", fail)
    status, _, err = ruleset("evaluate", CASE)
    assert status == 1
    assert "ZeroDivisionError : oups" in err
    assert "Traceback" not in err
    monkeypatch.setenv("RULESET_DEBUG", "1")
    assert "Traceback" in ruleset("evaluate", CASE)[2]


def test_an_interruption_gives_130(ruleset, monkeypatch):
    def interrupt(*_arguments, **_settings):
        raise KeyboardInterrupt

    monkeypatch.setattr("ruleset.cli.answers.read_case", interrupt)
    assert ruleset("evaluate", CASE)[0] == 130


# evaluate


def test_evaluate_tells_the_verdict_then_the_findings_by_severity(ruleset):
    status, out, _ = ruleset("evaluate", CASE)
    titles = [
        "Avis : bloquant",
        "\nBloquant\n",
        "\nRisque\n",
        "\nPrudence\n",
        "\nOptions\n",
        "\nValeurs\n",
        "\nSupposé\n",
    ]
    places = [out.index(title) for title in titles]
    assert status == 0
    assert places == sorted(places)
    assert "  → Louez-en une avant l'ouverture." in out
    assert "  § Règlement du marché, art. 1 (depuis le 1er janvier 2020) https://example.org/a1" in out
    assert "MINOR-HELPER" not in out
    assert "MINOR-HELPER (Aide « Léa »)" in ruleset("evaluate", CASE, "--all")[1]


def test_the_json_is_the_contract(ruleset):
    status, out, err = ruleset("evaluate", CASE, "--json")
    found = json.loads(out)
    assert (status, err) == (0, "")
    assert list(found) == [
        "ruleset", "version", "on", "lang", "findings", "tasks", "options", "values", "record_values", "assumed", "ask",
        "digest",
    ]  # fmt: skip
    assert {one["status"] for one in found["findings"]} == {"holds", "open", "ruled_out"}
    assert "é" in out


def test_the_json_does_not_depend_on_the_language_of_the_machine(ruleset, monkeypatch):
    french = ruleset("evaluate", CASE, "--json")[1]
    monkeypatch.setenv("RULESET_LANG", "en")
    assert ruleset("evaluate", CASE, "--json")[1] == french
    assert json.loads(ruleset("evaluate", CASE, "--json", "--lang", "en")[1])["lang"] == "en"


def test_a_case_is_read_from_the_standard_input(ruleset):
    typed = json.dumps({"ruleset": "demo/stall", "on": "2026-11-23", "answers": {"food": True, "cold": False}})
    status, out, _ = ruleset("evaluate", "-", "--rules", STALL, "--json", typed=typed)
    assert (status, json.loads(out)["ruleset"]) == (0, "demo/stall")


def test_the_law_of_another_day_is_asked_for(ruleset):
    assert "Droit au 1er mars 2025" in ruleset("evaluate", CASE, "--on", "2025-03-01")[1]


def test_every_problem_of_a_case_is_told_with_its_place(ruleset, tmp_path):
    case = tmp_path / "case.yaml"
    case.write_text(f"ruleset: {STALL}\nanswers:\n  food: perhaps\n  kin: table\n", encoding="utf-8")
    status, out, err = ruleset("evaluate", str(case))
    assert (status, out) == (2, "")
    lines = err.splitlines()
    assert lines[0].startswith(f"{case}:3:9: food : « perhaps »")
    assert lines[1].startswith(f"{case}:4:3: question inconnue : « kin » (vouliez-vous dire « kind » ?)")


@pytest.mark.parametrize("nothing", ["null", "~", "", "unknown"])
def test_an_answer_left_empty_is_unknown(ruleset, tmp_path, nothing):
    case = tmp_path / "case.yaml"
    case.write_text(f"ruleset: {STALL}\non: 2026-11-23\nanswers:\n  food: {nothing}\n", encoding="utf-8")
    status, out, _ = ruleset("evaluate", str(case), "--json")
    assert (status, "food" in json.loads(out)["ask"]) == (0, True)


def test_answers_that_count_for_nothing_are_told_apart(ruleset, tmp_path):
    case = tmp_path / "case.yaml"
    case.write_text(f"ruleset: {STALL}\nanswers: {{food: false, cold: true}}\n", encoding="utf-8")
    assert "cold : réponse ignorée" in ruleset("evaluate", str(case))[2]


def test_verify_compares_the_engines(ruleset):
    assert "concordent" in ruleset("evaluate", CASE, "--verify")[2]


# explain


def test_explain_goes_from_the_finding_to_the_answers(ruleset):
    status, out, _ = ruleset("explain", CASE, "FOOD-COLD")
    assert status == 0
    assert out.splitlines()[0] == "FOOD-COLD (établi, bloquant) : Une vitrine réfrigérée est exigée."
    assert "Avez-vous une vitrine réfrigérée ? : non" in out


def test_explain_as_json_gives_the_tree(ruleset):
    found = json.loads(ruleset("explain", CASE, "MINOR-HELPER", "--record", "0", "--json")[1])
    assert (found["kind"], found["status"], found["ask"]) == ("finding", "open", ["helper[0].family"])


# show, list, schema, plugins, doctor


def test_show_documents_questions_parameters_rules_and_sources(ruleset):
    out = ruleset("show", STALL)[1]
    for part in ("## Questions", "depuis le 1er janvier 2026 : 3,50", "**FOOD-COLD** (R-1) [D-03]", "art. 2", "[D-09]"):
        assert part in out
    assert json.loads(ruleset("show", STALL, "--json")[1])["rules"][0]["ref"] == "R-1"


def test_list_names_the_rule_sets_and_those_of_a_folder(ruleset):
    status, out, _ = ruleset("list", "--rules", STALL)
    assert status in (0, 2)  # a rule set that is being written may not load
    assert "demo/stall" in out


def test_the_schema_of_cases_accepts_what_evaluate_accepts(ruleset):
    schema = json.loads(ruleset("schema", STALL)[1])
    jsonschema.Draft202012Validator.check_schema(schema)
    good = {"ruleset": "demo/stall", "answers": {"food": True, "kind": "table", "turnover": "12.50", "name": "none"}}
    jsonschema.validate(good, schema)
    for answers in ({"food": 3}, {"kind": "boat"}, {"kind": "none"}, {"nope": 1}, {"days_open": 9}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**good, "answers": answers}, schema)


def test_the_schema_of_rule_files_is_a_schema(ruleset):
    jsonschema.Draft202012Validator.check_schema(json.loads(ruleset("schema")[1]))


def test_doctor_says_which_engine_runs_and_where_data_is(ruleset, tmp_path):
    found = json.loads(ruleset("doctor", "--json")[1])
    assert found["engine"]
    assert found["data"].startswith(str(tmp_path))
    assert found["locale"] == "fr_FR"


def test_plugins_are_listed(ruleset):
    assert "loyalty" in ruleset("plugins")[1]


# check, test


def test_check_shows_every_problem_with_its_line_and_a_caret(ruleset, tmp_path):
    (tmp_path / "r.yaml").write_text(
        "ruleset: r\ntitle: R\nversion: 1\nquestions:\n  a: {ask: A ?, type: yes_no}\n"
        "rules:\n  X:\n    when: b\n    then: {finding: info, say: S, source: Z}\n",
        encoding="utf-8",
    )
    status, out, err = ruleset("check", str(tmp_path))
    assert status == 2
    assert "r.yaml:8:11: nom inconnu : « b »" in err
    assert "        when: b\n              ^\n" in err
    assert "source inconnue : « Z »" in err
    assert "2 erreur(s)" in out


def test_check_traces_the_statements_of_a_document(ruleset, tmp_path):
    document = tmp_path / "d.md"
    document.write_text("D-01, D-02, D-03, D-09 et D-77 ; X-1", encoding="utf-8")
    status, out, _ = ruleset("check", STALL, "--trace", "--dossier", str(document))
    assert status == 0
    assert "D-03 : FOOD-COLD" in out
    assert "1 énoncé(s) du document sans trace : D-77" in out


def test_test_runs_the_cases_and_measures_what_they_show(ruleset):
    status, out, _ = ruleset("test", STALL)
    assert status == 0
    assert "5 cas, 0 en échec" in out
    assert "issues de règles : 32/32 (100 %)" in out


def test_a_case_that_differs_or_a_rule_that_no_case_shows_gives_1(ruleset, tmp_path):
    text = (
        "ruleset: r\ntitle: R\nversion: 1\ncoverage: 90\nsources: {Z: {title: Z}}\n"
        "questions:\n  a: {ask: A ?, type: yes_no}\n"
        "rules:\n  X: {when: a, then: {finding: info, say: S, source: Z}}\n"
        "cases:\n  - {name: un, on: 2026-01-01, answers: {a: true}, expect: {ruled_out: [X]}}\n"
    )
    (tmp_path / "r.yaml").write_text(text, encoding="utf-8")
    status, out, _ = ruleset("test", str(tmp_path), "--verbose")
    assert status == 1
    assert "ruled_out X : attendu écarté ; obtenu établi" in out
    assert "X : ruled_out, open" in out
    assert "les cas doivent montrer 90 %" in out


# ask


def test_ask_leads_the_interview_line_by_line(ruleset, tmp_path):
    out_file = tmp_path / "case.json"
    case = tmp_path / "case.yaml"
    case.write_text(
        "ruleset: demo/stall\non: 2026-11-23\nanswers: {resident: true, kind: table, tools: [scale], name: none,"
        " opening: 2026-11-30, days_open: 3, length_m: 2}\nrecords: {helper: []}\n",
        encoding="utf-8",
    )
    typed = "?\npeut-être\noui\nretour\nOUI\nje ne sais pas\n1 234,50 €\n"
    status, out, _ = ruleset("ask", STALL, "--rules", STALL, "--case", str(case), "-o", str(out_file), typed=typed)
    assert status == 0
    assert "Elle compte pour la conclusion FOOD-COLD (bloquant)." in out
    assert "« peut-être » : répondez oui ou non" in out
    assert out.count("Vendez-vous de la nourriture ?\n") == 2
    assert "Avis : " in out
    answers = json.loads(out_file.read_text(encoding="utf-8"))["answers"]
    assert (answers["food"], answers["turnover"], "cold" in answers) == (True, "1234.50", False)


def test_when_the_input_ends_what_is_known_is_told(ruleset):
    status, out, _ = ruleset("ask", STALL, typed="0\n2\n")
    assert status == 0
    assert "Fin des réponses : voici ce que l'on peut déjà dire." in out
    assert "Grand emplacement : 3 points" in out


def test_a_saved_interview_can_be_listed_shown_exported_and_deleted(ruleset):
    assert "Entretien enregistré : n° 1" in ruleset("ask", STALL, "--save", typed="0\n2\n")[1]
    assert "1  demo/stall" in ruleset("sessions")[1]
    assert json.loads(ruleset("sessions", "export", "1")[1])["answers"] == {"kind": "truck"}
    assert "Grand emplacement" in ruleset("sessions", "show", "1", "--rules", STALL)[1]
    assert ruleset("sessions", "delete", "1")[0] == 0
    assert json.loads(ruleset("sessions", "list", "--json")[1]) == []
    assert "0 entretien(s)" in ruleset("sessions", "purge", "--yes")[1]


FORM = """ruleset: statut/forme
on: 2026-11-23
answers: {date_creation: 2026-12-01, nb_associes: 1, tolerance_formalites: faible}
"""


def test_ask_takes_the_answers_that_another_questionnaire_has_already(ruleset, tmp_path):
    case = tmp_path / "forme.yaml"
    case.write_text(FORM, encoding="utf-8")
    status, out, err = ruleset("ask", "statut/aides", "--case", str(case), "--save", typed="fin\n")
    assert (status, err) == (0, "")
    assert out.startswith(
        "2 réponses reprises de « Choisir la forme de son entreprise » :\n"
        "  Quel jour votre activité commence-t-elle, ou a-t-elle commencé ? 1er décembre 2026\n"
        "  Combien serez-vous d'associés, vous compris ? 1\n"
    )
    out = ruleset("ask", "statut/dossier", "--reuse", typed="fin\n")[1]
    assert out.startswith("1 réponse reprise de « Les aides à la création d'entreprise » :\n")
    assert "réponse" not in ruleset("ask", "statut/dossier", typed="fin\n")[1].splitlines()[0]


def test_ask_says_when_the_case_of_another_questionnaire_is_of_no_use(ruleset, tmp_path):
    case = tmp_path / "forme.yaml"
    case.write_text(FORM, encoding="utf-8")
    status, _, err = ruleset("ask", "retention", "--case", str(case))
    assert (status, err) == (2, f"{case}: ce cas est pour « statut/forme », sans réponse commune avec « retention »\n")


# the process


def python(*words, **settings):
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False, **settings)


@pytest.mark.parametrize("words", [["--help"], ["list"], ["evaluate", CASE]])
def test_no_terminal_library_is_imported(words):
    program = (
        "import sys; from ruleset.cli import main; main(sys.argv[1:]);"
        "sys.exit(any(name in sys.modules for name in ('textual', 'rich')))"
    )
    assert python("-c", program, *words).returncode == 0


def test_a_reader_that_has_enough_is_no_error():
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "ruleset", "show", STALL], stdout=write, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_language_is_read_before_the_commands_are_built():
    assert speech_of(["evaluate", "x", "--lang", "en"]).locale == "en"
    assert speech_of(["evaluate", "--", "--lang", "en"]).asked is None


def test_a_pipe_without_utf_8_still_gets_utf_8_json():
    done = subprocess.run(
        [sys.executable, "-m", "ruleset", "evaluate", CASE, "--json"],
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=True,
    )
    assert "réfrigérée" in done.stdout.decode("utf-8")
