"""A report as a file: its format by the name's ending, written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from ruleset.exchange.whole import write_whole
from ruleset.loading.problems import LoadError, Problem
from ruleset.model import Where
from ruleset.reports.contents import Report
from ruleset.types import near


def _html(report: Report) -> bytes:
    from ruleset.reports.html import to_html

    return to_html(report)


def _markdown(report: Report) -> bytes:
    from ruleset.reports.markdown import to_markdown

    return to_markdown(report).encode()


def _pdf(report: Report) -> bytes:
    from ruleset.reports.pdf import to_pdf

    return to_pdf(report)


def _json(report: Report) -> bytes:
    from ruleset.reports.data import to_json

    return to_json(report).encode()


def _text(report: Report) -> bytes:
    from ruleset.reports.plain import to_text

    return to_text(report).encode()


FORMATS: Final[Mapping[str, Callable[[Report], bytes]]] = {
    ".html": _html, ".md": _markdown, ".pdf": _pdf, ".json": _json, ".txt": _text,
}  # fmt: skip
"""What makes the bytes of a report, by the ending of the file's name."""


def writer(path: Path) -> Callable[[Report], bytes]:
    """Return what makes a report for a file.

    Raises:
        LoadError: the ending of the name is not one of a report.
    """
    found = FORMATS.get(path.suffix.lower())
    if found is None:
        given = f"« {path.suffix} » n'en est pas un{near(path.suffix, FORMATS)}" if path.suffix else "ce nom n'en a pas"
        message = f"la fin du nom dit le format du rapport ({', '.join(FORMATS)}) ; {given}"
        raise LoadError([Problem(Where(str(path)), message)])
    return found


def write_report(report: Report, path: Path) -> None:
    """Write a report; a file that was there stays as it was until the new one is whole.

    Raises:
        LoadError: the ending of the name is not one of a report, or nothing can be written there.
        RulesetError: what a PDF needs is not installed.
    """
    content = writer(path)(report)
    if path.exists() and not path.is_file():
        raise LoadError([Problem(Where(str(path)), "impossible d'écrire ici : ce n'est pas un fichier")])
    try:
        write_whole(path, content)
    except OSError as error:
        raise LoadError([Problem(Where(str(path)), f"impossible d'écrire ici : {error.strerror}")]) from None
