"""Sound as it lies in a WAV file, and its channels as columns of it (PcmAudio.java).

The rule: one memory has many views, and a view says where its items lie instead of moving them. numpy sees the whole
sound, frames x channels. It also sees a channel of it, whose samples lie a frame apart. Both are Java's memory, so a
write through one is seen through the other.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import bufferbridge as bb

EXAMPLES = Path(__file__).resolve().parent


def main(sound: Path = EXAMPLES / "data" / "chord.wav") -> dict[str, object]:
    audio = bb.jclass("org.bufferbridge.examples.PcmAudio").read(str(sound))
    samples = np.asarray(audio)
    left = np.asarray(audio.channel(0))
    facts: dict[str, object] = {
        "frames, channels": samples.shape,
        "format": samples.dtype.name,
        "bytes from one sample of a channel to the next": left.strides[0],
        "the channel is the column": np.array_equal(left, samples[:, 0]),
        "they share memory": np.shares_memory(left, samples),
        "peak of the left channel in Java, before": audio.peak(0),
        "peak of the right channel in Java, before": audio.peak(1),
    }
    left //= 2  # through the column
    samples[:, 1] = 0  # through the whole
    facts["peak of the left channel in Java, after"] = audio.peak(0)
    facts["peak of the right channel in Java, after"] = audio.peak(1)
    return facts


if __name__ == "__main__":
    bb.start(classpath=[EXAMPLES.parent / "target" / "examples-classes"])
    for what, fact in main().items():
        print(f"{what}: {fact}")
