"""The usual way: a process of its own, which scores what comes through a socket. Its first line is its port.

Each connection has a thread. Two bytes say how many candidates a request has. Then each request is their features,
candidates x 256 of float32, and each answer is their scores.
"""

from __future__ import annotations

import socket
import threading

import numpy as np
from model import FEATURES, score


def serve(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection, connection.makefile("rb", buffering=0) as requests:
        candidates = int.from_bytes(requests.read(2), "big")
        features = np.empty((candidates, FEATURES), np.float32)
        scores = np.empty(candidates, np.float32)
        memory = memoryview(features).cast("B")
        while True:
            filled = 0
            while filled < len(memory):
                count = requests.readinto(memory[filled:])
                if not count:
                    return
                filled += count
            score(features, scores)
            connection.sendall(scores)


def main() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(server.getsockname()[1], flush=True)
        while True:
            connection, _ = server.accept()
            threading.Thread(target=serve, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    main()
