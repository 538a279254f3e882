"""The terminal application of ruleset. It shows whatever rule sets are installed and names none."""

from __future__ import annotations

import sys


def run(lang: str | None = None, ruleset: str | None = None) -> int:
    """Open the application and return its exit status.

    Args:
        lang: `fr` or `en`; by default what the environment says.
        ruleset: the id or folder of the only rule set to offer; by default all that are installed.
    """
    from ruleset import texts

    language = texts.choose_locale(lang).partition("_")[0]
    only = None
    if ruleset is not None:
        from ruleset.api import load
        from ruleset.loading.problems import LoadError

        try:
            only = load(ruleset)
        except LoadError as error:
            sys.stderr.write(f"{error}\n")
            return 2
    from ruleset_tui.app import RulesetApp

    app = RulesetApp(language if language in texts.LANGUAGES else texts.SOURCE_LANGUAGE, only=only)
    app.run()
    return app.return_value or app.return_code or 0
