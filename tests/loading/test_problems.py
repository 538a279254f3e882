"""Every mistake in a file of rules is told once, with its place; the sign ¦ stands just before that place."""
# ruff: noqa: E501  one case a line reads best

import re

import pytest

from ruleset.loading.folder import load_folder
from ruleset.loading.problems import LoadError
from ruleset.testing import HEADER, write_files

QUESTION = "questions:\n  n: {ask: N, type: integer}\n  a: {ask: A, type: yes_no}\n"
RULE = "rules:\n  R: {when: a, then: {finding: risk, say: X, source: S}}\n"
PIECES = "records:\n  piece: {title: P, plural: pieces, questions: {ok: {ask: O, type: yes_no}}}\n"

MISTAKES = {
    # the file and its header
    "unknown section": ("¦ruls: {}", "clé inconnue « ruls » pour un fichier de règles (vouliez-vous dire « rules » ?)"),
    "list for a section": ("questions: ¦[a]", "un groupe de clés (lettres sans accent"),
    "key twice": ("notes: []\n¦notes: []", "clé « notes » en double (déjà ligne 7)"),
    "header twice": ("¦title: Autre", "clé « title » en double"),
    "key of a list": ("? ¦[a]\n: b", "clé inconnue faite d'un groupe ou d'une liste"),
    "missing include": ("include: [¦../nowhere.yaml]", "fichier à inclure introuvable : « ../nowhere.yaml »"),
    "missing rule set": ("uses: [¦other/aides]", "jeu de règles introuvable : « other/aides »"),
    "bad whole number": ("coverage: ¦lots", "« lots » n'est pas un nombre entier ; un nombre entier attendu"),
    "name": ("questions: {¦été: {ask: E, type: yes_no}}", "« été » n'est pas un nom possible"),
    "reserved name": ("questions: {¦on: {ask: E, type: yes_no}}", "« on » est un mot du langage"),
    "python keyword": ("questions: {¦class: {ask: E, type: yes_no}}", "« class » est un mot du langage"),
    "name of two parts": (f"{QUESTION}definitions: {{¦n: 1}}", "« n » nomme déjà autre chose en "),
    "name of a list": (f"{QUESTION}{PIECES.replace('plural: pieces', 'plural: ¦n')}", "« n » nomme déjà autre chose en "),
    # sources
    "source dates": ("sources:\n  T: {title: T, since: 2020-01-01, until: ¦2019-01-01}", "la source finit (2019-01-01) avant"),
    "source mark": ("sources: {T: {title: T, mark: ¦cheked}}", "« cheked » : une marque inconnu (vouliez-vous dire « checked » ?)"),
    "not a day": ("sources: {T: {title: T, since: ¦2020-13-01}}", "« 2020-13-01 » n'existe pas dans le calendrier"),
    "not written as a day": ("sources: {T: {title: T, since: ¦1/2/2020}}", "n'est pas une date (attendu : AAAA-MM-JJ)"),
    # questions
    "question without ask": ("questions: {q: ¦{type: yes_no}}", "il manque « ask » pour une question"),
    "question without type": ("questions: {q: ¦{ask: Q}}", "il manque « type » pour une question"),
    "misspelt required key": ("questions: {q: {ask: Q, ¦typ: yes_no}}", "clé inconnue « typ » pour une question (vouliez-vous dire « type » ?)"),
    "unknown type": ("questions: {q: {ask: Q, type: ¦yesno, currency: EUR, min: 3}}", "« yesno » : un type inconnu (vouliez-vous dire « yes_no » ?)"),
    "choice without choices": ("questions: {q: {ask: Q, type: ¦choice}}", "un type « choice » demande ses « choices »"),
    "choices without choice": ("questions: {q: {ask: Q, type: text, choices: ¦[a]}}", "« choices » ne va pas avec le type « text »"),
    "choice twice": ("questions: {q: {ask: Q, type: choice, choices: ¦[a, a]}}", "un choix est écrit deux fois"),
    "empty value": ("questions: {q: {ask: ¦, type: text}}", "valeur vide ; un texte attendu"),
    "currency": ("questions: {q: {ask: Q, type: money, currency: ¦euro}}", "« euro » n'est pas un code de monnaie"),
    "currency of a number": ("questions: {q: {ask: Q, type: number, currency: ¦EUR}}", "« currency » ne va qu'avec le type money"),
    "unit": ("questions: {q: {ask: Q, type: number, unit: ¦'3 km'}}", "« 3 km » n'est pas une unité"),
    "unit of a text": ("questions: {q: {ask: Q, type: text, unit: ¦km}}", "« unit » ne va qu'avec les types integer et number"),
    "limits": ("questions: {q: {ask: Q, type: integer, min: 3, max: ¦2}}", "« max » est plus petit que « min »"),
    "limit of a text": ("questions: {q: {ask: Q, type: text, max: ¦2}}", "« max » ne va qu'avec un nombre, un montant ou une date"),
    "limit is no number": ("questions: {q: {ask: Q, type: integer, max: ¦many}}", "« many » n'est pas un nombre (« max »)"),
    "assumption": ("questions: {q: {ask: Q, type: integer, assume: ¦1.5}}", "« 1.5 » n'est pas un nombre entier"),
    "flag": ("questions: {q: {ask: Q, type: integer, optional: ¦maybe}}", "« maybe » n'est ni true ni false"),
    "group": ("groups: {job: Emploi}\nquestions: {q: {ask: Q, type: text, group: ¦jobs}}", "groupe inconnu : « jobs » (vouliez-vous dire « job » ?)"),
    "source of a question": ("questions: {q: {ask: Q, type: text, source: ¦Z}}", "source inconnue : « Z »"),
    "condition of a question": ("questions: {q: {ask: Q, type: text, ask_when: ¦z}}", "nom inconnu : « z »"),
    "questions in a circle": (
        "questions:\n  ¦b: {ask: B, type: yes_no, ask_when: c}\n  c: {ask: C, type: yes_no, ask_when: b}",
        "tournent en rond : ",
    ),
    "questions of records in a circle": (
        "records: {p: {title: P, plural: ps, questions:\n {¦b: {ask: B, type: yes_no, ask_when: p.c}, c: {ask: C, type: yes_no, ask_when: p.b}}}}",
        "tournent en rond : ",
    ),
    # parameters
    "parameter without source": ("parameters: {¦p: {type: integer, values: {2020-01-01: 1}}}", "le paramètre « p » n'a pas de source"),
    "parameter without values": ("parameters: {p: {type: integer, source: S, values: ¦{}}}", "le paramètre « p » n'a aucune valeur"),
    "parameter's day": ("parameters: {p: {type: integer, source: S, values: {¦2020: 1}}}", "« 2020 » n'est pas un nom possible : une date"),
    "parameter's impossible day": ("parameters: {p: {type: integer, source: S, values: {¦2020-02-30: 1}}}", "n'existe pas dans le calendrier"),
    "parameter's value": ("parameters: {p: {type: integer, source: S, values: {2020-01-01: ¦x}}}", "« x » n'est pas un nombre"),
    "parameter's empty value": ("parameters: {p: {type: integer, source: S, values: {2020-01-01: ¦~}}}", "une valeur est attendue ici"),
    "parameter's several values": ("parameters: {p: {type: integer, source: S, values: {2020-01-01: ¦{a: 1}}}}", "demandent « keys »"),
    "value by key": ("parameters: {p: {type: integer, keys: [a], source: S, values: {2020-01-01: ¦1}}}", "une valeur par clé est attendue : a"),
    "missing key": ("parameters: {p: {type: integer, keys: [a, b], source: S, values: {2020-01-01: ¦{a: 1}}}}", "il manque la valeur de : b"),
    "unknown key": ("parameters: {p: {type: integer, keys: [alpha], source: S, values: {2020-01-01: {¦alpa: 1}}}}", "clé inconnue : « alpa » (vouliez-vous dire « alpha » ?)"),
    "source of a value": ("parameters: {p: {type: integer, values: {2020-01-01: {value: 1, source: ¦Z}}}}", "source inconnue : « Z »"),
    # definitions
    "definition": ("definitions: {d: ¦z + 1}", "nom inconnu : « z »"),
    "definition's keys": ("definitions: {d: ¦{label: D}}", "il faut au moins une de ces clés pour une définition : value, cases"),
    "value and cases": ("definitions: {¦d: {value: 1, cases: [{when: true, value: 1}]}}", "« value » ou « cases », pas les deux"),
    "otherwise": ("definitions: {d: {value: 1, otherwise: ¦2}}", "« otherwise » ne va qu'avec « cases »"),
    "case of a definition": ("definitions: {d: {cases: [{when: ¦1, value: 1}]}}", "types différents pour le résultat"),
    "values of cases": ("definitions: {d: {cases: [{when: true, value: 1}, {when: true, value: ¦on}], otherwise: 2}}", "types différents pour les valeurs des lignes"),
    "declared type": (f"{QUESTION}definitions: {{d: {{value: ¦n, type: date}}}}", "types différents pour le type déclaré et l'expression"),
    "declared integer": (f"{QUESTION}definitions: {{d: {{value: ¦n / 2, type: integer}}}}", "n'est pas un nombre entier : arrondissez-la"),
    "declared choices": ("definitions: {d: {value: ¦'\"z\"', type: choice, choices: [a]}}", "valeur absente de « choices » : z"),
    "text as choice": ("questions: {w: {ask: W, type: text}}\ndefinitions: {d: {value: ¦w, type: choice, choices: [a]}}", "un texte libre : elle ne peut pas devenir un choix"),
    "record type": ("definitions: {d: {for: ¦piece, value: 1}}", "type de fiche inconnu : « piece »"),
    "definitions in a circle": ("definitions:\n  b: c + 1\n  c: b + 1", "ces définitions tournent en rond : "),
    "rounding": ("definitions: {d: {value: 1, rounding: ¦half}}", "« half » : un arrondi inconnu"),
    # tables
    "table's keys": ("tables: {t: ¦{policy: first}}", "il faut au moins une de ces clés pour une table : rows, file"),
    "policy": ("tables: {t: {policy: ¦frist, rows: []}}", "« frist » : une règle de choix inconnu (vouliez-vous dire « first » ?)"),
    "row": (f"{QUESTION}tables: {{t: {{policy: first, inputs: [n], rows: [{{when: ¦[1, 2], value: 1}}]}}}}", "2 cellules pour 1 entrées"),
    "cell": (f"{QUESTION}tables: {{t: {{policy: first, inputs: [n], rows: [{{when: [¦x], value: 1}}]}}}}", "cellule « x » : « x » n'est pas un nombre"),
    "ordered cell": (f"{QUESTION}tables: {{t: {{policy: first, inputs: [a], rows: [{{when: ['¦> yes'], value: 1}}]}}}}", "cette entrée ne s'ordonne pas (oui/non)"),
    "input": ("tables: {t: {policy: first, inputs: [¦z], rows: [{when: [1], value: 1}]}}", "nom inconnu : « z »"),
    "highest of choices": ("tables: {¦t: {policy: highest, rows: [{value: '\"a\"'}]}}", "« highest » demande des nombres ou des dates"),
    "sum of dates": ("tables: {¦t: {policy: sum, rows: [{value: on}]}}", "« sum » demande des nombres"),
    "sum otherwise": ("tables: {t: {policy: sum, rows: [{value: 1}], otherwise: ¦1}}", "une somme sans ligne vaut 0"),
    "collect otherwise": ("tables: {t: {policy: collect, rows: [{value: 1}], otherwise: ¦1}}", "une liste sans ligne est vide"),
    "table file": ("tables: {t: {policy: first, file: ¦no.csv}}", "fichier CSV introuvable dans le dossier : « no.csv »"),
    "table's day": ("tables: {t: {policy: first, by: ¦1, rows: [{value: 1}]}}", "types différents pour le résultat : date et nombre entier"),
    # records
    "record without list": ("records: {p: ¦{title: P, questions: {}}}", "il manque « plural » pour un type de fiche"),
    "field that names": (PIECES.replace("title: P", "title: P, name: ¦okk"), "champ inconnu : « okk » (vouliez-vous dire « ok » ?)"),
    "reference without file": ("reference: {p: ¦{title: P, plural: ps, fields: {}}}", "il manque « file »"),
    # rules
    "rule without then": (f"{QUESTION}rules: {{R: ¦{{when: a}}}}", "il manque « then » pour une règle"),
    "then concludes nothing": (f"{QUESTION}rules: {{R: {{when: a, then: ¦{{say: X}}}}}}", "il faut au moins une de ces clés pour une conclusion"),
    "finding says nothing": (f"{QUESTION}rules: {{R: {{when: a, then: ¦{{finding: risk}}}}}}", "la conclusion « R » ne dit rien"),
    "severity": (f"{QUESTION}rules: {{R: {{when: a, then: {{finding: ¦riks, say: X, do: Y, cases: [{{when: a}}]}}}}}}", "« riks » : une gravité inconnu (vouliez-vous dire « risk » ?)"),
    "advice without finding": (f"{QUESTION}rules: {{R: {{when: a, then: {{task: T, do: ¦X}}}}}}", "« do » ne va qu'avec une conclusion"),
    "due without task": (f"{QUESTION}rules: {{R: {{when: a, then: {{finding: ok, say: X, due: ¦on}}}}}}", "« due » ne va qu'avec une tâche"),
    "due is a day": (f"{QUESTION}rules: {{R: {{when: a, then: {{task: T, due: ¦n}}}}}}", "types différents pour le résultat : date et nombre entier"),
    "option": ("options: {micro: M}\nrules: {R: {then: {exclude: ¦mikro}}}", "option inconnue : « mikro » (vouliez-vous dire « micro » ?)"),
    "favoured option": ("options: {micro: M}\nrules: {R: {then: {favour: {¦sasu: 1}}}}", "option inconnue : « sasu »"),
    "points": ("options: {micro: M}\nrules: {R: {then: {favour: {micro: ¦on}}}}", "types différents pour le résultat : nombre et date"),
    "period": (f"{QUESTION}rules: {{R: {{valid: {{from: 2020-01-01, until: ¦2019-01-01}}, then: {{task: T}}}}}}", "la période finit (2019-01-01) avant de commencer"),
    "hole": (f"{QUESTION}rules: {{R: {{then: {{finding: ok, say: 'X {{¦z}}'}}}}}}", "dans le texte : nom inconnu : « z »"),
    "brace": (f"{QUESTION}rules: {{R: {{then: {{finding: ok, say: 'X ¦}}'}}}}}}", "accolade « } » isolée"),
    "rule in a circle": ("rules:\n  ¦R: {when: 'holds(\"R\")', then: {task: T}}", "tournent en rond : R → R"),
    "source of a rule": (f"{QUESTION}rules: {{R: {{then: {{finding: ok, say: X, source: [S, ¦Z]}}}}}}", "source inconnue : « Z »"),
    # cases
    "case without a day": (f"{QUESTION}{RULE}cases: [¦{{name: C, answers: {{}}, expect: {{}}}}]", "un cas dit son jour"),
    "case's profile": (f"{QUESTION}{RULE}cases: [{{name: C, profile: ¦BASE, on: 2026-01-01, expect: {{}}}}]", "profil inconnu : « BASE »"),
    "case's question": (f"{QUESTION}{RULE}cases: [{{name: C, on: 2026-01-01, answers: {{¦z: 1}}, expect: {{}}}}]", "question inconnue : « z »"),
    "case's answer": (f"{QUESTION}{RULE}cases: [{{name: C, on: 2026-01-01, answers: {{a: ¦maybe}}, expect: {{}}}}]", "a : « maybe » n'est ni oui (true) ni non (false)"),
    "case's answers": (f"{QUESTION}{RULE}cases: [¦{{name: C, on: 2026-01-01, answers: [a], expect: {{}}}}]", "les réponses sont un groupe"),
    "case's record type": (f"{QUESTION}{RULE}cases: [{{name: C, on: 2026-01-01, records: {{¦box: []}}, expect: {{}}}}]", "type de fiche inconnu : « box »"),
    "case's records": (f"{QUESTION}{PIECES}{RULE}cases: [{{name: C, on: 2026-01-01, records: {{¦piece: 3}}, expect: {{}}}}]", "« piece » est une liste de fiches"),
    "case's field": (f"{QUESTION}{PIECES}{RULE}cases: [{{name: C, on: 2026-01-01, records: {{piece: [{{¦z: 1}}]}}, expect: {{}}}}]", "piece : question inconnue : « z »"),
    # YAML itself
    "anchor": ("notes: ¦&a [x]", "ancre ou renvoi « &a »"),
    "alias": ("notes: [¦*a]", None),
    "tag": ("notes: ¦!!seq [x]", "les types de YAML ne s'emploient pas"),
    "tab": ("notes:\n¦\t- x", None),
    "colon": ("notes: a¦: b: c", "« : » dans une valeur"),
    "second document": ("¦---\nnotes: []", "un fichier est un seul document"),
    "unclosed": ("notes: [a,\n", None),
    "control character": ("notes: [a¦\x07]", "n'est pas imprimable"),
}  # fmt: skip


