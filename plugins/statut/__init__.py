"""An employee creates a business in France: form, aids, file, time, readiness to quit, and the synthesis."""

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from ruleset import Outcome, Section, Voice, hookimpl
from ruleset_plugins.statut import aides, faisabilite, temps

PARTS = ("forme", "aides", "dossier", "temps", "depart", "faisabilite")
PICTURES = {"statut/aides": aides, "statut/faisabilite": faisabilite, "statut/temps": temps}


@hookimpl
def ruleset_rulesets() -> list[Path]:
    """Return the folders of the rule sets `statut/forme`, `statut/aides`…; `statut/faisabilite` uses the others."""
    return [Path(str(files("ruleset_rules") / "statut" / part)) for part in PARTS]


@hookimpl
def ruleset_report(outcome: Outcome, voice: Voice) -> Iterable[Section]:
    """Return what a report shows beside the options compared, which are those of `statut/forme`."""
    part = PICTURES.get(outcome.ruleset)
    return part.sections(outcome, voice) if part else ()
