from __future__ import annotations

import json

import pytest

FAST = ("--limit", "200", "--preset", "default", "--set", "max_iter=20")


def test_a_grid_prints_one_document_and_has_nothing_to_resume(document, command):
    found = document("tune", "logistic", *FAST, "--sampler", "grid", "--search", "C=0.01,1", "--name", "two cells")
    assert found["study"] == "two cells"
    assert [sorted(trial) for trial in found["trials"]] == [["number", "parameters", "score", "seconds", "state"]] * 2
    assert sorted(trial["parameters"]["C"] for trial in found["trials"]) == [0.01, 1]
    best = max(found["trials"], key=lambda trial: trial["score"])
    assert found["best"] == {name: best[name] for name in ("number", "parameters", "score")}
    more = document("tune", "--list")
    assert [entry["study"] for entry in more] == ["two cells"]
    again = command("tune", "--resume", "two cells", "--json")
    assert again.returncode == 0
    assert "has done its 2 trials, so there is nothing to resume; --trials N adds to them" in again.stderr
    assert json.loads(again.stdout)["trials"] == found["trials"]


def test_a_search_is_written_for_scikit_learn_instead(command, document, tmp_path):
    path = tmp_path / "search.py"
    told = document("tune", "forest", "--sampler", "random", "--trials", "7", "--script", str(path))
    assert told == {"script": str(path), "bytes": path.stat().st_size}
    assert "RandomizedSearchCV(" in path.read_text("utf-8")
    assert "n_iter=7" in path.read_text("utf-8")
    assert document("tune", "--list") == []
    assert command("tune", "cnn", "--script", str(path)).returncode == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("tune",), "Say which model to search"),
        (("tune", "svn"), "did you mean svm?"),
        (("tune", "svm", "--search", "C=5:1"), "must go from low to high; got 5 to 1"),
        (("tune", "svm", "--search", "C="), "The search of `C` is empty"),
        (("tune", "svm", "--trials", "0"), "`trials` must be between 1 and 10,000; got 0"),
        (
            ("tune", "svm", "--sampler", "grid", "--search", "C=1,2", "--trials", "0"),
            "`trials` must be between 1 and 10,000; got 0",
        ),
        (("tune", "svm", "--minutes", "0"), "`minutes` must be more than 0"),
        (("tune", "svm", "--sampler", "bayes"), "`sampler` must be one of grid, random, tpe"),
        (
            ("tune", "svm", "--sampler", "grid", "--search", "C=0.01:1000:1000", "--search", "gamma=0.01:100:1000"),
            "1,000,000 combinations",
        ),
        (("tune", "--resume", "nothing"), "There is no search `nothing`"),
        (("worker",), "Set DASK_SCHEDULER_ADDRESS"),
    ],
)
def test_what_cannot_be_searched_is_one_sentence(command, arguments, sentence):
    finished = command(*arguments)
    assert finished.returncode == 2
    assert sentence in finished.stderr
    assert "Traceback" not in finished.stderr
    assert finished.stdout == ""


def test_an_unreachable_scheduler_fails_the_search_and_leaves_it_to_be_resumed(command, monkeypatch):
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", "tcp://127.0.0.1:1")
    finished = command("tune", "logistic", *FAST, "--name", "far away")
    assert finished.returncode == 1
    assert "No Dask scheduler answers at tcp://127.0.0.1:1" in finished.stderr
    assert "tune --resume 'far away'" in finished.stderr