def problems_of(folder, files):
    with pytest.raises(LoadError) as error:
        load_folder(write_files(folder, files))
    return error.value.problems


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_once_with_its_place(name, tmp_path):
    marked, fragment = MISTAKES[name]
    header = HEADER[: HEADER.index("sources")] if marked.startswith("sources") else HEADER
    text = header + marked + "\n"
    found = problems_of(tmp_path, {"rules.yaml": text.replace("¦", "")})
    assert len(found) == 1, "\n".join(map(str, found))
    if fragment is not None:
        assert fragment in found[0].message
    if "¦" in text:
        before = text[: text.index("¦")]
        assert (found[0].where.line, found[0].where.column) == (
            before.count("\n") + 1,
            len(before) - before.rfind("\n"),
        )


CSV_MISTAKES = {
    "columns": ("m,value\n1,2\n", "t.csv:1:1: colonnes attendues : n, value"),
    "cells": ("n,value\n1,2\n1,2,3\n", "t.csv:3:1: 3 cellules au lieu de 2"),
    "twice": ("n,n,value\n1,1,2\n", "t.csv:1:1: deux colonnes ont le même nom"),
    "cell": ("n,value\n1,2\nx,2\n", "t.csv:3:1: cellule « x » : « x » n'est pas un nombre"),
    "cell after a line break": ('n,value,note\n1,2,"a\nb"\nx,2,\n', "t.csv:4:1: cellule « x »"),
    "value": ("n,value\n1,z\n", "t.csv:2:1: nom inconnu : « z »"),
    "kinds": ("n,value\n1,1\n2,on\n", "t.csv:3:1: types différents pour les valeurs des lignes"),
    "from": ("n,value,from\n1,1,hier\n", "t.csv:2:1: « hier » n'est pas une date"),
    "source": ("n,value,source\n1,1,Z\n", "t.csv:2:1: source inconnue : « Z »"),
    "quote": ('n,value\n1,"' + "x" * 140_000 + "\n", "t.csv:2: CSV mal écrit"),
    "bytes": ("n,value\n1,\udcff\n", "t.csv:2: ce n'est pas un fichier texte en UTF-8"),
}


