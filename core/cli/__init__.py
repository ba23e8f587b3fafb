"""The command line: `python -m core ...`, the same functions as the pages, without a browser."""
