"""The format of a rule set folder, as shapes: the loader reads with them and the JSON Schema is made from them."""

from __future__ import annotations

import re
from typing import Final

from ruleset.expressions.functions import ROUNDINGS
from ruleset.loading.shapes import (
    DAY,
    EXPRESSION,
    FLAG,
    TEXT,
    WHOLE,
    WORDS,
    Either,
    Field,
    Fields,
    Later,
    Many,
    Named,
    OneOf,
    Scalar,
    Schema,
)  # fmt: skip
from ruleset.types import ANSWERABLE, SEVERITIES

NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
ID: Final = re.compile(r"[\w.\-]+")
PLACE: Final = re.compile(rf"{ID.pattern}(?:@\d+)?")
RULESET_ID: Final = re.compile(r"[a-z0-9_\-]+(/[a-z0-9_\-]+)*")
_NAME_WHAT: Final = "lettres sans accent, chiffres et _ , sans chiffre au début"
_ID_WHAT: Final = "lettres, chiffres, _ - ou point"
POLICIES: Final = ("first", "unique", "any", "highest", "lowest", "sum", "collect")

MARK: Final = Field(
    OneOf(("checked", "unchecked", "design"), "une marque"), "checked (défaut), unchecked (« à vérifier ») ou design"
)
SOURCE: Final = Field(WORDS, "identifiants de sources")
SEED: Final = Field(WORDS, "énoncés du document d'origine")
NOTE: Final = Field(TEXT, "remarque pour qui lit le jeu de règles")
LABELS: Final = Named(TEXT, ID, _ID_WHAT)
CHOICES: Final = Field(Either(LABELS, Many(Scalar("un choix"), one=False)), "choix possibles : identifiant et libellé")
TYPE: Final = OneOf(ANSWERABLE, "un type")
VALID: Final = Fields(
    "la période d'application",
    {
        "from": Field(DAY, "premier jour"),
        "until": Field(DAY, "dernier jour"),
        "by": Field(EXPRESSION, "la date qui décide (défaut : la date de droit `on`)"),
    },
)

