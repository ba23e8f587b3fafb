"""Drawings and pictures to digits to labels; the predictor that answers is an argument."""
