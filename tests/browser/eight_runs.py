"""Train five small models beside the three that ship, into the home folder of the environment."""

from __future__ import annotations

from core.data.sources import load_dataset
from core.jobs.training import run_training
from core.models.specification import Specification
from core.preprocessing.experiments import Experiment
from core.runs import registry

SMALL = (("logistic", 0), ("logistic", 1), ("knn", 0), ("fourier", 0), ("fourier", 1))


def main() -> None:
    """Train them one after the other in this process."""
    for model, seed in SMALL:
        specification = Specification.from_preset(model, "fast", seed=seed, experiment=Experiment.limited(300))
        run_training(registry.create(specification, load_dataset().fingerprint).run_id)


if __name__ == "__main__":
    main()
