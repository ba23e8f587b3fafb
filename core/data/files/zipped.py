"""A zip archive unpacked into a folder that is gone afterwards; what could do harm is refused by name."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from core.damage import DAMAGE, reason
from core.data.files.batch import MOST_BYTES, MOST_IMAGES
from core.errors import FileError
from core.temporary import temporary_folder

MOST_FILES = 2 * MOST_IMAGES
CHUNK = 1 << 20


@contextmanager
def unpacked(path: Path, source: str) -> Iterator[Path]:
    """Unpack an archive into a folder of its own, which lasts as long as the block.

    Raises
    ------
    FileError
        The archive is damaged or encrypted, unpacks to too much, or has a member that would leave the folder.
    """
    with temporary_folder() as place:
        folder = place / (path.stem.strip(".") or "archive")  # "...zip" would be the folder above
        folder.mkdir()
        try:
            with zipfile.ZipFile(path) as archive:
                _extract(archive, folder, source)
        except DAMAGE as error:
            raise FileError(f"{source} is damaged or cannot be unpacked ({reason(error)}).") from error
        yield folder


def is_npz(path: Path) -> bool:
    """Return whether an archive holds nothing but arrays; False for one that cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except DAMAGE:
        return path.suffix.lower() == ".npz"
    return path.suffix.lower() == ".npz" or (bool(names) and all(name.endswith(".npy") for name in names))


def _extract(archive: zipfile.ZipFile, folder: Path, source: str) -> None:
    members = [member for member in archive.infolist() if not member.is_dir()]
    size = sum(member.file_size for member in members)
    if len(members) > MOST_FILES or size > MOST_BYTES:
        raise FileError(
            f"{source} unpacks to {len(members):,} files and {size / 1e6:,.0f} MB; "
            f"up to {MOST_FILES:,} and {MOST_BYTES / 1e6:,.0f} MB are read."
        )
    for member in members:
        target = folder / _inside(member, source)
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as packed, target.open("wb") as file:
            while chunk := packed.read(CHUNK):
                file.write(chunk)


def _inside(member: zipfile.ZipInfo, source: str) -> PurePosixPath:
    name = PurePosixPath(member.filename)
    if name.is_absolute() or ".." in name.parts or "\\" in member.filename or ":" in member.filename:
        raise FileError(f"{source} is refused: {member.filename[:80]!r} in it would be written outside its folder.")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise FileError(f"{source} is refused: {member.filename[:80]!r} in it is a link.")
    if member.flag_bits & 1:
        raise FileError(f"{source} is encrypted; unpack it first.")
    return name
