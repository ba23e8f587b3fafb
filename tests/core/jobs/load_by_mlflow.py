"""Load models by MLflow alone: python -I load_by_mlflow.py ADDRESS IMAGES.npy URI ... ; prints what each says."""

import json
import os
import sys

os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"

import mlflow
import numpy as np

address, images, *models = sys.argv[1:]
mlflow.set_tracking_uri(address)
pictures = np.load(images)
said = {}
for uri in models:
    answer = mlflow.pyfunc.load_model(uri).predict(pictures)
    graph = mlflow.onnx.load_model(uri).graph
    info = mlflow.models.get_model_info(uri)
    said[uri] = {
        "label": answer["label"].tolist(),
        "probabilities": answer["probabilities"].tolist(),
        "outputs": [entry.name for entry in graph.output],
        "signature": info.signature.to_dict(),
        "example": mlflow.pyfunc.load_model(uri).input_example.tolist(),
    }
json.dump({"said": said, "core": sorted(name for name in sys.modules if name.split(".")[0] == "core")}, sys.stdout)
