"""Labels and probabilities in, tidy tables out."""
