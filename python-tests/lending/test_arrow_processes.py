"""The start and the end of a process with Arrow Java, and the page of it."""

from __future__ import annotations

import re

import pytest

import bufferbridge as bb
from support.jvm import ARROW_OPTIONS
from support.places import ARROW_CLASSPATH, ARROW_JAVA, ROOT
from support.processes import output_of

if not ARROW_JAVA:
    pytest.skip("Arrow Java is not on the class path; make test-ecosystem puts it there", allow_module_level=True)
pa = pytest.importorskip("pyarrow")


def started(*options: str, jars: list[str]) -> str:
    return f"""
import bufferbridge as bb, pyarrow as pa
bb.start(classpath={jars!r}, options={["-ea", *ARROW_OPTIONS, *options]!r})
"""


def test_the_process_ends_while_each_side_has_memory_of_the_other() -> None:
    code = (
        started(jars=[str(path) for path in ARROW_CLASSPATH])
        + """
Batches = bb.jclass("org.bufferbridge.arrow.Batches")
allocator = bb.jclass("org.apache.arrow.memory.RootAllocator")()
class Last:
    def __del__(self):
        print(self.table.num_rows, self.table["n"].to_pylist())
import builtins
builtins.last = Last()
builtins.last.table = pa.table(Batches(allocator, 1, 4, -1))
builtins.capsule = Batches(allocator, 1, 4, -1).__arrow_c_stream__()
try:
    Batches.keeps(pa.table({"x": [1]}))
except bb.JavaError:
    print("kept")
"""
    )
    assert output_of(code).splitlines() == ["kept", "4 [0, 1, None, 3]"]


def test_a_missing_arrow_c_data_is_named() -> None:
    jars = [str(path) for path in ARROW_CLASSPATH if not path.name.startswith("arrow-c-data")]
    code = (
        started(jars=jars)
        + """
allocator = bb.jclass("org.apache.arrow.memory.RootAllocator")()
vector = bb.jclass("org.apache.arrow.vector.IntVector")("x", allocator)
Batches = bb.jclass("org.bufferbridge.arrow.Batches")
for ask in (lambda: pa.array(vector), lambda: Batches.takesReader(pa.table({"x": [1]}))):
    try:
        ask()
    except Exception as refusal:
        print(refusal)
"""
    )
    said = output_of(code).splitlines()
    assert len(said) == 2
    for line in said:
        assert "put org.apache.arrow:arrow-c-data, in the version of the arrow-vector that is there, on the" in line


def test_the_page_of_arrow_starts_a_jvm_with_arrow() -> None:
    page = (ROOT / "docs" / "guides" / "arrow.md").read_text()
    (line,) = re.findall(r"^bb\.start\(.*$", page, re.MULTILINE)
    start = line.replace('["jars/*"]', repr([str(path) for path in ARROW_CLASSPATH]))
    code = f"""
import bufferbridge as bb
{start}
print(bb.jclass("org.apache.arrow.memory.RootAllocator")().getAllocatedMemory())
"""
    assert output_of(code) == "0"


def test_the_page_of_arrow_does_what_it_shows(jvm: None) -> None:
    page = (ROOT / "docs" / "guides" / "arrow.md").read_text()
    numpy = pytest.importorskip("numpy")
    blocks = re.findall(r"^```python\n((?:allocator|memory).*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        exec(block, {"bb": bb, "pa": pa, "np": numpy})
