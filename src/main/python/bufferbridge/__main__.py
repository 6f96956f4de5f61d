"""`python -m bufferbridge`: what is installed and what would be started."""

from __future__ import annotations

import argparse

from bufferbridge import __version__


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bufferbridge", description=__doc__)
    parser.add_argument("--version", action="version", version=f"bufferbridge {__version__}")
    parser.parse_args()
    parser.print_help()


if __name__ == "__main__":
    main()
