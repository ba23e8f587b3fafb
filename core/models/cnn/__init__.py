"""The convolutional network: its layers, batches, training, progress."""
