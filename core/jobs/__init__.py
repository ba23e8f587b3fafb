"""Work that takes time, run by Dask workers."""
