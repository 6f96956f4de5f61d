"""`python -m bufferbridge`: what is installed, which JVM would be started, and whether it works."""

from __future__ import annotations

import argparse
import os
import sys

from bufferbridge import __version__, _doctor


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bufferbridge", description=__doc__)
    parser.add_argument("--version", action="version", version=f"bufferbridge {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command")
    doctor = commands.add_parser("doctor", help=_doctor.__doc__, description=_doctor.__doc__)
    doctor.add_argument("--jvm", metavar="PLACE", help="a JDK's folder, its java or its libjvm")
    doctor.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="OPTION",
        help="a JVM option, as in --option=-XX:+UseSerialGC",
    )
    arguments = parser.parse_args()
    if arguments.command == "doctor":
        return _doctor.main(arguments.jvm, arguments.option)
    parser.print_help()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        # The reader (head, a pager) has closed the pipe. The final flush must not write into it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