QUESTION: Final = Fields(
    "une question",
    {
        "ask": Field(TEXT, "la question, en français", required=True),
        "type": Field(TYPE, "le type de la réponse", required=True),
        "choices": CHOICES,
        "unit": Field(TEXT, "unité (h/semaine, mois…)"),
        "currency": Field(TEXT, "monnaie (EUR, CAD, XOF)"),
        "decimals": Field(WHOLE, "nombre de décimales au plus"),
        "min": Field(EXPRESSION, "la plus petite réponse"),
        "max": Field(EXPRESSION, "la plus grande réponse"),
        "why": Field(TEXT, "pourquoi cette question"),
        "help": Field(TEXT, "comment trouver la réponse"),
        "ask_when": Field(EXPRESSION, "condition pour qu'elle soit posée"),
        "optional": Field(FLAG, "peut-on répondre « aucun » ?"),
        "assume": Field(Later(), "réponse supposée tant qu'il n'y en a pas"),
        "group": Field(Scalar("un groupe"), "groupe de questions"),
        "source": SOURCE,
        "seed": SEED,
    },
)
FIELD: Final = Fields(
    "un champ",
    {
        name: QUESTION.fields[name]
        for name in ("type", "choices", "unit", "currency", "decimals", "min", "max", "optional", "source", "seed")
    }
    | {
        "ask": Field(TEXT, "le nom du champ"),
        "translate": Field(FLAG, "ses valeurs (type text) sont à traduire, comme les textes du jeu de règles"),
    },
)
SOURCE_SHAPE: Final = Fields(
    "une source",
    {
        "title": Field(TEXT, "titre : texte, article, décision", required=True),
        "url": Field(TEXT, "adresse"),
        "since": Field(DAY, "premier jour où l'on peut la citer"),
        "until": Field(DAY, "dernier jour"),
        "mark": MARK,
        "note": NOTE,
    },
)
PARAMETER: Final = Fields(
    "un paramètre",
    {
        "type": Field(TYPE, "le type de la valeur", required=True),
        "values": Field(
            Named(Later(), re.compile(r"\d{4}-\d{2}-\d{2}"), "une date AAAA-MM-JJ"), "valeur par date", True
        ),
        "keys": Field(WORDS, "clés, si la valeur en dépend"),
        "until": Field(DAY, "dernier jour"),
        "choices": CHOICES,
        "unit": Field(TEXT, "unité"),
        "currency": Field(TEXT, "monnaie"),
        "label": Field(TEXT, "nom montré"),
        "source": SOURCE,
        "mark": MARK,
        "seed": SEED,
        "note": NOTE,
    },
)
DATED_VALUE: Final = Fields(
    "une valeur datée",
    {"value": Field(Later(), "la valeur", required=True), "source": SOURCE, "mark": MARK, "note": NOTE},
)
CASE_VALUE: Final = Fields(
    "un cas de la définition",
    {
        "when": Field(EXPRESSION, "condition", required=True),
        "value": Field(EXPRESSION, "valeur", required=True),
        "note": NOTE,
        "source": SOURCE,
        "seed": SEED,
    },
)
DEFINITION: Final = Fields(
    "une définition",
    {
        "value": Field(EXPRESSION, "expression"),
        "cases": Field(Many(CASE_VALUE, one=False), "cas : le premier dont la condition est vraie"),
        "otherwise": Field(EXPRESSION, "valeur sinon (aucune par défaut)"),
        "for": Field(Scalar("un type de fiche"), "type de fiche"),
        "type": Field(TYPE, "type, s'il n'est pas celui de l'expression"),
        "choices": CHOICES,
        "unit": Field(TEXT, "unité"),
        "currency": Field(TEXT, "monnaie"),
        "decimals": Field(WHOLE, "décimales gardées"),
        "rounding": Field(OneOf(tuple(ROUNDINGS), "un arrondi"), "mode d'arrondi"),
        "label": Field(TEXT, "nom montré : la valeur fait partie du résultat"),
        "source": SOURCE,
        "mark": MARK,
        "seed": SEED,
        "note": NOTE,
    },
    short=EXPRESSION,
    short_key="value",
    one_of=("value", "cases"),
)
ROW: Final = Fields(
    "une ligne de table",
    {
        "when": Field(Many(Scalar("une cellule"), one=False), "une cellule par entrée"),
        "if": Field(EXPRESSION, "condition de plus"),
        "value": Field(EXPRESSION, "valeur", required=True),
        "from": Field(DAY, "premier jour"),
        "until": Field(DAY, "dernier jour"),
        "source": SOURCE,
        "seed": SEED,
        "note": NOTE,
    },
)
TABLE: Final = Fields(
    "une table",
    {
        "policy": Field(OneOf(POLICIES, "une règle de choix"), "comment les lignes se combinent", required=True),
        "inputs": Field(Many(EXPRESSION, one=False), "expressions comparées aux cellules"),
        "rows": Field(Many(ROW, one=False), "lignes"),
        "file": Field(TEXT, "fichier CSV"),
        "by": Field(EXPRESSION, "la date dont parlent from et until"),
        **{
            name: DEFINITION.fields[name]
            for name in (
                "otherwise", "for", "type", "choices", "unit", "currency", "decimals", "rounding", "label", "source",
                "mark", "seed", "note",
            )
        },
    },
    one_of=("rows", "file"),
)  # fmt: skip
RECORD: Final = Fields(
    "un type de fiche",
    {
        "title": Field(TEXT, "nom d'une fiche", required=True),
        "plural": Field(Scalar("un nom", json={"type": "string", "pattern": NAME.pattern}), "nom de la liste", True),
        "name": Field(Scalar("un champ"), "champ qui nomme la fiche"),
        "why": Field(TEXT, "pourquoi cette liste"),
        "help": Field(TEXT, "quoi y mettre, et comment la remplir"),
        "questions": Field(Named(QUESTION, NAME, _NAME_WHAT), "questions de chaque fiche", required=True),
        "source": SOURCE,
        "seed": SEED,
    },
)
REFERENCE: Final = Fields(
    "une table de référence",
    {
        "title": RECORD.fields["title"],
        "plural": RECORD.fields["plural"],
        "file": Field(TEXT, "fichier CSV", required=True),
        "fields": Field(Named(FIELD, NAME, _NAME_WHAT), "colonnes", required=True),
        "name": RECORD.fields["name"],
        "source": SOURCE,
        "seed": SEED,
    },
)
OPTION: Final = Fields(
    "une option",
    {"label": Field(TEXT, "nom", required=True), "note": NOTE},
    short=TEXT,
    short_key="label",
)
_SEVERITY: Final = OneOf(SEVERITIES, "une gravité")
VARIANT: Final = Fields(
    "un cas de la conclusion",
    {
        "when": Field(EXPRESSION, "condition", required=True),
        "finding": Field(_SEVERITY, "gravité"),
        "say": Field(TEXT, "message"),
        "do": Field(TEXT, "que faire"),
        "source": SOURCE,
        "mark": MARK,
        "seed": SEED,
        "note": NOTE,
    },
)
THEN: Final = Fields(
    "une conclusion",
    {
        "finding": Field(_SEVERITY, "gravité de la conclusion"),
        "say": Field(TEXT, "message"),
        "do": Field(TEXT, "que faire ensuite"),
        "source": SOURCE,
        "seed": SEED,
        "mark": MARK,
        "cases": Field(Many(VARIANT, one=False), "variantes : la première dont la condition est vraie"),
        "exclude": Field(Many(Scalar("une option")), "options exclues"),
        "favour": Field(Named(EXPRESSION, ID, _ID_WHAT), "points donnés aux options"),
        "task": Field(TEXT, "chose à faire"),
        "due": Field(EXPRESSION, "échéance"),
        "phase": Field(Scalar("une phase"), "phase"),
        "order": Field(WHOLE, "ordre"),
    },
    one_of=("finding", "exclude", "favour", "task"),
)
RULE: Final = Fields(
    "une règle",
    {
        "when": Field(EXPRESSION, "condition (vraie si absente)"),
        "unless": Field(EXPRESSION, "exception"),
        "valid": Field(VALID, "période d'application"),
        "for": Field(Scalar("un type de fiche"), "type de fiche"),
        "then": Field(THEN, "conclusion", required=True),
        "ref": Field(Scalar("un numéro"), "numéro de la règle dans le document d'origine"),
        "group": Field(TEXT, "chapitre"),
        "note": NOTE,
    },
)
PROFILE: Final = Fields(
    "un profil",
    {
        "on": Field(DAY, "date de droit"),
        "answers": Field(Later({"type": "object"}), "réponses"),
        "records": Field(Later({"type": "object"}), "fiches"),
    },
)
EXPECT: Final = Fields(
    "les attentes d'un cas",
    {
        "verdict": Field(_SEVERITY, "la pire gravité établie"),
        "holds": Field(Later({"type": "array"}), "conclusions établies"),
        "ruled_out": Field(WORDS, "conclusions écartées"),
        "open": Field(WORDS, "conclusions en suspens"),
        "absent": Field(WORDS, "conclusions non établies"),
        "only": Field(WORDS, "tout ce qui est établi, à partir de caution"),
        "values": Field(Later({"type": "object"}), "valeurs"),
        "record_values": Field(Later({"type": "object"}), "valeurs par fiche"),
        "ranking": Field(Many(Scalar("une option"), one=False), "options non exclues, dans l'ordre"),
        "excluded": Field(Later(), "options exclues, avec leurs règles"),
        "scores": Field(Later({"type": "object"}), "points des options"),
        "tasks": Field(Later({"type": "array"}), "tâches, avec leur échéance"),
        "says": Field(
            Named(TEXT, PLACE, f"{_ID_WHAT}, puis au besoin @ et un numéro de fiche"), "ce que contient un message"
        ),
        "ask": Field(WORDS, "questions qui restent, dans n'importe quel ordre"),
    },
)
WORKED_CASE: Final = Fields(
    "un cas",
    {
        "name": Field(TEXT, "nom", required=True),
        "profile": Field(Scalar("un profil"), "profil de départ"),
        "on": PROFILE.fields["on"],
        "answers": PROFILE.fields["answers"],
        "records": PROFILE.fields["records"],
        "expect": Field(EXPECT, "ce qu'il doit donner", required=True),
        "note": NOTE,
    },
)
HEADER: Final = ("title", "summary", "jurisdiction", "version", "currency", "coverage", "uses", "include", "groups")
FILE: Final = Fields(
    "un fichier de règles",
    {
        "ruleset": Field(Scalar("un identifiant", json={"type": "string"}), "identifiant du jeu de règles"),
        "title": Field(TEXT, "titre"),
        "summary": Field(TEXT, "ce que le questionnaire fait et ne fait pas"),
        "jurisdiction": Field(Scalar("un pays"), "pays (FR, QC, SN)"),
        "version": Field(Scalar("une version"), "version"),
        "currency": Field(TEXT, "monnaie par défaut"),
        "coverage": Field(WHOLE, "couverture demandée aux cas, en pour cent"),
        "uses": Field(WORDS, "autres jeux de règles"),
        "include": Field(WORDS, "fichiers partagés"),
        "groups": Field(Named(TEXT, ID, _ID_WHAT), "groupes de questions, dans l'ordre"),
        "notes": Field(
            Many(
                Fields(
                    "une note",
                    {"text": Field(TEXT, "texte", required=True), "seed": SEED},
                    short=TEXT,
                    short_key="text",
                ),
                one=False,
            ),
            "énoncés qui sont du contexte",
        ),
        "sources": Field(Named(SOURCE_SHAPE, ID, _ID_WHAT), "sources"),
        "questions": Field(Named(QUESTION, NAME, _NAME_WHAT), "questions"),
        "parameters": Field(Named(PARAMETER, NAME, _NAME_WHAT), "paramètres"),
        "definitions": Field(Named(DEFINITION, NAME, _NAME_WHAT), "définitions"),
        "tables": Field(Named(TABLE, NAME, _NAME_WHAT), "tables de décision"),
        "records": Field(Named(RECORD, NAME, _NAME_WHAT), "types de fiches"),
        "reference": Field(Named(REFERENCE, NAME, _NAME_WHAT), "tables de référence"),
        "options": Field(Named(OPTION, ID, _ID_WHAT), "options à classer"),
        "rules": Field(Named(RULE, ID, _ID_WHAT), "règles"),
        "profiles": Field(Named(PROFILE, ID, _ID_WHAT), "profils des cas"),
        "cases": Field(Many(WORKED_CASE, one=False), "cas travaillés"),
    },
)
CASE_FILE: Final = Fields(
    "un fichier de cas",
    {
        "ruleset": Field(Scalar("un identifiant"), "jeu de règles", required=True),
        "on": Field(DAY, "date de droit (défaut : aujourd'hui)"),
        "lang": Field(Scalar("une langue"), "langue"),
        "answers": Field(Later({"type": "object"}), "réponses"),
        "records": Field(Later({"type": "object"}), "fiches"),
    },
)


def json_schema() -> Schema:
    """Return the JSON Schema of one file of a rule set, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Un fichier d'un jeu de règles",
        **FILE.schema(),
    }
