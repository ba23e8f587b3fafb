"""`data add`, `look`, `use`, `list`, `remove`: pictures of one's own, as test sets or as the full MNIST."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from core.cli.output import Json, print_json, print_table
from core.data import test_sets
from core.data.exports import png
from core.data.recognised import keep_as_mnist, read_mnist
from core.data.sources import load_dataset
from core.errors import ReportError
from core.runs.answer import answering_run
from core.runs.model_cache import predictor
from core.runs.own_test_sets import Prepared, add, prepare

Source = Annotated[
    Path, typer.Argument(help="CSV, npz, npy, IDX, Parquet, a folder of pictures for each digit, or a zip of one.")
]
Name = Annotated[str, typer.Argument(help="Letters, digits, - and _; --split takes it.")]
STEP = 10_000


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("add")(add_test_set)
    app.command("look")(look)
    app.command("use")(use)
    app.command("list")(list_test_sets)
    app.command("remove")(remove)


def add_test_set(name: Name, path: Source, json: Json = False) -> None:
    """Add a test set of your own: pictures with labels that judge every model. Says first what was recognised."""
    test_sets.check_free(name)
    prepared = _prepared(path)
    _tell(prepared)
    own = add(name, prepared)
    if json:
        print_json({"name": own.name, "fingerprint": own.fingerprint, **prepared.as_dict()})
    else:
        typer.echo(
            f"{own.name} was added; evaluate a model on it with `python -m core evaluate cnn --split {own.name}`."
        )


def look(
    path: Source,
    pictures: Annotated[
        Path | None, typer.Option(help="Write a PNG file with up to ten pictures of each digit.")
    ] = None,
    json: Json = False,
) -> None:
    """Say what is recognised in a file of labelled pictures, and keep nothing."""
    prepared = _prepared(path)
    if pictures is not None:
        try:
            pictures.write_bytes(png(prepared.sheet()))
        except OSError as error:
            raise ReportError(f"{pictures} cannot be written: {error.strerror or error}.") from None
    if json:
        print_json(prepared.as_dict())
    else:
        _tell(prepared, error=False)


def use(path: Source, json: Json = False) -> None:
    """Take the full MNIST from a file or a folder that holds all of it, in any form and order, into the cache."""
    kept = keep_as_mnist(read_mnist(path))
    if json:
        print_json({"path": str(kept), "fingerprint": load_dataset().fingerprint})
    else:
        typer.echo(f"{path} holds all of MNIST; it is kept as {kept}.")


def list_test_sets(json: Json = False) -> None:
    """List the test sets of your own."""
    found = [test_sets.load(name) for name in test_sets.names()]
    if json:
        print_json(
            [
                {"name": own.name, "images": len(own.split), "fingerprint": own.fingerprint, "origin": own.origin}
                for own in found
            ]
        )
        return
    rows = [(own.name, f"{len(own.split):,}", own.fingerprint, own.origin) for own in found]
    print_table(("name", "images", "fingerprint", "from"), rows)


def remove(name: Name, json: Json = False) -> None:
    """Remove a test set of your own."""
    test_sets.remove(name)
    if json:
        print_json({"removed": name})
    else:
        typer.echo(f"{name} is removed.")


def _prepared(path: Path) -> Prepared:
    told = 0

    def tell(done: int) -> None:
        nonlocal told
        if done - told >= STEP:
            told = done
            print(f"{done:,} images read", file=sys.stderr)

    return prepare(path, predictor(answering_run(load_dataset())), tell)


def _tell(prepared: Prepared, *, error: bool = True) -> None:
    counts = ", ".join(f"{digit}: {count:,}" for digit, count in enumerate(prepared.counts))
    for line in (*map(str, prepared.parts), f"{len(prepared.labels):,} pictures: {counts}", *prepared.notes):
        typer.echo(line, err=error)
