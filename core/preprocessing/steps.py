"""The steps of preprocessing, each declared once: range, step, help and source of every setting."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from core.declaration import parameter
from core.errors import RecipeError
from core.preprocessing.base_step import BaseStep


class Deskew(BaseStep):
    """Shear upright."""

    title = "Deskew"
    help = "Shears a slanted digit upright, around its centre of mass."
    source = "OpenCV digits tutorial; Teague 1980"

    kind: Literal["deskew"] = "deskew"
    strength: float = parameter(1.0, "Share of the slant that is removed.", ge=0, le=1, step=0.05)
    max_angle: float = parameter(
        45.0, "Maximum slant that is corrected, in degrees.", title="largest slant", ge=5, le=60, step=1
    )
    interpolation: Literal["nearest", "linear", "cubic"] = parameter("linear", "Interpolation between pixels.")


class Centre(BaseStep):
    """Move the centre of mass to the middle."""

    title = "Centre by mass"
    help = "Moves the centre of mass to the middle; no ink leaves the image."
    source = "LeCun et al. 1998, section III.A"

    kind: Literal["centre"] = "centre"
    subpixel: bool = parameter(False, "Move by fractions of a pixel, which blurs slightly.")


class Resize(BaseStep):
    """Scale and pad."""

    title = "Resize and pad"
    help = "Scales the image and adds a black margin."
    source = "OpenCV, geometric image transformations"

    kind: Literal["resize"] = "resize"
    size: int = parameter(28, "Side of the result in pixels, margin included.", ge=8, le=32, step=1)
    margin: int = parameter(0, "Black pixels on every side; at most a quarter of the size.", ge=0, le=7, step=1)
    interpolation: Literal["nearest", "linear", "cubic", "area"] = parameter(
        "area", "Interpolation; area averages pixels when the image shrinks."
    )

    @model_validator(mode="after")
    def _leaves_room(self) -> Self:
        if self.margin * 4 > self.size:
            raise RecipeError(
                f"`margin` must be at most {self.size // 4} for a size of {self.size}; got {self.margin}."
            )
        return self


class ContrastStretch(BaseStep):
    """Stretch the grey values."""

    title = "Stretch contrast"
    help = "Stretches the grey values between two percentiles of the image to the full range."
    source = "Gonzalez and Woods, section 3.2"

    kind: Literal["contrast_stretch"] = "contrast_stretch"
    low: float = parameter(0.0, "Percentile that becomes black.", ge=0, le=90, step=1)
    high: float = parameter(99.0, "Percentile that becomes full ink.", ge=91, le=100, step=0.5)


class Threshold(BaseStep):
    """Black or ink."""

    title = "Threshold"
    help = "Sets every pixel to black or full ink."
    source = "Otsu 1979"

    kind: Literal["threshold"] = "threshold"
    method: Literal["otsu", "fixed"] = parameter(
        "otsu", "Otsu computes the level of each image; fixed uses the level below."
    )
    level: int = parameter(
        128, "Pixels brighter than this become ink.", ge=0, le=254, step=1, idle_while=("method", "otsu")
    )


class Blur(BaseStep):
    """Gaussian blur."""

    title = "Blur"
    help = "Smooths with a Gaussian, so that small shifts matter less."
    source = "Gonzalez and Woods, section 3.5"

    kind: Literal["blur"] = "blur"
    sigma: float = parameter(0.7, "Width of the Gaussian in pixels.", ge=0.3, le=3, step=0.1)


class Denoise(BaseStep):
    """Take specks away."""

    title = "Denoise"
    help = "Removes details smaller than a stroke."
    source = "Tukey 1977; Serra 1982; Buades et al. 2005"

    kind: Literal["denoise"] = "denoise"
    method: Literal["median", "opening", "specks", "nonlocal"] = parameter(
        "median", "Median filter, opening with a disc, removal of small components, or non-local means (slow)."
    )
    strength: int = parameter(1, "Strength of the noise removal.", ge=1, le=3, step=1)


class StrokeWidth(BaseStep):
    """One pen for all."""

    title = "Even stroke width"
    help = "Thins the digit to its skeleton and redraws it with a constant stroke width."
    source = "Zhang and Suen 1984; Felzenszwalb and Huttenlocher 2012"

    kind: Literal["stroke_width"] = "stroke_width"
    width: float = parameter(3.0, "Width of the pen in pixels.", ge=1, le=6, step=0.25)


class Normalise(BaseStep):
    """Grey values to numbers."""

    title = "Normalise"
    help = "Turns grey values of 0 to 255 into numbers near 1."
    source = "LeCun et al., Efficient BackProp, 1998, section 4.3"
    stage = "normalise"

    kind: Literal["normalise"] = "normalise"
    scale: Literal["unit", "signed", "each"] = parameter(
        "unit", "Unit is 0 to 1, signed is -1 to 1, each gives every image mean 0 and standard deviation 1."
    )


class Hog(BaseStep):
    """Histograms of oriented gradients."""

    title = "Oriented gradients"
    help = "Histograms of edge directions in every cell of the image (HOG)."
    source = "Dalal and Triggs 2005; Maji and Malik 2009"
    stage = "hog"

    kind: Literal["hog"] = "hog"
    cell: int = parameter(4, "Distance between the centres of neighbouring cells, in pixels.", ge=2, le=10, step=1)
    reach: float = parameter(1.25, "Radius of a cell, in cells; cells overlap above 0.5.", ge=0.5, le=2, step=0.25)
    orientations: int = parameter(8, "Number of direction bins.", ge=4, le=16, step=1)
    signed: bool = parameter(True, "Whether the two sides of a stroke count as different directions.")
    contrast: Literal["local", "picture", "none"] = parameter(
        "local", "Normalisation of the edge strength: by block, by image, or none."
    )
    root: bool = parameter(
        False, "Take square roots, so that strong edges outweigh weak ones less.", title="square root"
    )


class Reshape(BaseStep):
    """Rows or pictures."""

    title = "Reshape"
    help = "Shapes the numbers for the model: one row, or an image with one channel."
    source = "Keras, Conv2D: input shape"
    stage = "reshape"

    kind: Literal["reshape"] = "reshape"
    form: Literal["flat", "image"] = parameter("flat", "Flat is one row; image is height, width and one channel.")


class Standardise(BaseStep):
    """Mean 0, deviation 1, learned."""

    title = "Standardise"
    help = "Scales features to mean 0 and standard deviation 1, fitted on the training images."
    source = "Hastie et al., The Elements of Statistical Learning, section 3.4"
    stage = "learned"

    kind: Literal["standardise"] = "standardise"
    each: bool = parameter(True, "Scale every feature by its own mean and deviation; else all by the same two.")


class Pca(BaseStep):
    """Principal components, learned."""

    title = "PCA"
    help = "Keeps the principal components of the training images."
    source = "Pearson 1901; Jolliffe, Principal Component Analysis, 2002"
    stage = "learned"

    kind: Literal["pca"] = "pca"
    n_components: int = parameter(50, "Number of components.", title="components", ge=1, le=784, step=1)
    whiten: bool = parameter(False, "Scale every component to variance 1.")


Step = Annotated[
    Deskew
    | Centre
    | Resize
    | ContrastStretch
    | Threshold
    | Blur
    | Denoise
    | StrokeWidth
    | Normalise
    | Hog
    | Reshape
    | Standardise
    | Pca,
    Field(discriminator="kind"),
]

STEPS: dict[str, type[BaseStep]] = {step.model_fields["kind"].default: step for step in get_args(get_args(Step)[0])}
"""Every step by its kind, in the order in which a menu shows them."""
