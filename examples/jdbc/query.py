"""A query of a database becomes a data frame by Arrow's JDBC adapter, batch by batch; what reading by rows costs.

The rule: rows that cross from Java to Python one by one cost a call for each value. Arrow's adapter collects them in
Java, in columns. Python takes a whole batch over, without a copy. The next batch is read when Python asks for it, and
the query is closed when Python lets go of its reader: at its end, at an error, and in the middle.

The jars, Arrow's adapter and H2 as the database, are those of pom.xml:
    mvn -f examples/jdbc/pom.xml dependency:copy-dependencies -DoutputDirectory="$PWD/target/jdbc-jars"
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa

import bufferbridge as bb

JARS = Path(__file__).resolve().parent.parent.parent / "target" / "jdbc-jars"
COLUMNS = ["ID", "PRICE", "NAME"]
QUERY = """
    select x as id, case when mod(x, 7) = 0 then null else cast(x as double) / 4 end as price,
        'item ' || mod(x, 1000) as name
    from system_range(1, {rows})
"""
FAILS = "select 1000 / (x - 5000) as quotient from system_range(1, 10000)"


def connect() -> Any:
    """A database in memory, which computes the rows of a query when they are read."""
    return bb.jclass("java.sql.DriverManager").getConnection("jdbc:h2:mem:;LAZY_QUERY_EXECUTION=1")


# ----------------------------------------------------------------------------------------------------- by batches


def reader(connection: Any, allocator: Any, sql: str, batch_rows: int = 65536) -> pa.RecordBatchReader:
    """The result of a query, for everything that takes Arrow's streams."""
    batches = _batches(connection, allocator, sql, batch_rows)
    schema = next(batches)  # a generator that has not begun would not close what it has not opened
    return pa.RecordBatchReader.from_batches(schema, batches)


def _batches(connection: Any, allocator: Any, sql: str, batch_rows: int) -> Iterator[Any]:
    """The schema, then the batches. Each end of the generator closes the query."""
    jdbc = "org.apache.arrow.adapter.jdbc."
    config = bb.jclass(jdbc + "JdbcToArrowConfigBuilder")(allocator, None).setTargetBatchSize(batch_rows).build()
    with connection.createStatement() as statement, statement.executeQuery(sql) as results:
        schema = bb.jclass(jdbc + "JdbcToArrowUtils").jdbcToArrowSchema(results.getMetaData(), config)
        with bb.jclass("org.apache.arrow.vector.VectorSchemaRoot").create(schema, allocator) as empty:
            described = pa.schema(empty)
        yield described
        with bb.jclass(jdbc + "JdbcToArrow").sqlToArrowVectorIterator(results, config) as iterator:
            for root in iterator:
                with root:  # pyarrow's batch keeps the memory after that
                    batch = pa.record_batch(root)
                yield batch


# -------------------------------------------------------------------------------------------------------- by rows


def columns_by_rows(connection: Any, sql: str) -> pd.DataFrame:
    """A list for each column, filled by the getter of its type."""
    ids: list[int] = []
    prices: list[float | None] = []
    names: list[str] = []
    with connection.createStatement() as statement, statement.executeQuery(sql) as results:
        while results.next():
            ids.append(results.getLong(1))
            price = results.getDouble(2)
            prices.append(None if results.wasNull() else price)
            names.append(results.getString(3))
    return pd.DataFrame(dict(zip(COLUMNS, (ids, prices, names), strict=True)))


def list_of_lists(connection: Any, sql: str) -> pd.DataFrame:
    """A list for each row, as the fetchall() of a database module."""
    rows: list[list[Any]] = []
    with connection.createStatement() as statement, statement.executeQuery(sql) as results:
        while results.next():
            rows.append([results.getObject(i) for i in (1, 2, 3)])
    return pd.DataFrame(rows, columns=COLUMNS)


# ------------------------------------------------------------------------------------------------------- measured


def main(rows: int = 200_000, rounds: int = 1) -> dict[str, object]:
    allocator = bb.jclass("org.apache.arrow.memory.RootAllocator")()
    with connect() as connection:
        sql = QUERY.format(rows=rows)
        ways: dict[str, Callable[[], Any]] = {
            "batches to pandas": lambda: reader(connection, allocator, sql).read_pandas(),
            "batches to polars": lambda: pl.DataFrame(reader(connection, allocator, sql)),
            "rows to columns, to pandas": lambda: columns_by_rows(connection, sql),
            "rows to a list of lists, to pandas": lambda: list_of_lists(connection, sql),
        }
        facts: dict[str, object] = {"rows": rows, "rounds": rounds}
        for make in ways.values():  # Java's classes are loaded, and its loops compiled
            make()
        made = {}
        times: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(rounds):
            for way, make in ways.items():  # in turns; the best round has the least of other load
                start = time.perf_counter()
                made[way] = make()
                times[way].append(time.perf_counter() - start)
        facts |= {f"seconds, {way}": round(min(found), 3) for way, found in times.items()}
        frames = [frame.to_pandas() if isinstance(frame, pl.DataFrame) else frame for frame in made.values()]
        facts["all have the same values"] = all(sums(frame) == sums(frames[0]) for frame in frames)
        del made, frames

        stream = reader(connection, allocator, sql, batch_rows=1000)
        first = stream.read_next_batch()
        del stream  # the query is closed
        facts["rows of the first batch, which outlives its query"] = first.num_rows
        del first
        try:
            reader(connection, allocator, FAILS, batch_rows=1000).read_all()
        except bb.JavaError as error:
            facts["an error in the middle of a query"] = str(first_cause(error))
    facts["bytes of Arrow Java left"] = allocator.getAllocatedMemory()
    return facts


def first_cause(error: BaseException) -> BaseException:
    """The adapter's exception has that of the database as its cause."""
    return error if error.__cause__ is None else first_cause(error.__cause__)


def sums(frame: pd.DataFrame) -> tuple[object, ...]:
    return (
        len(frame),
        int(frame["ID"].sum()),
        float(frame["PRICE"].sum()),
        int(frame["PRICE"].isna().sum()),
        int(frame["NAME"].str.len().sum()),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jars", type=Path, default=JARS)
    parser.add_argument("--json", action="store_true", help="prints the facts as JSON")
    given = parser.parse_args()
    bb.start(classpath=[str(given.jars / "*")], options=["--add-opens=java.base/java.nio=ALL-UNNAMED"])
    facts = main(given.rows, given.rounds)
    print(json.dumps(facts) if given.json else "\n".join(f"{what}: {fact}" for what, fact in facts.items()))
