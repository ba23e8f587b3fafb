"""Every word of the field that a page shows is in the glossary."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from core.ui.glossary import TERMS, line

PROJECT = Path(__file__).parents[3]
SHOWN_BY = ("Home.py", "pages", "core/ui", "core/charts", "core/evaluation", "core/models", "core/jobs")

FIELD = {  # words of machine learning and statistics, by any of which a page may name a thing -> the glossary's term
    r"accuracy": "Accuracy", r"augment": "Augmentation", r"average precision": "Average precision",
    r"brier": "Brier score", r"calibrat": "Calibration", r"champion": "Champion", r"ensemble": "Ensemble",
    r"confusion": "Confusion matrix", r"convolutional|\bCNN\b": "Convolutional network",
    r"corruption": "Corruption", r"deskew": "Deskew", r"\bepochs?\b": "Epoch", r"calibration error": "Expected calib",
    r"\bF1\b": "F1", r"fingerprint": "Fingerprint", r"\bfolds?\b": "Fold", r"forgetting": "Forgetting event",
    r"\bHOG\b": "HOG", r"kernel": "Kernel",
    r"\blabels?\b": "Label", r"latency": "Latency", r"learning curve": "Learning curve",
    r"learning.rate": "Learning rate", r"linear discriminant": "Linear discriminant", r"log loss": "Log loss",
    r"logistic": "Logistic regression", r"confident learning": "Confident learning",
    r"\bmacro\b": "Macro", r"mcnemar": "McNemar", r"\bMNIST\b": "MNIST", r"nearest neighbour": "Nearest neighbours",
    r"\bONNX\b": "ONNX", r"overfit": "Overfitting", r"\bp [<=]|\bp is\b|\bp, Holm": "p", r"\bPCA\b": "PCA",
    r"\bprecision\b": "Precision", r"\bpresets?\b": "Preset", r"probabilit": "Probability", r"\bprun": "Pruner",
    r"random cosine|Fourier": "Random Fourier features",
    r"random forest|\bforest\b": "Random forest", r"\brecall\b": "Recall", r"\brecipes?\b": "Recipe",
    r"robust": "Robustness", r"\bruns?\b": "Run", r"\bseeds?\b": "Seed", r"severit": "Severity",
    r"support vector|\bSVM\b": "Support vector machine", r"t-SNE": "t-SNE", r"temperature": "Temperature",
    r"test (set|images)": "Test set", r"threshold": "Threshold", r"\bTPE\b": "TPE",
    r"training (set|images)": "Training set", r"\btrials?\b": "Trial", r"validation (set|images)": "Validation set",
    r"variance": "Variance", r"95 % interval": "95 % interval",
}  # fmt: skip


def words_on_screen() -> str:
    """Every string in the code of the pages but docstrings and the glossary itself."""
    found: list[str] = []
    for place in SHOWN_BY:
        path = PROJECT / place
        for script in [path] if path.is_file() else sorted(path.rglob("*.py")):
            if script.name != "glossary.py":
                found += strings(ast.parse(script.read_text("utf-8")))
    return "\n".join(found)


def strings(tree: ast.Module) -> list[str]:
    told = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)  # docstrings
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
        if " " in node.value or node.value[:1].isupper()
    ]


@pytest.fixture(scope="module")
def screen() -> str:
    return words_on_screen()


@pytest.mark.parametrize(("pattern", "term"), FIELD.items())
def test_a_word_that_pages_use_is_explained(pattern: str, term: str, screen: str) -> None:
    assert re.search(pattern, screen, re.IGNORECASE), "no page uses it any more: take it out of this list"
    assert any(known.startswith(term) for known in TERMS)


def test_the_glossary_explains_nothing_that_no_page_says() -> None:
    used = set(FIELD.values())
    assert not [term for term in TERMS if not any(term.startswith(word) for word in used)]


@pytest.mark.parametrize("term", TERMS)
def test_each_term_is_explained_in_short(term: str) -> None:
    assert re.fullmatch(r"[A-Z0-9].{15,300}[.]", TERMS[term]), TERMS[term]
    assert line(term).startswith(f"**{term}**")


def test_terms_stand_in_order() -> None:
    assert list(TERMS) == sorted(TERMS, key=str.casefold)
