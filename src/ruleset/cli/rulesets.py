"""The rule sets that a command line names: installed ones by id, others by their folder (`--rules`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import attrs
import click

from ruleset.cli.speech import Speech
from ruleset.loading.folder import load_folder
from ruleset.loading.problems import LoadError, Problem
from ruleset.model import RuleSet, Where
from ruleset.plugins.registry import Registry, build_registry, registry


def rules_option(speech: Speech) -> click.Option:
    """Return the option `--rules`."""
    _ = speech.ui
    return click.Option(
        ["--rules", "folders"],
        multiple=True,
        metavar=_("DOSSIER"),
        type=click.Path(path_type=Path),
        help=_("Dossier d'un jeu de règles qui n'est pas installé (peut être répété)."),
    )


def shelf(folders: Sequence[Path]) -> Registry:
    """Return the installed rule sets with those of some folders, which go first.

    Raises:
        LoadError: there is no rule set in a folder.
    """
    found = registry()
    if not folders:
        return found
    brought = build_registry([("--rules", "", "", lambda: _Brought(folders))])
    for folder in folders:
        if folder not in brought.folders.values():
            load_folder(folder, found.functions, found.get)  # says what is wrong with the folder
            raise LoadError([Problem(Where(str(folder)), "; ".join(report.error for report in brought.reports))])
    return attrs.evolve(found, folders={**found.folders, **brought.folders}, loaded={}, loading=set())


@attrs.frozen
class _Brought:
    """The folders of a command line, as a plug-in that brings them."""

    folders: Sequence[Path]

    def ruleset_rulesets(self) -> Sequence[Path]:
        """Return the folders."""
        return self.folders


def is_path(name: str) -> bool:
    """Return whether a rule set is named by its folder rather than by its id."""
    return name.startswith(".") or Path(name).is_absolute()


def named(name: str, folders: Sequence[Path] = (), base: Path | None = None) -> RuleSet:
    """Return a rule set by its id or its folder.

    Args:
        name: the id, or a folder (`./mes-regles`, or any path that is a folder).
        folders: rule sets that are not installed.
        base: the folder from which a relative path counts (by default the current one).

    Raises:
        LoadError: there is no such rule set, or something is wrong with its files.
    """
    return shelf(folders).find(name, base)
