"""`python -m tests.benchmarks`: the benchmarks that need a browser or another server, beside their peers."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from core.cli.benchmark import show_benchmarks
from core.cli.output import Json
from core.errors import DigitLabError, ParameterError
from tests.benchmarks import pages

BENCHMARKS = {"pages": pages.run}


def main(
    names: Annotated[list[str] | None, typer.Argument(help=f"Any of {', '.join(BENCHMARKS)}; all if none.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A subset.")] = False,
    json: Json = False,
) -> None:
    """Measure in Chromium, by turns with the floor app, and print both figures and their ratio with its spread."""
    try:
        for name in names or ():
            if name not in BENCHMARKS:
                raise ParameterError(f"There is no benchmark {name[:60]!r}; there are {', '.join(BENCHMARKS)}.")
        show_benchmarks({name: BENCHMARKS[name] for name in names or BENCHMARKS}, quick, False, json)
    except DigitLabError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(error.exit_code) from None


if __name__ == "__main__":
    typer.run(main)
