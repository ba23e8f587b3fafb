"""The data set: where it comes from and how it is split."""

from core.data.dataset import Dataset, Split
from core.data.sample import load_sample
from core.data.sources import load_dataset

__all__ = ["Dataset", "Split", "load_dataset", "load_sample"]
