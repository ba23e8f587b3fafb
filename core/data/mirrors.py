"""Public addresses of MNIST, with the hash and size of every file there."""

from __future__ import annotations

from typing import NamedTuple


class RemoteFile(NamedTuple):
    """A file to fetch: its name, its hash as pooch writes it ("sha256:...") and its size in bytes."""

    name: str
    known_hash: str
    size: int


class Mirror(NamedTuple):
    """A folder on the web, its address ending in /, and the files there that make up MNIST."""

    address: str
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        """Bytes to fetch in all."""
        return sum(file.size for file in self.files)


# As Keras publishes it: keras/src/datasets/mnist.py.
NPZ = (RemoteFile("mnist.npz", "sha256:731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1", 11_490_434),)
# As torchvision publishes them: torchvision/datasets/mnist.py, `MNIST.resources`.
IDX = (
    RemoteFile("train-images-idx3-ubyte.gz", "md5:f68b3c2dcbeaaa9fbdd348bbdeb94873", 9_912_422),
    RemoteFile("train-labels-idx1-ubyte.gz", "md5:d53e105ee54ea40749a09fcbcd1e9432", 28_881),
    RemoteFile("t10k-images-idx3-ubyte.gz", "md5:9fb629c4189551a2d022fa330f9573f3", 1_648_877),
    RemoteFile("t10k-labels-idx1-ubyte.gz", "md5:ec29112dd5afa0611ce80d1b7f02629c", 4_542),
)
MIRRORS = (
    Mirror("https://storage.googleapis.com/tensorflow/tf-keras-datasets/", NPZ),
    Mirror("https://ossci-datasets.s3.amazonaws.com/mnist/", IDX),
    Mirror("https://storage.googleapis.com/cvdf-datasets/mnist/", IDX),
)
