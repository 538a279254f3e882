"""The Program as one SQL query, where the data lives (architecture, section 4). Needs `ruleset[batch]`."""

from ruleset.engines.sql.syntax import NoSqlFormError

__all__ = ["NoSqlFormError"]
