"""`data`: what the data set is and where it came from; downloads and exports it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli import labels, own_data
from core.cli.output import Json, print_json, print_table, progress_bar
from core.data.dataset import Split
from core.data.download import download
from core.data.exports import write_averages, write_images
from core.data.gallery import ORDERS, positions
from core.data.sources import load_dataset
from core.errors import ParameterError

data_app = typer.Typer(
    help="Say which data set is in use; download it, export its digits, add test sets of your own, review labels.",
    invoke_without_command=True,
)


def register(app: typer.Typer) -> None:
    """Add the group."""
    own_data.register(data_app)
    labels.register(data_app)
    app.add_typer(data_app, name="data")


@data_app.callback()
def show_data(
    context: typer.Context,
    json: Json = False,
    fetch: Annotated[bool, typer.Option("--download", help="Download the full MNIST first if it is missing.")] = False,
    images: Annotated[int, typer.Option(min=0, help="Export this many images as PNG files with their labels.")] = 0,
    split: Annotated[str, typer.Option(help="Split to export: train, validation or test.")] = "validation",
    digit: Annotated[int | None, typer.Option(min=0, max=9, help="Export images of this digit only.")] = None,
    order: Annotated[str, typer.Option(help=f"Order of the export: {', '.join(ORDERS)}.")] = ORDERS[0],
    output: Annotated[Path, typer.Option(help="Folder for the exported images.")] = Path("digits"),
) -> None:
    """Say which data set is in use, with its split and fingerprint; --images exports digits, their counts and means."""
    if context.invoked_subcommand:
        return
    if fetch and load_dataset().is_sample:
        with progress_bar("download") as show:
            download(lambda done, total: show(done / max(total, 1), f"{done / 1e6:.1f} of {total / 1e6:.1f} MB"))
    dataset = load_dataset()
    document = {
        "source": dataset.name,
        "origin": dataset.origin,
        "train": len(dataset.train.labels),
        "validation": len(dataset.validation.labels),
        "test": len(dataset.test.labels),
        "fingerprint": dataset.fingerprint,
        "notices": list(dataset.notices),
    }
    if images:
        document["exported"] = str(_export(dataset.split(split), images, digit, order, output))
    if json:
        print_json(document)
    else:
        print_table(("what", "value"), [(name, _shown(value)) for name, value in document.items() if value != []])


def _shown(value: object) -> object:
    return f"{value:,} images" if isinstance(value, int) else value


def _export(split: Split, images: int, digit: int | None, order: str, folder: Path) -> Path:
    found = positions(split, digit, order)
    if images > len(found):
        raise ParameterError(f"`images` must be between 0 and {len(found):,}; got {images:,}.")
    write_averages(split, folder)
    return write_images(split, found[:images].tolist(), folder)