@pytest.mark.parametrize("name", CSV_MISTAKES)
def test_a_mistake_in_a_csv_table_is_told_with_its_line(name, tmp_path, monkeypatch):
    text, expected = CSV_MISTAKES[name]
    table = "tables: {t: {policy: first, inputs: [n], file: t.csv}}\n"
    write_files(tmp_path, {"rules.yaml": HEADER + QUESTION + table})
    (tmp_path / "t.csv").write_bytes(text.encode("utf-8", "surrogateescape"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LoadError) as error:
        load_folder(tmp_path)
    assert [str(one).split("\n", 1)[0][: len(expected)] for one in error.value.problems] == [expected]


def test_a_reference_table_tells_the_columns_it_does_not_know(tmp_path, monkeypatch):
    text = "reference: {c: {title: C, plural: cs, file: c.csv, fields: {id: {type: text}, size: {type: integer}}}}\n"
    write_files(tmp_path, {"rules.yaml": HEADER + text, "c.csv": "id,siez\na,1\n"})
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        LoadError, match=re.escape("c.csv:1:1: colonne inconnue : « siez » (vouliez-vous dire « size » ?)")
    ):
        load_folder(tmp_path)
    write_files(tmp_path, {"c.csv": "id,size\na,1\nb,big\n"})
    with pytest.raises(LoadError, match=re.escape("c.csv:3:1: colonne « size » : « big » n'est pas un nombre")):
        load_folder(tmp_path)


