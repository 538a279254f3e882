"""The queries on a real Spark: a standalone master and two workers, one of which is killed in the middle.

Run by `make spark`; it takes minutes, most of them Spark's own planning. Exits with 1 where a cell is not that of the
outcome.
"""

from __future__ import annotations

import itertools
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.engines.sql.sql_expected import Row, expected

from ruleset.batch.tables import tables_of
from ruleset.engines.sql.inputs import Layout
from ruleset.engines.sql.outputs import sql_queries
from ruleset.plugins.registry import registry
from ruleset.program import compile_program
from ruleset.testing.values import random_cases

CASES, COPIES = 40, 50


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Cluster:
    """A master and workers as processes of their own."""

    def __init__(self, home: Path, workers: int) -> None:
        import pyspark

        os.environ |= {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
        self._class = Path(pyspark.__file__).parent / "bin" / "spark-class"
        self._home = home
        port = free_port()
        self.address = f"spark://127.0.0.1:{port}"
        self._master = self._start("master.Master", "--port", str(port), "--webui-port", "0")
        time.sleep(8)
        self.workers = [
            self._start("worker.Worker", self.address, "-c", "1", "-m", "1g", "--webui-port", "0")
            for _ in range(workers)
        ]
        time.sleep(8)

    def _start(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        log = (self._home / f"{name}-{time.monotonic_ns()}.log").open("wb")
        command = [str(self._class), f"org.apache.spark.deploy.{name}", "--host", "127.0.0.1", *words]
        return subprocess.Popen(command, stdout=log, stderr=log, cwd=self._home, start_new_session=True)

    def kill(self, worker: int) -> None:
        """Kill a worker with its executors, as a machine that loses its power."""
        os.killpg(self.workers[worker].pid, 9)

    def stop(self) -> None:
        for one in (*self.workers, self._master):
            if one.poll() is None:
                os.killpg(one.pid, 15)


def main(id: str) -> int:
    """Compare every cell that two workers, of which one dies, compute of a rule set."""
    from pyspark.sql import SparkSession

    rules = registry().get(id)
    assert rules is not None
    given = [*itertools.islice(random_cases(rules, random.Random(1)), CASES)]
    wanted = [expected(compile_program(rules), case) for case in given]
    numbered = {f"{copy}-{n}": case for copy in range(COPIES) for n, case in enumerate(given)}
    cases, records = tables_of(rules, numbered)
    with tempfile.TemporaryDirectory(prefix="ruleset-spark-") as folder:
        home = Path(folder)
        cluster = Cluster(home, 2)
        try:
            builder = SparkSession.builder.master(cluster.address).config("spark.ui.enabled", "false")
            builder = builder.config("spark.sql.shuffle.partitions", "8").config("spark.driver.host", "127.0.0.1")
            session = builder.config("spark.executor.memory", "700m").getOrCreate()
            session.sparkContext.setLogLevel("ERROR")
            for name, table in {"cases": cases, **records}.items():
                pq.write_table(table, home / f"{name}.parquet", row_group_size=100)
                frame = session.read.parquet(str(home / f"{name}.parquet")).repartition(16, "case_id")
                frame.createOrReplaceTempView(name)
            columns = {"": frozenset(cases.column_names)}
            columns |= {name: frozenset(table.column_names) for name, table in records.items()}
            queries = sql_queries(rules, "spark", layout=Layout(columns=columns), mixed=True)
            bad = cells = 0
            for record, text in queries.queries.items():
                frame = session.sql(text)
                frame._jdf.queryExecution().executedPlan()  # planned before the clock of the accident starts
                accident = threading.Timer(4, cluster.kill, [0])
                if not record:
                    accident.start()
                started = time.monotonic()
                rows = frame.collect()
                print(f"{id} {record or 'cas'} : {len(rows)} lignes, {time.monotonic() - started:.1f} s")
                if not record:
                    accident.join()
                one_bad, one_cells = compared([row.asDict() for row in rows], record, wanted)
                bad, cells = bad + one_bad, cells + one_cells
            dead = [worker.poll() is not None for worker in cluster.workers]
            print(
                f"{id} : {cells} cellules comparées, {bad} différentes ; exécutant tué : {dead[0]}, l'autre : {dead[1]}"
            )
            session.stop()
            return int(bad > 0 or not cells or dead != [True, False])
        finally:
            cluster.stop()


def compared(rows: list[dict[str, Any]], record: str, wanted: list[dict[str, list[Row]]]) -> tuple[int, int]:
    bad = cells = 0
    assert len(rows) == COPIES * sum(len(one[record]) for one in wanted)
    for row in rows:
        expected_row = wanted[int(row["case_id"].split("-")[1])][record][row.get("row", 0)]
        for name, value in expected_row.items():
            if name in row:
                cells += 1
                bad += row[name] != value
    return bad, cells


if __name__ == "__main__":
    sys.exit(max(main(id) for id in sys.argv[1:] or ["statut/depart", "statut/dossier"]))
