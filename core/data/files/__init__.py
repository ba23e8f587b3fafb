"""Pictures with labels out of the files that people hold: CSV, npz, npy, IDX, Parquet, folders of pictures, zip."""

from core.data.files.batch import MOST_IMAGES, Batch
from core.data.files.read import batches

__all__ = ["MOST_IMAGES", "Batch", "batches"]
