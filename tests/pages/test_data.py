"""The Data page as people use it, on the sample."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.sample import load_sample
from core.jobs.questions.kept import Question
from core.jobs.questions.probe import question
from core.preprocessing.affine import principal_axes
from core.preprocessing.recipe import RECIPES
from core.preprocessing.steps import STEPS
from core.ui.data import cached
from core.ui.data.cached import most_slanted

Open = Callable[..., AppTest]
PAGE = "pages/1_Data.py"
PICTURE_STEPS = [kind for kind, step in STEPS.items() if step.stage == "picture"]


@pytest.fixture(autouse=True)
def _sample_without_download(monkeypatch: pytest.MonkeyPatch) -> None:
    idle = SimpleNamespace(finished=False, error="", done=0, total=1)
    monkeypatch.setattr("core.ui.session.load_dataset", load_sample)
    monkeypatch.setattr("core.ui.download.start_download", lambda: idle)


@pytest.fixture
def opened(open_page: Open) -> Open:
    return lambda **address: open_page(PAGE, **address)


def captions(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.caption)


def test_the_data_set_tells_its_sizes_and_what_there_is_of_each_digit(opened: Open) -> None:
    app = opened(split="training set")
    assert [metric.value for metric in app.metric][:3] == ["4,000", "500", "500"]
    assert stages(app).count("400 images<br>10.0 %") == 10
    assert "Images 1 to 60 of 4,000." in captions(app)


@pytest.mark.parametrize(
    ("about", "sentence"),
    [
        ("Class balance", "has about 10 % accuracy"),
        ("Where writers differ", "bright where writers differ"),
        ("Ink", "of the pixels are background"),
    ],
)
def test_there_is_more_to_see_on_request(opened: Open, about: str, sentence: str) -> None:
    assert sentence not in captions(opened())
    assert sentence in captions(opened(about=about))


def test_no_duplicate_is_found_in_mnist(opened: Open) -> None:
    assert "No test image is identical to a training or validation image" in opened(about="Duplicates").success[0].value


def test_the_gallery_is_filtered_and_ordered_by_the_address(opened: Open) -> None:
    app = opened(digit="4", order="most unusual first")
    assert not app.selectbox("order").disabled
    assert "Images 1 to 50 of 50 that show a 4." in captions(app)
    assert "20 principal components" in captions(app)


@pytest.mark.parametrize("part", ["Map", "Lab", "Augmentation", "Effect"])
def test_each_part_opens_without_an_error(opened: Open, part: str) -> None:
    app = opened(part=part)
    assert not app.error


def test_only_the_open_part_is_there(opened: Open) -> None:
    assert not opened(part="Lab").metric


def test_a_slider_of_the_lab_changes_the_address(opened: Open) -> None:
    app = opened(part="Lab", lab="deskew.normalise.reshape")
    app.slider("lab0_deskew_strength").set_value(0.5).run()
    assert app.query_params["lab"] == "deskew(strength=0.5).normalise.reshape"
    app.slider("lab0_deskew_strength").set_value(0.25).run()
    app.slider("lab0_deskew_strength").set_value(0.1).run()
    assert app.query_params["lab"] == "deskew(strength=0.1).normalise.reshape"


def test_a_recipe_a_step_and_an_order_are_chosen(opened: Open) -> None:
    app = opened(part="Lab")
    app.button("lab_start_raw").click().run()
    assert app.query_params["lab"] == "normalise.reshape"
    app.selectbox("lab_add1").set_value("blur").run()
    app.selectbox("lab_add2").set_value("deskew").run()
    assert app.query_params["lab"] == "blur.deskew.normalise.reshape"
    app.button("lab_earlier_deskew").click().run()
    assert app.query_params["lab"] == "deskew.blur.normalise.reshape"
    app.button("lab_remove_blur").click().run()
    assert app.query_params["lab"] == "deskew.normalise.reshape"
    assert not app.exception


def test_an_incomplete_recipe_says_what_is_missing(opened: Open) -> None:
    app = opened(part="Lab", lab="deskew.normalise")
    assert app.warning[-1].value == r"Models take rows or images with a channel; add Reshape after Normalise\."


def test_a_broken_address_is_one_sentence(opened: Open) -> None:
    app = opened(part="Lab", lab="deskew(strength=9)")
    assert app.error[0].value == r"`strength` must be between 0 and 1; got 9\.0\."


def test_every_stage_tells_shape_range_and_time(opened: Open) -> None:
    words = stages(opened(part="Lab", lab="deskew.normalise.reshape.pca(n_components=10)"))
    assert words.count("ms per 1,000</figcaption>") == 3
    assert "28 × 28" in words and "784, 0 to" in words and "10, -" in words and "Back to pixels" in words


@pytest.mark.parametrize(
    ("recipe", "kind"),
    [
        *((f"{kind}.normalise.reshape", kind) for kind in PICTURE_STEPS if kind != "resize"),
        ("resize(margin=2).normalise.reshape", "resize"),
        ("threshold(method=fixed).normalise.reshape", "threshold"),
        ("normalise.reshape", "normalise"),
        ("normalise.reshape", "reshape"),
        ("normalise.hog", "hog"),
        ("normalise.hog.standardise", "standardise"),
        ("normalise.hog.pca", "pca"),
    ],
)
def test_every_control_of_a_step_changes_what_is_seen(opened: Open, recipe: str, kind: str) -> None:
    slanted = int(most_slanted(load_sample().validation)[0])
    app = opened(part="Lab", lab=recipe, image=str(slanted))
    for name, field in STEPS[kind].model_fields.items():
        if name == "kind":
            continue
        before, control = seen(app), control_of(app, f"lab0_{kind}_{name}", field.default)
        if control.disabled:
            assert "Has no effect while" in control.help
            continue
        stood = control.value
        control.set_value(another(control)).run()
        assert seen(app) != before, name
        control_of(app, control.key, field.default).set_value(stood).run()
        assert seen(app) == before, name


def test_a_control_that_changes_nothing_says_so_until_it_does(opened: Open) -> None:
    app = opened(part="Lab", lab="threshold.normalise.reshape")
    assert app.slider(key="lab0_threshold_level").disabled
    assert app.slider(key="lab0_threshold_level").help.endswith("Has no effect while method is otsu.")
    app.selectbox(key="lab0_threshold_method").set_value("fixed").run()
    assert not app.slider(key="lab0_threshold_level").disabled
    bends = opened(part="Augmentation", augment_elastic="0").slider(key="augment_elastic_sigma")
    assert bends.disabled
    assert bends.help.endswith("Has no effect while elastic is 0.")


@pytest.mark.parametrize(
    ("recipe", "model"),
    [("blur(sigma=1.2).normalise.hog", "svm"), ("normalise.reshape(form=image)", "cnn"), ("normalise", None)],
)
def test_the_lab_leads_to_a_training_with_its_recipe(opened: Open, recipe: str, model: str | None) -> None:
    links = [link.proto for link in opened(part="Lab", lab=recipe).get("page_link")]
    asked = [parse_qs(link.query_string) for link in links if link.label == "Train with this recipe"]
    assert asked == ([{"model": [model], "lab": [recipe]}] if model else [])


def control_of(app: AppTest, key: str, value: object) -> Any:
    """The control of a setting that stands at such a value."""
    return (app.toggle if isinstance(value, bool) else app.selectbox if isinstance(value, str) else app.slider)(key)


def another(control: Any) -> Any:
    """A value that a control does not stand at."""
    if isinstance(control.value, bool):
        return not control.value
    if isinstance(control.value, str):
        return next(option for option in reversed(control.options) if option != control.value)
    return control.max if control.value == control.min else control.min


def seen(app: AppTest) -> list[str]:
    """The pictures of the lab and what their captions say of their values, without the times."""
    return re.findall(r'src="[^"]*"|\d[^<>"]* to [^<>"]*(?=<br>)', stages(app))


def test_moving_the_components_does_not_learn_again(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    learned = []
    monkeypatch.setattr(cached, "principal_axes", lambda rows: learned.append(1) or principal_axes(rows))
    app = opened(part="Lab", lab="deskew.normalise.reshape.pca")
    for components in (10, 300):
        app.slider("lab0_pca_n_components").set_value(components).run()
        assert f"{components}, -" in stages(app)
    app.toggle("lab0_pca_whiten").set_value(True).run()
    assert learned == [1]
    app.slider("lab0_deskew_strength").set_value(0.5).run()
    assert learned == [1, 1]


def test_the_probe_needs_two_recipes(opened: Open) -> None:
    app = opened(part="Effect")
    app.multiselect(key="recipes_box").set_value(["raw"]).run()
    assert "at least two recipes" in app.info[0].value


def test_kept_answers_are_told_with_number_and_interval(opened: Open) -> None:
    dataset = load_sample()
    for name, wrong in (("raw", 40), ("deskewed", 20), ("hog_pca", 10)):
        predictions = dataset.validation.labels.copy()
        predictions[:wrong] = (predictions[:wrong] + 1) % 10
        keep(question(RECIPES[name], "neighbours", 4000, dataset.fingerprint), predictions)
    app = opened(part="Effect")
    table = app.dataframe[0].value
    assert list(table["Accuracy"]) == ["92.00 %", "96.00 %", "98.00 %"]
    assert "**Deskewed** is 4.0 points better than **Raw pixels**" in " ".join(text.value for text in app.markdown)


def test_read_only_starts_nothing(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    assert opened(part="Effect").button("ask").disabled


def keep(asked: Question, predictions: np.ndarray) -> None:
    asked.path.parent.mkdir(parents=True, exist_ok=True)
    figures = {"numbers": 784, "explained": 1.0, "preparing_ms": 20.0, "seconds": 1.5}
    arrays = {"predictions": predictions} | {name: np.array(value) for name, value in figures.items()}
    np.savez(asked.path, **arrays)


def stages(app: AppTest) -> str:
    """What stands below the pictures."""
    return " ".join(element.proto.body for element in app.get("html"))


STROKE = {"type": "path", "stroke": "#101820", "strokeWidth": 22, "fill": None, "left": 0, "top": 0,
          "path": [["M", 150, 40], ["Q", 150, 40, 150, 150], ["L", 150, 260]]}  # fmt: skip


def test_the_drawn_digit_is_on_the_map_with_ten_training_digits(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = {"objects": [STROKE]}
    monkeypatch.setattr("core.ui.components.my_digit.drawing_canvas", lambda key, **options: drawn)
    app = opened(part="Map")
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert "images" not in figure["layout"]
    app.toggle(key="mine_on_map").set_value(True).run()
    assert not app.exception and not app.error
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert len(figure["layout"]["images"]) == 11
    assert "Your digit is projected as the others are" in captions(app)
