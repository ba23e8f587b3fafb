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
    "Confident learning": "Finding wrong labels: those that models which were not trained on the image contradict with "
    "a probability that is usual for the other label.",
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
    "Fingerprint": "A hash of the evaluation data. Metrics are compared only between runs with the same fingerprint.",
    "Fold": "One of k equal parts of the training images in cross-validation. Each part is held out once.",
    "Forgetting event": "An image that a model classified correctly after one epoch and wrongly after the next.",
    "HOG": "Histogram of oriented gradients: how strong the edges are in each direction, for each cell of the image.",
    "Kernel": "A similarity function that allows a support vector machine to learn curved decision boundaries.",
    "Label": "The class of an image as recorded in the data set: the digit that was written.",
    "Latency": "The time to classify one image, preprocessing included.",
    "Learning curve": "Performance against the number of training images or epochs.",
    "Learning rate": "The step size of a network's weight updates.",
    "Linear discriminant": "A weighted sum of the features that best tells one digit from another, or from all others.",
    "Log loss": "Minus the logarithm of the true digit's probability, in nats; confident errors cost most.",
    "Logistic regression": "A linear model with one weight per feature and digit; the simplest model here.",
    "Macro": "The unweighted mean over the ten digits.",
    "McNemar": "A test of whether two models have different error rates on the same images.",
    "MNIST": "A benchmark of 70,000 handwritten digits of 28 × 28 pixels, published in 1998.",
    "Nearest neighbours": "A model that predicts the most frequent label among the most similar training images.",
    "ONNX": "A file format for trained models. It runs without the library that trained the model.",
    "Overfitting": "Fitting the training images so closely that accuracy on new images falls.",
    "p": "The probability of a difference at least this large if the two were equally good. With several pairs it "
    "is corrected (Holm). Below 0.05 a difference counts as statistically significant.",
    "PCA": "Principal component analysis: the directions with the largest variance of the images.",
    "Precision": "Of the images predicted as a digit, the share that are that digit.",
    "Preset": "A named set of hyperparameters and a recipe to start from.",
    "Probability": "A model's confidence in a digit; the ten probabilities of an image sum to 100 %.",
    "Pruner": "Stops unpromising trials early, to save compute time.",
    "Random forest": "Many decision trees whose probabilities are averaged. The default here is extremely "
    "randomised trees: no bootstrap, random features and random thresholds. A classic random forest draws a "
    "bootstrap sample per tree and searches the best thresholds.",
    "Random Fourier features": "Random cosines that imitate a kernel, so that one solve trains a model.",
    "Recall": "Of the images of a digit, the share that is predicted as that digit.",
    "Recipe": "The ordered list of preprocessing steps, from an image to the model's input.",
    "Robustness": "How well a model keeps its accuracy on corrupted images.",
    "Run": "One training with its configuration, data, seed, model and metrics.",
    "Seed": "The start value of the random number generator. The same seed gives the same result.",
    "Severity": "The strength of a corruption, from 1 to 5.",
    "Support vector machine (SVM)": "A model that separates classes with the largest margin. Only the images near "
    "the boundary, the support vectors, determine it.",
    "t-SNE": "A map that preserves neighbourhoods: similar digits lie close together; large distances have no meaning.",
    "Temperature": "The number that calibration divides the scores by. Above 1 it lowers the confidence, below 1 it "
    "raises it.",
    "Test set": "10,000 images that are not used for training or for choosing. Each run is evaluated on them once, "
    "when it finishes.",
    "Threshold": "The minimum probability for an answer. Images below it are rejected and left to a person.",
    "TPE": "Tree-structured Parzen estimator: a guided search that samples more in regions with good trials.",
    "Training set": "The images that a model is trained on.",
    "Trial": "One combination of hyperparameters that a search evaluates.",
    "Validation set": "5,000 images for choosing models and hyperparameters. No model is trained on them.",
    "Variance": "How much values differ from their mean. A projection that explains more variance shows more of the "
    "data.",
}


def offer_glossary() -> None:
    """Show a button that opens the glossary."""
    if st.button("Glossary", icon=":material/menu_book:", key="glossary", type="tertiary"):
        _show()


@st.dialog("Glossary", width="medium")
def _show() -> None:
    wanted = st.text_input("Find a term", key="glossary_word", placeholder="recall").strip().casefold()
    found = [line(term) for term in TERMS if wanted in f"{term} {TERMS[term]}".casefold()]
    st.markdown("\n\n".join(found) if found else "No such term.")


def line(term: str) -> str:
    """Return a term and its sentence in Markdown."""
    return f"**{term}**: {TERMS[term]}"
