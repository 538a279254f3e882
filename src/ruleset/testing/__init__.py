"""What tests of rule sets need: rule sets from text, all that a case concludes, values near thresholds, strategies."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from ruleset.expressions.functions import Function
from ruleset.loading.folder import Resolver, load_folder
from ruleset.model import RuleSet

HEADER = "ruleset: essai\ntitle: Essai\nversion: 1.0.0\ncurrency: EUR\nsources:\n  S: {title: Source d'essai}\n"


def rule_set(
    text: str = "",
    files: Mapping[str, str] | None = None,
    *,
    header: str = HEADER,
    functions: Mapping[str, Function] | None = None,
    resolve: Resolver | None = None,
) -> RuleSet:
    """Return the rule set of some YAML text after a header that declares the source `S`, with other files beside it.

    Raises:
        LoadError: with every problem; files are named by their own names.
    """
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), {"rules.yaml": header + text, **(files or {})})
        return load_folder(folder, functions, resolve)


def write_files(folder: Path, files: Mapping[str, str]) -> Path:
    """Write the files of a rule set into a folder, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
