"""Parts of the Tune page: a search's form, the live search, curves, comparisons, exports."""
