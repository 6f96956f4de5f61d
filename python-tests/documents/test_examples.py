"""Every example runs by itself, the demo copies nothing, and the data is the output of its script."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import demo
from bufferbridge._process import jvms
from documents.examples import DATA, EXAMPLES, TARGET, example


def test_the_demo_filters_a_picture_and_fades_a_sound_without_a_copy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demo.main(DATA / "picture.png", DATA / "chord.wav", tmp_path)
    assert capsys.readouterr().out.count("bytes copied: 0; exports: 1 while numpy looked, 0 now") == 2
    image = example("CompressedImage")
    before, after = (np.asarray(image.read(str(tmp_path / name))) for name in ("before.png", "after.png"))
    expected = before.copy()
    demo.sharpen(expected)
    demo.redden(expected[:, 240:])
    assert np.array_equal(after, expected)
    assert not np.array_equal(after, before)
    faded = np.asarray(example("PcmAudio").read(str(tmp_path / "after.wav")))
    assert not faded[-1].any()


def test_bytes_that_were_copied_are_counted() -> None:
    audio = example("PcmAudio").read(str(DATA / "chord.wav"))
    assert demo.bytes_copied(np.asarray(audio), audio.address()) == 0
    assert demo.bytes_copied(np.array(audio), audio.address()) == 64_000


def test_the_java_program_computes_with_numpy_without_a_copy() -> None:
    options = ["--enable-native-access=ALL-UNNAMED", f"-Dbufferbridge.python={sys.executable}"]
    classes = [str(TARGET / "bufferbridge.jar"), str(TARGET / "jars" / "*"), str(TARGET / "examples-classes")]
    java = str(jvms.find()[0].home / "bin" / "java")
    command = [java, *options, "-cp", os.pathsep.join(classes), "org.bufferbridge.examples.Chord"]
    ran = subprocess.run([*command, str(DATA / "chord.wav")], capture_output=True, text=True, timeout=120, cwd=EXAMPLES)
    if "has no shared libpython" in ran.stderr:
        pytest.skip(ran.stderr)
    assert (ran.returncode, ran.stderr) == (0, "")
    for line in [
        "166.0 Hz is E3",
        "refused  the arena cannot be closed while Python holds its memory",
        'File "<java>", line 1, in <module>',
        "end      exports: 0, leases: 0",
    ]:
        assert line in ran.stdout


@pytest.mark.parametrize("script", sorted(path.stem for path in EXAMPLES.glob("*.py")))
def test_every_example_runs_by_itself(script: str, tmp_path: Path) -> None:
    arguments = ["--output", str(tmp_path)] if script == "demo" else []
    command = [sys.executable, "-W", "error", str(EXAMPLES / f"{script}.py"), *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout


def test_the_data_is_what_the_script_makes(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", str(DATA / "make_data.py"), str(tmp_path)]
    subprocess.run(command, check=True, timeout=120)
    assert (tmp_path / "grid.mtx").read_bytes() == (DATA / "grid.mtx").read_bytes()
    for exporter, name in [("CompressedImage", "picture.png"), ("PcmAudio", "chord.wav")]:
        made, kept = (np.asarray(example(exporter).read(str(folder / name))) for folder in (tmp_path, DATA))
        # Approximately: sines and random numbers may differ between versions of numpy.
        assert np.abs(made.astype(int) - kept).mean() < 1
