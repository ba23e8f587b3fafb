"""From a fitted model to an ONNX file, and from the file to probabilities."""
