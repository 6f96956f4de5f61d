"""`python -m bufferbridge_spark`: the jar, the settings for a file, and whether functions run in process here."""

from __future__ import annotations

import argparse
import sys

import bufferbridge_spark
from bufferbridge_spark import _check


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bufferbridge_spark", description=__doc__)
    parser.add_argument("--version", action="version", version=f"bufferbridge-spark {bufferbridge_spark.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command")
    for name, purpose in {
        "jar": "Prints the path of the jar, for spark.jars, --jars or a class path.",
        "settings": "Prints the settings as lines of spark-defaults.conf.",
        "check": "Starts Spark here, and says whether a function runs in the JVM; if not, why.",
    }.items():
        command = commands.add_parser(name, help=purpose, description=purpose)
        command.add_argument("--spark", metavar="VERSION", help="of Spark, if not that of the installed PySpark")
    arguments = parser.parse_args()
    if arguments.command is None:
        parser.print_help()
        return 2
    try:
        match arguments.command:
            case "jar":
                print(bufferbridge_spark.jar(arguments.spark))
            case "settings":
                for name, value in bufferbridge_spark.settings(arguments.spark).items():
                    print(name, value)
            case _:
                return _check.main(bufferbridge_spark.settings(arguments.spark))
    except LookupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
