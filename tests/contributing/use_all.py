"""Use what was added, through the same functions as everything else; writes what came out as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest


def trained() -> dict[str, object]:
    """Train the new kind with the new step before it, and predict from the exported graph."""
    from core.preprocessing.sharpen import Sharpen

    from core.data.sources import load_dataset
    from core.jobs.training import run_training
    from core.models.serving.predictor import Predictor
    from core.models.specification import Specification
    from core.preprocessing.experiments import Experiment
    from core.preprocessing.recipe import RECIPES, Recipe
    from core.runs import artifacts, registry

    recipe = Recipe(steps=(Sharpen(amount=0.5), *RECIPES["deskewed_pca"].steps))
    wanted = Specification.from_preset("centroids", "fast", recipe=recipe, experiment=Experiment.limited(500))
    data = load_dataset()
    run = run_training(registry.create(wanted, data.fingerprint).run_id)
    folder = artifacts.local(run, artifacts.MODEL)
    served = Predictor.load(folder).predict_proba(data.test.images[:100])
    shipped: dict[str, object] = {}
    exec((folder / "preprocess.py").read_text("utf-8"), shipped)
    stored = artifacts.predictions(run).test
    return {
        "metrics": dict(run.metrics),
        "same": bool(np.allclose(served, stored[:100], atol=1e-5)),
        "labels": data.test.labels.tolist(),
        "stored": stored.tolist(),
        "script": shipped["features"](data.test.images[:3]).shape,  # type: ignore[operator]
        "native": [entry["path"] for entry in artifacts.names(run) if entry["path"].startswith("native/")],
    }


def shown(script: str, **address: str) -> AppTest:
    """A page as a browser would open it once the server has read the registry."""
    from core.ui import session

    session.watcher().refresh()
    page = AppTest.from_file(str(Path("Home.py").resolve()), default_timeout=60).switch_page(script)
    page.query_params.update(address)
    page.run()
    if page.exception:
        raise SystemExit(page.exception[0].message)
    return page


if __name__ == "__main__":
    found = trained()
    form = shown("pages/2_Train.py", model="centroids")
    found["sliders"] = [slider.label for slider in form.slider]
    lab = shown("pages/1_Data.py", part="Lab")
    found["menu"] = [option for box in lab.selectbox for option in box.options]
    hello = shown("pages/8_Hello.py")
    found["hello"] = [hello.title[0].value, hello.metric[0].value]
    json.dump(found, sys.stdout)
