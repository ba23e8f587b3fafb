"""Your own data: look at a file of labelled pictures, then take it as a test set or as the full MNIST."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from core.at_once import AtOnce
from core.damage import reason
from core.data import test_sets
from core.data.recognised import keep_as_mnist, read_mnist
from core.errors import FileError
from core.permissions import may
from core.runs.answer import answering_run
from core.runs.model_cache import predictor
from core.runs.own_test_sets import Prepared, add, prepare
from core.ui import identity, session
from core.ui.components.sheet import digit_sheet
from core.ui.components.table import show_table
from core.ui.page import errors_shown
from core.ui.text import escaped

MOST_MEGABYTES = 100
SAMPLES = 20
PREPARING = AtOnce(1, "Another file is being read at the moment; try again in a minute.", error=FileError, seconds=60)
"""A file may unpack to a gigabyte."""
PURPOSE = (
    "Evaluate every model on labelled pictures of your own: CSV (Kaggle's and others), npz, npy or IDX in a zip, "
    "Parquet, or a zip with a folder of pictures for each digit. Nothing is kept before you have "
    "seen what was recognised."
)
Opened = Callable[[], AbstractContextManager[Path]]
LOOKED_AT = "own_path_looked_at"


def show_own_data() -> None:
    """Show the test sets that there are, and the way to add one."""
    st.caption(PURPOSE)
    with errors_shown():
        _show_sets()
    if not may(identity.current_actor(), "add"):
        return
    with errors_shown():
        opened = _chosen()
        if opened is not None:
            with opened() as path:
                prepared = _prepared(_mark(path), path)
            _show_prepared(prepared)
            _offer_mnist(opened)


def _show_sets() -> None:
    sets = [test_sets.load(name) for name in test_sets.names()]
    if not sets:
        return
    rows = [(own.name, len(own.split), own.fingerprint, own.origin, own.owner) for own in sets]
    table = pd.DataFrame(rows, columns=["Test set", "Images", "Fingerprint", "From", "Added by"])
    show_table(table, alt="Test sets of your own")
    mine = [own.name for own in sets if may(identity.current_actor(), "remove", own.owner)]
    if not mine:
        return
    box, button = st.columns([3, 1], vertical_alignment="bottom")
    name = box.selectbox("Remove a test set", mine, index=None, key="remove_set", placeholder="choose one")
    if not button.button("Remove", key="remove_set_now"):
        return
    if name is None:
        st.info("Choose a test set to remove.", icon=":material/info:")
    else:
        test_sets.remove(name, identity.current_actor())
        st.rerun()


def _chosen() -> Opened | None:
    """Return the file that was uploaded, or the path that an admin has named."""
    uploaded = st.file_uploader(
        f"A file of labelled pictures, up to {MOST_MEGABYTES} MB", key="own_file", max_upload_size=MOST_MEGABYTES
    )
    if uploaded is not None:
        return partial(_upload, uploaded.name, uploaded.getvalue())
    if not may(identity.current_actor(), "open"):
        return None
    with st.form("own_path_form", border=False):
        box, button = st.columns([3, 1], vertical_alignment="bottom")
        path = box.text_input("Or the path of a file or a folder on the server", key="own_path")
        if button.form_submit_button("Look at it"):
            st.session_state[LOOKED_AT] = path.strip()
    looked_at = str(st.session_state.get(LOOKED_AT, ""))
    return partial(_on_server, looked_at) if looked_at else None


@contextmanager
def _on_server(text: str) -> Iterator[Path]:
    try:
        path = Path(text).expanduser()
    except RuntimeError as error:  # the home of a person that there is not
        raise FileError(f"{text[:200]} cannot be read: {reason(error)}.") from None
    yield path


@contextmanager
def _upload(name: str, content: bytes) -> Iterator[Path]:
    """Give an upload as a file, under its own name, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="digitlab-upload-") as folder:
        path = Path(folder) / (Path(name.replace("\\", "/")).name or "upload")
        try:
            path.write_bytes(content)
        except (OSError, ValueError) as error:  # a full disk, or a name that no file can have
            raise FileError(f"{name[:80]!r} cannot be stored to be read: {reason(error)}.") from None
        yield path


@st.cache_resource(show_spinner="Reading the pictures ...", max_entries=3, ttl=900)
def _prepared(mark: tuple[object, ...], _path: Path) -> Prepared:
    with PREPARING.place():
        return prepare(_path, predictor(answering_run(session.dataset())))


def _mark(path: Path) -> tuple[object, ...]:
    """Return what changes when a file or a folder does; raise FileError where there is none."""
    try:
        if path.is_dir():
            return (str(path), path.stat().st_mtime)
        with path.open("rb") as file:
            return (path.name, hashlib.file_digest(file, "sha256").hexdigest())
    except (OSError, ValueError) as error:
        raise FileError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from None


def _show_prepared(prepared: Prepared) -> None:
    """Show what was recognised, with counts and pictures, and offer to keep it."""
    total = len(prepared.labels)
    st.markdown(f"**Recognised: {total:,} labelled pictures.** {escaped('; '.join(map(str, prepared.parts[:6])))}.")
    counts = pd.DataFrame([prepared.counts], columns=[str(digit) for digit in range(10)])
    show_table(counts, alt="Pictures of each digit")
    for note in prepared.notes:
        st.caption(escaped(note))
    places = prepared.examples(SAMPLES)
    captions = [str(label) for label in prepared.labels[places]]
    digit_sheet(prepared.images[places], captions, "own_examples", label="Some of the pictures, with their labels")
    box, button = st.columns([3, 1], vertical_alignment="bottom")
    name = box.text_input("Name of the test set", key="own_name", max_chars=40, placeholder="letters, digits, - and _")
    if button.button("Add as a test set", key="own_add", type="primary"):
        own = add(name, prepared, identity.current_actor())
        st.success(f"{escaped(own.name)} is added: choose it under Images on Errors, Trust and Compare.")


def _offer_mnist(opened: Opened) -> None:
    """Offer to take the file as the full MNIST where only a sample of it is here."""
    if session.dataset().is_sample and st.button("Use as the full MNIST", key="own_mnist"):
        with opened() as path:
            keep_as_mnist(read_mnist(path))
        st.rerun()
