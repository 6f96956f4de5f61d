"""`python -m bufferbridge`: whether the installation works, a demonstration, and what compilers need."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

from bufferbridge import __version__
from bufferbridge._commands import demo, doctor, warm
from bufferbridge._process import headers, jars


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bufferbridge", description=__doc__)
    parser.add_argument("--version", action="version", version=f"bufferbridge {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command")
    for_doctor = commands.add_parser("doctor", help=doctor.__doc__, description=doctor.__doc__)
    for_doctor.add_argument("--json", action="store_true", help="print one JSON object, for programs")
    for_demo = commands.add_parser("demo", help=demo.__doc__, description=demo.__doc__)
    for_warm = commands.add_parser("warm", help=warm.__doc__, description=warm.__doc__)
    for command in (for_doctor, for_demo, for_warm):
        command.add_argument("--jvm", metavar="PLACE", help="a JDK's folder, its java or its libjvm")
    for command in (for_doctor, for_demo):
        command.add_argument(
            "--option",
            action="append",
            default=[],
            metavar="OPTION",
            help="a JVM option, as in --option=-XX:+UseSerialGC",
        )
    purpose = "Prints the class path for javac: the jars of the package."
    commands.add_parser("classpath", help=purpose, description=purpose)
    purpose = "Prints the folder of bufferbridge_api.h, for C compilers: get_include()."
    commands.add_parser("include", help=purpose, description=purpose)
    arguments = parser.parse_args()
    match arguments.command:
        case "doctor":
            return doctor.main(arguments.jvm, arguments.option, as_json=arguments.json)
        case "demo":
            return demo.main(arguments.jvm, arguments.option)
        case "warm":
            return warm.main(arguments.jvm)
        case "classpath":
            return _print(lambda: os.pathsep.join(jars.own_jars()))
        case "include":
            return _print(headers.get_include)
    parser.print_help()
    return 0


def _print(tell: Callable[[], str]) -> int:
    try:
        print(tell())
    except RuntimeError as incomplete:
        print(incomplete, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        # The reader (head, a pager) has closed the pipe. The final flush must not write into it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
