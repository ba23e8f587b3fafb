"""The line over a sample of MNIST, and the download that replaces it."""

from __future__ import annotations

import streamlit as st

from core.data.background import Download, start_download
from core.data.dataset import Dataset
from core.settings import settings
from core.ui.shown_errors import fragment
from core.ui.text import sentence


@st.cache_resource(show_spinner=False, max_entries=4)
def _holder(home: str) -> dict[str, Download]:
    return {}


def show_banner(dataset: Dataset) -> None:
    """Say in one line that a sample is in use, with the link to why; start the download once by itself."""
    held = _holder(str(settings().home))
    if "download" not in held and not settings().readonly:
        held["download"] = start_download()
    running = "download" in held and not held["download"].finished
    fragment(_line, run_every=1.0 if running else None)(dataset, held)


def _line(dataset: Dataset, held: dict[str, Download]) -> None:
    download = held.get("download")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="sample_banner"):
        st.caption(f":material/science: {sample_in_words(dataset, download)}", width="content")
        if download is not None and download.finished and not download.error:
            st.button("Use the full MNIST now", key="use_full_mnist", type="tertiary")
        else:
            st.page_link("pages/1_Data.py", label="Why, and what to do", query_params={"part": "data_set"})


def sample_in_words(dataset: Dataset, download: Download | None) -> str:
    """Return what is in use instead of the full MNIST, and how far the download is, in a sentence."""
    total = sum(len(split) for split in (dataset.train, dataset.validation, dataset.test))
    start = f"Sample of MNIST: {total:,} of 70,000 images"
    if download is None:
        return f"{start}."
    if download.error:
        return f"{start}, as the full MNIST could not be downloaded."
    if download.finished:
        return "The full MNIST has been downloaded."
    return f"{start}, while the full MNIST is downloaded: {download.done / 1e6:.1f} of {download.total / 1e6:.1f} MB."


def show_reasons() -> None:
    """Say why a sample is in use, host by host, with another try and the other ways to the full MNIST."""
    held = _holder(str(settings().home))
    download = held.get("download")
    with st.expander("The full MNIST is not here", icon=":material/science:", expanded=True):
        if download is not None and download.error:
            st.markdown(sentence(download.error))
        st.markdown(
            "Models trained here learn from 4,000 images, so they are less accurate than on the full MNIST. To use all "
            "of it, download it, name a folder that holds it in `DIGITLAB_DATA_DIR`, or add its files in the "
            "tab **Your own data**."
        )
        if settings().readonly or (download is not None and not download.finished):
            return
        if st.button("Try the download again", key="retry_download", icon=":material/download:"):
            held["download"] = start_download()
            st.rerun()