def test_all_problems_of_a_folder_are_found_in_one_run_by_file_and_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = problems_of(
        tmp_path,
        {
            "a.yaml": HEADER + "questions: {q: {ask: Q, type: nothing}}\nnotes: [{}]\n",
            "b.yaml": "definitions:\n  one: q + 1\n  two: z + 1\n",
            "c.yaml": "rules:\n  R: {when: one > 2, then: {finding: bad, say: X}}\n",
        },
    )
    assert [f"{one.where.file}:{one.where.line}" for one in found] == ["a.yaml:7", "a.yaml:8", "b.yaml:3", "c.yaml:2"]


@pytest.mark.parametrize(
    "broken",
    [
        "questions: {q: {ask: Q, type: intger}}\n",
        "questions: {q: {ask: Q, type: choice}}\n",
        "questions: {q: 3}\n",
        "questions: [q]\n",
        "definitions: {q: nothing + 1}\n",
        "definitions: {q: r, r: q}\n",
        "definitions: {q: {value: [1]}}\n",
        "parameters: {q: {type: nothing, source: S, values: {2020-01-01: 1}}}\n",
        "tables: {q: {policy: first, inputs: [nothing], rows: [{when: [1], value: 1}]}}\n",
    ],
)
def test_a_broken_part_is_the_only_problem_whatever_uses_it(broken, tmp_path):
    users = "rules:\n" + "".join(
        f"  R{n}: {{when: q > {n} and used, then: {{finding: risk, say: 'X {{q}}', source: S}}}}\n" for n in range(5)
    )
    used = "tables:\n  used: {policy: first, inputs: [q], rows: [{when: [2], value: true}]}\n"
    used = used if not broken.startswith("tables") else users and "options: {used: U}\n"
    users = users if not broken.startswith("tables") else users.replace(" and used", "")
    found = problems_of(tmp_path, {"a.yaml": HEADER + broken, "b.yaml": used, "c.yaml": users})
    assert len(found) == 1, "\n".join(map(str, found))


