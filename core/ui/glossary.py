"""The words of the field that the pages use, each explained in a sentence, a click away on every page."""

from __future__ import annotations

import streamlit as st

TERMS: dict[str, str] = {
    "95 % interval": "A range that contains the true value in 95 % of repeated samples of images.",
    "Accuracy": "The share of the images that a model classifies correctly.",
    "Augmentation": "Random rotations, shifts and distortions of training images, so that a model learns to ignore "
    "them.",
    "Average precision": "Precision averaged over all recalls: the area under the precision-recall curve.",
    "Brier score": "The mean squared difference between probabilities and true labels; 0 is perfect.",
    "Calibration": "Adjusting probabilities to match accuracy: of the predictions with probability 90 %, 90 % "
    "should be correct.",
    "Champion": "The run that somebody chose as the best, with a reason. It is used wherever no model is named.",
    "Confusion matrix": "A table of true labels (rows) against predictions (columns), with the number of images in "
    "each cell.",
    "Convolutional network (CNN)": "A neural network that applies small learned filters at every position of the "
    "image.",
    "Corruption": "A fixed change to images, such as noise or a shift, at five severities.",
    "Deskew": "Shearing an image so that a slanted digit becomes upright.",
    "Ensemble": "Several models combined: their probabilities are averaged, with weights.",
    "Epoch": "One pass of the training over all training images.",
    "Expected calibration error": "The mean gap between a model's predicted probability and its accuracy.",
    "F1": "The harmonic mean of precision and recall: high only where both are.",
    "Fingerprint": "A short code for the judging images; figures are compared only where it is the same.",
    "Fold": "One of k equal parts of the training images, each of which judges once while the others train.",
    "HOG": "Histograms of oriented gradients: how strongly edges point in which direction, patch by patch.",
    "Kernel": "A measure of likeness that lets a support vector machine draw curved borders.",
    "Label": "What an image is said to be: the digit that somebody wrote.",
    "Latency": "How long one answer takes, preprocessing included.",
    "Learning curve": "How error falls as a training sees more images, or goes on for longer.",
    "Learning rate": "How far one step of a network's training moves its weights.",
    "Log loss": "Punishes sure wrong answers most: minus the logarithm of the true digit's probability, in nats.",
    "Logistic regression": "Weighs every feature once for each digit; the simplest model here.",
    "Macro": "Averaged over the ten digits, each counting the same.",
    "McNemar": "McNemar's test: are two models' different answers on the same images more than a coin would give?",
    "MNIST": "70,000 handwritten digits, 28 × 28 pixels each, that the field has measured itself by since 1998.",
    "Nearest neighbours": "A model that answers what the most similar training images are.",
    "ONNX": "A file format for trained models that runs anywhere, without the library that trained them.",
    "Overfitting": "Learning the training images by heart instead of what they have in common.",
    "p": "How likely a difference at least so large would be by luck alone; with several pairs, corrected (Holm).",
    "PCA": "Principal component analysis: the few directions in which the images differ most.",
    "Precision": "Of the images that a model reads as a digit, the share that really are that digit.",
    "Preset": "A named starting point: settings, a recipe, and what to expect of them.",
    "Probability": "How sure a model is of a digit; the ten of an image sum to 100 %.",
    "Pruner": "Ends trials early that do poorly, so that the time goes to better ones.",
    "Random forest": "Hundreds of decision trees, each grown on other images, that answer together.",
    "Random Fourier features": "Random cosines that imitate a kernel, so that one solve trains a model.",
    "Recall": "Of the images of a digit, the share that a model reads as that digit.",
    "Recipe": "The steps of preprocessing from a picture to the numbers that a model sees, in order.",
    "Robustness": "How much of its accuracy a model keeps when images are spoilt.",
    "Run": "One training with everything that made it: settings, data, seed, model and figures.",
    "Seed": "The number from which a training draws its chances; the same one makes the same run.",
    "Severity": "How strongly a corruption spoils an image, from 1 to 5.",
    "Support vector machine (SVM)": "Separates digits by the widest margin; only the images at the border matter.",
    "t-SNE": "A map that keeps neighbours together: alike digits lie close, far distances mean little.",
    "Temperature": "The one number by which calibration makes probabilities less sure (above 1) or surer (below 1).",
    "Test set": "10,000 images that nothing is chosen by: a run meets them once, when it is finished.",
    "Threshold": "How sure a model must be to answer; below it, it refuses and somebody has to look.",
    "TPE": "Guided search: tries more where trials were good (tree-structured Parzen estimator).",
    "Training set": "The images that a model learns from.",
    "Trial": "One setting that a search tries.",
    "Validation set": "5,000 images that judge while models and settings are chosen; no model learns from them.",
    "Variance": "How much values differ from their mean; a plane that shows more of it shows more of the data.",
    "Vote": "The digit of the highest mean probability over several models.",
}


def offer_glossary() -> None:
    """A button that opens the glossary."""
    if st.button("Glossary", icon=":material/menu_book:", key="glossary", type="tertiary"):
        _show()


@st.dialog("Glossary", width="medium")
def _show() -> None:
    wanted = st.text_input("Find a term", key="glossary_word", placeholder="recall").strip().casefold()
    found = [line(term) for term in TERMS if wanted in f"{term} {TERMS[term]}".casefold()]
    st.markdown("\n\n".join(found) if found else "No such term.")


def line(term: str) -> str:
    """A term and its sentence in Markdown."""
    return f"**{term}**: {TERMS[term]}"
