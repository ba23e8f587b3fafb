"""The banner over a sample, and the download that replaces it."""

from __future__ import annotations

import streamlit as st

from core.data.background import Download, start_download
from core.data.dataset import Dataset
from core.settings import settings
from core.ui.text import escaped


@st.cache_resource(show_spinner=False, max_entries=4)
def _holder(home: str) -> dict[str, Download]:
    return {}


def show_banner(dataset: Dataset) -> None:
    """Say that a sample is in use; start the download once by itself, then show its progress and offer a retry."""
    held = _holder(str(settings().home))
    if "download" not in held and not settings().readonly:
        held["download"] = start_download()
    st.warning(
        f"Trained and evaluated on a sample of {_total(dataset):,} images: less accurate and less certain than on "
        "the full MNIST.",
        icon=":material/science:",
    )
    if "download" in held:
        running = not held["download"].finished
        st.fragment(_progress, run_every=1.0 if running else None)(held)


def _progress(held: dict[str, Download]) -> None:
    download = held["download"]
    if download.error:
        left, right = st.columns([5, 1], vertical_alignment="center")
        left.caption(f"The full MNIST could not be downloaded: {escaped(download.error)}")
        if right.button("Try again", key="retry_download", width="stretch"):
            held["download"] = start_download()
            st.rerun()
    elif download.finished:
        st.success("The full MNIST has been downloaded.", icon=":material/check_circle:")
        st.button("Use it now", key="use_full_mnist")
    else:
        done, total = download.done / 1e6, download.total / 1e6
        share = download.done / download.total if download.total else 0.0
        st.progress(min(share, 1.0), text=f"Downloading the full MNIST: {done:.1f} of {total:.1f} MB")


def _total(dataset: Dataset) -> int:
    return sum(len(split.labels) for split in (dataset.train, dataset.validation, dataset.test))
