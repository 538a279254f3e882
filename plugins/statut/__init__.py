"""An employee creates a business in France: form, aids, file, time, readiness to quit, and the synthesis."""

from importlib.resources import files
from pathlib import Path

from ruleset import hookimpl

PARTS = ("forme", "aides", "dossier", "temps", "depart", "faisabilite")


@hookimpl
def ruleset_rulesets() -> list[Path]:
    """Return the folders of the rule sets `statut/forme`, `statut/aides`…; `statut/faisabilite` uses the others."""
    return [Path(str(files("ruleset_rules") / "statut" / part)) for part in PARTS]