def test_a_file_that_cannot_be_read_hides_no_more_than_its_own_names(tmp_path):
    found = problems_of(
        tmp_path,
        {"a.yaml": HEADER + "questions: {q: {ask: Q, type: [}}\n", "b.yaml": "definitions: {d: q + 1, e: 1 + on}\n"},
    )
    assert [one.where.file.rsplit("/", 1)[-1] for one in found] == ["a.yaml", "b.yaml"]
    assert "un nombre est attendu ici" in found[1].message


def test_a_problem_shows_its_line_and_where(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (found,) = problems_of(tmp_path, {"rules.yaml": HEADER + "definitions:\n  d: 1 + é\n"})
    assert str(found) == "rules.yaml:8:10: nom inconnu : « é »\n      d: 1 + é\n             ^"


def test_too_many_problems_stop_the_reading(tmp_path):
    found = problems_of(
        tmp_path, {"rules.yaml": HEADER + "definitions:\n" + "".join(f"  d{n}: z\n" for n in range(900))}
    )
    assert len(found) == 201
    assert "la lecture s'arrête ici" in "".join(one.message for one in found)


def test_a_definition_named_as_a_field_or_an_import_is_no_circle(tmp_path):
    other = HEADER + "definitions: {total: 1 + 1}\n"
    aides = load_folder(write_files(tmp_path / "aides", {"a.yaml": other}))
    text = f"uses: [x/aides]\n{PIECES}definitions:\n  total: aides.total + 1\n  ok: all(p.ok for p in pieces)\n"
    rules = load_folder(write_files(tmp_path / "own", {"a.yaml": HEADER + text}), resolve=lambda _: aides)
    assert set(rules.definitions) == {"total", "ok"}


def test_no_folder_no_file_no_header(tmp_path):
    for folder, message in ((tmp_path / "none", "dossier introuvable"), (tmp_path, "aucun fichier .yaml")):
        with pytest.raises(LoadError, match=message):
            load_folder(folder)
    assert "en-tête" in problems_of(tmp_path, {"a.yaml": "notes: []\n"})[0].message
    assert [one.message for one in problems_of(tmp_path, {"a.yaml": "ruleset: x\n"})] == [
        "il manque « title » dans l'en-tête",
        "il manque « version » dans l'en-tête",
    ]
    assert "n'est pas un identifiant" in problems_of(tmp_path, {"a.yaml": HEADER.replace("essai", "É!", 1)})[0].message
