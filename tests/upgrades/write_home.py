"""Write a small home folder as the installed version writes it, and pack it: `python -m tests.upgrades.write_home`.

Run it at each release, and keep the archives of all versions: `test_homes.py` opens every one of them.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
import tomllib
import zipfile
from contextlib import closing, suppress
from pathlib import Path

HERE = Path(__file__).parent


def write() -> None:
    """Leave a finished run, a champion, a failed run, a search and a digit of one's own in `DIGITLAB_HOME`."""
    from core.data import own_digits
    from core.data.sample import load_sample
    from core.errors import DigitLabError
    from core.jobs.cluster.executor import Executor
    from core.jobs.training import run_training
    from core.jobs.tuning import search_actions
    from core.jobs.tuning.search_coordinator import Coordinator
    from core.models.specification import Specification
    from core.permissions import Actor, operator
    from core.preprocessing.experiments import Experiment
    from core.runs import champion, housekeeping, registry
    from tests.core.jobs.searching import small_search

    dataset = load_sample()
    asked = Specification.from_preset("logistic", "fast", experiment=Experiment.limited(300))
    run = run_training(registry.create(asked, dataset.fingerprint, owner="ada", name="the first").run_id)
    housekeeping.note(run, "kept from version to version", actor=operator())
    housekeeping.tag(run, ("old",), actor=operator())
    champion.crown(run, "the only one", actor=Actor("ada", admin=True))
    failing = registry.create(asked, "0" * 16, owner="bob", name="on other data")
    with suppress(DigitLabError):
        run_training(failing.run_id)
    with Executor(trials=1) as executor:
        Coordinator(search_actions.create(small_search(trials=2), "two trials"), executor).run()
    own_digits.save("ada", dataset.train.images[0], int(dataset.train.labels[0]))


def pack(home: Path, target: Path) -> None:
    """Write everything but caches, locks and logs into one archive."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as archive:
        for path in sorted(home.rglob("*")):
            kept = path.relative_to(home)
            if path.is_file() and kept.parts[0] not in ("cache", "logs") and ".db-" not in kept.name:
                archive.write(compacted(path) if path.suffix == ".db" else path, kept)


def compacted(database: Path) -> Path:
    """A copy of a database without a write-ahead log."""
    copy = database.parent / "cache" / f"compacted-{database.name}"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    return copy


def main() -> None:
    version = tomllib.loads((HERE.parents[1] / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(DIGITLAB_HOME=folder, KERAS_HOME=str(Path(folder) / "cache"))
        os.environ.pop("DIGITLAB_DATA_DIR", None)
        write()
        pack(Path(folder), HERE / f"home-{version}.zip")
    sys.stdout.write(f"{HERE / f'home-{version}.zip'}: {(HERE / f'home-{version}.zip').stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
