"""The example of Arrow's JDBC adapter. Its Arrow has a version of its own, so each test is a process."""

from __future__ import annotations

import pytest

from support.jvm import ARROW_OPTIONS
from support.places import ARROW_JAVA, ROOT
from support.processes import output_of, run

EXAMPLE = ROOT / "examples" / "jdbc"
JARS = ROOT / "target" / "jdbc-jars"

if not ARROW_JAVA:
    pytest.skip("the JDBC adapter is not there; make test-ecosystem fetches it", allow_module_level=True)
pytest.importorskip("pyarrow")
pytest.importorskip("pandas")
pytest.importorskip("polars")

WATCHED = f"""
import gc, sys
sys.path.insert(0, {str(EXAMPLE)!r})
import query
import bufferbridge as bb
bb.start(classpath=[{str(JARS / "*")!r}], options={["-ea", *ARROW_OPTIONS]!r})
allocator = bb.jclass("org.apache.arrow.memory.RootAllocator")()

class Watched:
    def __init__(self):
        self.connection = query.connect()

    def createStatement(self):
        self.statement = self.connection.createStatement()
        return self.statement

connection = Watched()
def reader(sql):
    return query.reader(connection, allocator, sql, batch_rows=1000)

def is_closed():
    gc.collect()
    return connection.statement.isClosed() and allocator.getAllocatedMemory() == 0
"""


def test_the_example_prints_what_rows_and_batches_cost() -> None:
    ran = run(
        f"import runpy, sys; sys.argv = ['query.py', '--rows', '20000', '--jars', {str(JARS)!r}]; "
        f"runpy.run_path({str(EXAMPLE / 'query.py')!r}, run_name='__main__')"
    )
    assert ran.returncode == 0, ran.stderr
    facts = dict(line.split(": ", 1) for line in ran.stdout.splitlines())
    assert facts["all have the same values"] == "True"
    assert facts["rows of the first batch, which outlives its query"] == "1000"
    assert "Division by zero" in facts["an error in the middle of a query"]
    assert facts["bytes of Arrow Java left"] == "0"
    by_batches = float(facts["seconds, batches to pandas"])
    assert by_batches < float(facts["seconds, rows to columns, to pandas"])
    assert by_batches < float(facts["seconds, rows to a list of lists, to pandas"])


def test_a_query_is_read_batch_by_batch_and_fails_where_its_row_is() -> None:
    code = """
stream = reader(query.FAILS)
rows = [stream.read_next_batch().num_rows for _ in range(4)]
print(rows, connection.statement.isClosed())
try:
    stream.read_next_batch()
except bb.JavaError as error:
    print(query.first_cause(error))
del stream
print(is_closed())
"""
    read, error, closed = output_of(WATCHED + code).splitlines()
    assert read == "[1000, 1000, 1000, 1000] False"
    assert "Division by zero" in error
    assert closed == "True"


@pytest.mark.parametrize("batches", [0, 1, 3], ids=["unread", "one", "all"])
def test_a_reader_that_is_let_go_of_closes_its_query(batches: int) -> None:
    code = f"""
stream = reader(query.QUERY.format(rows=3000))
read = [stream.read_next_batch() for _ in range({batches})]
open_now = not connection.statement.isClosed()
del stream
print(open_now, connection.statement.isClosed(), sum(batch.num_rows for batch in read))
del read
print(is_closed())
"""
    assert output_of(WATCHED + code).splitlines() == [f"True True {batches * 1000}", "True"]


def test_polars_and_duckdb_read_the_query_and_close_it() -> None:
    pytest.importorskip("duckdb")
    code = """
import duckdb, polars
stream = reader(query.QUERY.format(rows=3000))
print(duckdb.sql("select count(*), count(PRICE) from stream").fetchall())
del stream
print(is_closed())
stream = reader(query.QUERY.format(rows=0))
print(polars.DataFrame(stream).shape)
del stream
print(is_closed())
"""
    assert output_of(WATCHED + code).splitlines() == ["[(3000, 2572)]", "True", "(0, 3)", "True"]
