"""Queries run by Apache Spark: on this machine, or on the workers of a master."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Final

import pyarrow as pa

from ruleset.batch.databases import InexactError, said
from ruleset.batch.faults import BatchError

CHUNK: Final = 1_000_000
"""Cases at a time: Spark plans a query anew for each chunk, which takes it seconds."""


class Spark:
    """A session of Apache Spark, which is sent the tables of a chunk and sends back the rows."""

    name = "spark"
    dialect = "spark"
    chunk = CHUNK

    def __init__(self, master: str) -> None:
        try:
            from pyspark import errors
            from pyspark.sql import SparkSession
        except ImportError:
            raise BatchError(
                "--engine spark a besoin de pyspark (et de Java 17) : pip install 'ruleset[spark]'"
            ) from None
        self._errors = errors
        self._lock = threading.Lock()
        builder = SparkSession.builder.master(master).appName("ruleset")
        try:
            self._session = builder.config("spark.ui.enabled", "false").getOrCreate()
            self._session.sparkContext.setLogLevel("ERROR")
            self._session.conf.set("spark.sql.ansi.enabled", "true")
            self._session.conf.set("spark.sql.session.timeZone", "UTC")
        except Exception as error:  # noqa: BLE001  Java's failures come as any kind of exception
            raise BatchError(
                f"--engine spark : pas de session sur {master} ({said(error)}) ; vérifiez Java 17 (java -version), et "
                "que le maître est démarré : --database spark://machine:7077"
            ) from None

    def answer(self, tables: Mapping[str, pa.Table], queries: Mapping[str, str]) -> dict[str, pa.Table]:
        """Return the rows of each query, one chunk at a time."""
        with self._lock:
            try:
                for name, table in tables.items():
                    self._session.createDataFrame(table).createOrReplaceTempView(name)
                return {kind: self._session.sql(text).toArrow() for kind, text in queries.items()}
            except (self._errors.ArithmeticException, self._errors.NumberFormatException) as error:
                raise InexactError(said(error)) from None
            except Exception as error:  # noqa: BLE001  Java's failures come as any kind of exception
                raise BatchError(
                    f"--engine spark : {said(error)} ; ce qui est calculé est gardé : relancez avec --resume"
                ) from None

    def close(self) -> None:
        """Stop the session."""
        self._session.stop()
