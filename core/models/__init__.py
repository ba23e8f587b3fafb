"""One file a model: parameters, fit, export; the catalogue and the predictor stand beside them."""
