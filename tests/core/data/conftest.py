"""MNIST-shaped files for the data tests, and the full MNIST where this machine has it."""

from __future__ import annotations

import gzip
import io
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.data import archive, sources
from core.data.archive import IDX_NAMES
from core.data.dataset import Arrays
from tests.core.data.idx_files import idx_bytes
from tests.core.data.server import Server

FULL_MNIST = os.environ.get("DIGITLAB_DATA_DIR")


@pytest.fixture(autouse=True)
def _no_data_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a data folder nor Keras' cache, until a test puts one there."""
    monkeypatch.delenv("DIGITLAB_DATA_DIR", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


@pytest.fixture(scope="session")
def full_arrays() -> Arrays:
    """The real MNIST, read once."""
    if FULL_MNIST is None:
        pytest.skip("the full MNIST is not on this machine (set DIGITLAB_DATA_DIR to test on it)")
    return sources.read_folder(Path(FULL_MNIST))


@pytest.fixture
def small_mnist(monkeypatch: pytest.MonkeyPatch) -> Arrays:
    """Random digits that pass for MNIST: 10 images of each digit train, 20 images test, in an order that mixes them."""
    rng = np.random.default_rng(7)
    y_train, y_test = (rng.permutation(np.arange(n, dtype=np.uint8) % 10) for n in (100, 20))
    x_train, x_test = (rng.integers(0, 256, (n, 28, 28), dtype=np.uint8) for n in (100, 20))
    arrays = Arrays(x_train, y_train, x_test, y_test)
    known = {name: archive.idx_md5(array) for name, array in arrays._asdict().items()}
    monkeypatch.setattr(archive, "IDX_MD5", known)
    monkeypatch.setattr(archive, "SHAPES", {name: array.shape for name, array in arrays._asdict().items()})
    monkeypatch.setattr("core.data.dataset.VALIDATION_PER_CLASS", 3)
    return arrays


@pytest.fixture
def server(small_mnist: Arrays) -> Iterator[Server]:
    """Serve `small_mnist` as `mnist.npz` and as four gzipped IDX files."""
    archive = io.BytesIO()
    np.savez_compressed(archive, **small_mnist._asdict())
    idx = {stem + ".gz": gzip.compress(idx_bytes(getattr(small_mnist, name))) for name, stem in IDX_NAMES.items()}
    server = Server({"mnist.npz": archive.getvalue(), **idx})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.go_on.set()
    server.shutdown()
    thread.join()
    server.server_close()
