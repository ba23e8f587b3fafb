"""One drawing through every shipped model, preprocessing included, beside one Keras `Model.predict`."""

from __future__ import annotations

from core.benchmarks.keras_example import keras_example, pixels
from core.benchmarks.row import Row, seconds
from core.data.sample import load_sample
from core.models.serving.predictor import Predictor
from core.models.serving.shipped import shipped
from core.reading.drawing import digits_of_drawing

REPEATS = 40
BATCH = 1000


def run(quick: bool, final: bool) -> list[Row]:
    """Measure single predictions, and a batch against single Keras calls."""
    repeats = REPEATS // 4 if quick else REPEATS
    predictors = [Predictor.load(card.folder) for card in shipped().values()]
    images = load_sample().train.images
    example, picture = keras_example(), pixels(images[:1])

    def read_drawing() -> None:
        image = digits_of_drawing(A_SEVEN)[0].image[None]
        for predictor in predictors:
            predictor.predict_proba(image)

    keras_times = seconds(lambda: example.predict(picture, verbose=0), repeats)
    drawing = seconds(read_drawing, repeats)
    batch = [taken / BATCH for taken in seconds(lambda: predictors[0].predict_proba(images[:BATCH]), 5)]
    names = ", ".join(shipped())
    return [
        Row(
            f"one drawing through {names}", "s", drawing, "one Keras Model.predict", keras_times, 0.1,
            note="strokes to 28 x 28, recipe and ONNX Runtime included",
        ),
        Row(
            f"one of {BATCH:,} images in a batch", "s", batch, "one Keras Model.predict", keras_times, 0.1,
            note=f"by the shipped {next(iter(shipped()))}",
        ),
    ]  # fmt: skip


A_SEVEN = {
    "objects": [
        {
            "type": "path",
            "path": [["M", 60, 60], ["L", 200, 60], ["Q", 205, 62, 200, 70], ["L", 120, 230]],
            "strokeWidth": 18,
            "left": 60,
            "top": 60,
            "width": 142,
            "height": 170,
            "scaleX": 1,
            "scaleY": 1,
            "angle": 0,
            "pathOffset": {"x": 131, "y": 145},
            "originX": "left",
            "originY": "top",
        }
    ]
}
"""A 7 as the canvas returns it."""
