"""Digit Lab: handwritten-digit recognition on MNIST, from the source of the data to a served model."""

__version__ = "0.1.0"
