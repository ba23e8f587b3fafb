"""`benchmark`: every number that Digit Lab claims, beside its peer in the same run."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from core.benchmarks.catalogue import BENCHMARKS, Benchmark, benchmark_named
from core.benchmarks.row import Row
from core.cli.output import Json, print_json, print_table
from core.errors import DigitLabError, WorkError
from core.jobs.hardware import environment


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("benchmark")(benchmark)


def benchmark(
    names: Annotated[list[str] | None, typer.Argument(help=f"Any of {', '.join(BENCHMARKS)}; all if none.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Run a subset, in under three minutes per benchmark.")] = False,
    final: Annotated[
        bool, typer.Option("--final", help="Evaluate on the test set instead of the validation set.")
    ] = False,
    json: Json = False,
) -> None:
    """Measure, by turns with the peer, and print both figures and their ratio with its spread."""
    show_benchmarks({name: benchmark_named(name) for name in names or BENCHMARKS}, quick, final, json)


def show_benchmarks(chosen: Mapping[str, Benchmark], quick: bool, final: bool, json: bool) -> None:
    """Run benchmarks in turn and print what they measured; one that fails doesn't end the others, nor does one row.

    Raises
    ------
    typer.Exit
        One of them failed.
    """
    measured: dict[str, list[Row]] = {}
    failed: DigitLabError | None = None
    for name, run in chosen.items():
        print(f"benchmark {name} ...", file=sys.stderr)
        try:
            measured[name] = run(quick, final)
        except DigitLabError as error:
            failed = error
            print(f"benchmark {name}: {error}", file=sys.stderr)
    if json:
        print_json(document(measured))
    else:
        for name, rows in measured.items():
            columns = ("what", "ours", "peer", "ratio", "reach", "reached")
            print_table(columns, [_cells(row) for row in rows], title=name)
    if failed or any(row.failure for rows in measured.values() for row in rows):
        raise typer.Exit(failed.exit_code if failed else WorkError.exit_code)


def document(measured: dict[str, list[Row]]) -> dict[str, Any]:
    """Return the JSON of a run of benchmarks, with the machine that it ran on."""
    rows = {name: [row.as_dict() for row in entries] for name, entries in measured.items()}
    return {"machine": environment(), "benchmarks": rows}


def _cells(row: Row) -> tuple[str, ...]:
    if row.failure:
        return (f"{row.what}\n{row.failure}", "failed", "–", "–", f"{row.reach:.3g}" if row.reach else "–", "NO")
    told = row.as_dict()
    ratio = told["ratio"]
    peer = f"{told['peer_median']:.4g} {row.unit} ({row.peer_name})" if row.peer else "–"
    spread = f"{ratio['median']:.3g} ({ratio['low']:.3g} to {ratio['high']:.3g})" if ratio else "–"
    reach = "–" if row.reach is None else f"{row.reach:.3g}"
    reached = {None: "–", True: "yes", False: "NO"}[row.reached]
    return (f"{row.what}\n{row.note}", f"{told['median']:.4g} {row.unit}", peer, spread, reach, reached)
