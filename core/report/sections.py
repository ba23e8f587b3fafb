"""What a report says, section by section, each as HTML."""

from __future__ import annotations

from collections.abc import Mapping

from core.charts.sheets import sheet
from core.data.dataset import Dataset
from core.evaluation.confusion import most_confused
from core.evaluation.metrics import confusion_matrix
from core.evaluation.recipes import RECIPE_QUESTION, RUN_QUESTION
from core.models.catalogue import title_of
from core.report.card import costs
from core.report.comparison import Comparison
from core.report.figures import Titled, confusion_figure
from core.report.parameters import parameter_table
from core.report.pieces import chart, listing, picture, table, text
from core.report.seeds import recipe_pairs, recipes
from core.runs.champion import Choice
from core.runs.run import Run
from core.text import percent, percent_range

MOST_IMAGES = 60
IMAGES_IN_ROW = 12


def standings_section(comparison: Comparison) -> str:
    """One row a run, best of the validation images first."""
    rows = sorted(comparison.standings.to_dict("records"), key=lambda row: -_validation(comparison.runs[row["name"]]))
    cells = [
        (
            row["name"],
            title_of(row["kind"]),
            percent(_validation(comparison.runs[row["name"]])),
            percent(row["accuracy"]),
            percent_range(row["low"], row["high"]),
            percent(row["f1_macro"]),
            f"{comparison.runs[row['name']].seconds.get('fit', float('nan')):,.1f} s".replace("nan s", "–"),
        )
        for row in rows
    ]
    columns = (
        "Run",
        "Model",
        "Validation accuracy",
        f"Accuracy, {comparison.split}",
        "95 % interval",
        "Macro F1",
        "Fit",
    )
    lost = listing(comparison.unread.values()) if comparison.unread else ""
    return f"<h2>The runs</h2>{table(columns, cells)}{lost}"


def _validation(run: Run) -> float:
    return run.metrics.get("validation_accuracy", 0.0)


def verdict_section(comparison: Comparison) -> str:
    """What is proven and what is not, of runs and of recipes."""
    if len(comparison.answers) < 2:
        return ""
    known = [comparison.runs[name] for name in comparison.answers]
    seeds = recipe_pairs(recipes(known), comparison.split)
    of_recipes = f"<p>{text(RECIPE_QUESTION)}</p>{listing(seeds['sentence'])}" if len(seeds) else ""
    return (
        f"<h2>Significance</h2><p>{text(RUN_QUESTION)}</p>{listing(comparison.pairs['sentence'])}"
        f"{of_recipes}<p class=\"quiet\">p values are of McNemar's exact test (runs) and Welch's t-test "
        "(configurations), Holm-corrected for the number of pairs; a difference is statistically "
        "significant below 0.05.</p>"
    )


def champion_section(choices: list[Choice], runs: Mapping[str, Run]) -> str:
    """Whether one of the runs is champion, since when and why."""
    names = {run.run_id: name for name, run in runs.items()}
    current = next((choice for choice in choices if choice.current and choice.run_id in names), None)
    if current is None:
        return ""
    words = f"{names[current.run_id]}, chosen by {current.chosen_by} on {current.at:%d %B %Y}: {current.reason}"
    return f"<h2>Champion</h2><p>{text(words)}</p>"


def figures_section(figures: list[Titled]) -> str:
    """The charts, each with its title and a sentence."""
    return "".join(
        f'<h2>{text(titled.title)}</h2><p class="quiet">{text(titled.sentence)}</p>'
        + chart(titled.figure, f"chart-{place}")
        for place, titled in enumerate(figures)
    )


def settings_section(runs: Mapping[str, Run]) -> str:
    """Every setting side by side; where they differ, the row is tinted."""
    settings = parameter_table(runs)
    rows = settings.drop(columns="differs").itertuples(index=False, name=None)
    return f"<h2>Settings</h2>{table(('Setting', *runs), rows, settings['differs'].tolist())}"


def disagreement_section(comparison: Comparison, dataset: Dataset) -> str:
    """The images that the runs do not read alike, the hardest first, in one picture."""
    if len(comparison.answers) < 2:
        return ""
    found = comparison.disagreements.head(MOST_IMAGES)
    if found.empty:
        return "<h2>Disagreements</h2><p>All models predict the same digit for every image.</p>"
    answers = found[list(comparison.answers)].astype(str).agg(" ".join, axis=1)
    captions = [f"{true}: {read}" for true, read in zip(found["true"], answers, strict=True)]
    images = dataset.judges(comparison.split).images[found["position"].to_numpy()]
    words = (
        f"{len(comparison.disagreements):,} of {len(comparison.labels):,} images; below each image the label, then "
        f"the predictions of {', '.join(comparison.answers)}."
    )
    drawn = picture(sheet(images, IMAGES_IN_ROW, captions), "Images with different predictions")
    return f"<h2>Disagreements</h2><p>{text(words)}</p>{drawn}"


def run_section(comparison: Comparison, name: str, place: int) -> str:
    """The card of one run: its figures digit by digit, what it confuses, what it ran on."""
    run = comparison.runs[name]
    note = f"<p>{text(run.note)}</p>" if run.note else ""
    tags = f"<p class=quiet>Tags: {text(', '.join(run.tags))}</p>" if run.tags else ""
    judged = _judged(comparison, name, place) if name in comparison.answers else ""
    return f"<h2>{text(name)}</h2>{note}{tags}{judged}{_made(run)}"


def _judged(comparison: Comparison, name: str, place: int) -> str:
    matrix = confusion_matrix(comparison.labels, comparison.answers[name])
    worst = [
        f"{row['true']} predicted as {row['predicted']}: {row['images']} of the {row['true']}s, {percent(row['share'])}"
        for row in most_confused(matrix).to_dict("records")
    ]
    failures = (
        f"<h3>Most frequent confusions</h3>{listing(worst)}" if worst else "<p>Every image is classified correctly.</p>"
    )
    return failures + chart(confusion_figure(comparison, name), f"confusion-{place}")


def _made(run: Run) -> str:
    packages = run.environment.get("packages", {})
    rows = {
        "run": run.run_id,
        "made by": run.owner,
        "on": f"{run.created:%d %B %Y, %H:%M} UTC",
        "key": run.key,
        "fingerprint of the evaluation data": run.fingerprint,
        "data leakage: trained on images of its evaluation data": "yes" if run.seen_judges else "no",
        **costs(run),
        **{name: value for name, value in run.environment.items() if name not in ("packages", "host")},
        **packages,
    }
    made = run.trained_as or run.committee
    json = made.model_dump_json(indent=1) if made else "not known"
    return (
        f"<details><summary>Configuration</summary>{table(('', ''), rows.items())}"
        f"<h3>Specification</h3><pre>{text(json)}</pre></details>"
    )
