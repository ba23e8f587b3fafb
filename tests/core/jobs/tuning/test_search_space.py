from __future__ import annotations

import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ParameterError, StudyError
from core.jobs.tuning.search_space import Dimension, SearchSpace, dimension, proposed
from core.models.catalogue import CATALOGUE, kind_named

SVM = kind_named("svm")


def test_a_grid_of_a_logarithmic_range_is_even_in_powers():
    assert dimension(SVM, "C", "0.1:100:4").values == pytest.approx([0.1, 1, 10, 100])


def test_a_grid_of_whole_numbers_holds_each_once():
    assert dimension(SVM, "degree", "2:4:9").values == [2, 3, 4]


def test_choices_are_read_in_their_type():
    assert dimension(SVM, "kernel", "rbf, poly").values == ["rbf", "poly"]
    assert dimension(SVM, "degree", "3,5,3").values == [3, 5]


def test_the_combinations_are_the_product():
    space = SearchSpace.parse(SVM, ["C=0.1:10:4", "gamma=0.1:10:3", "kernel=rbf,poly"])
    assert space.combinations == 24
    assert space.names == ("C", "gamma", "kernel")


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ("C=5:1", r"The range of `C` must go from low to high; got 5 to 1"),
        ("C=3:3", r"must go from low to high"),
        ("C=", r"The search of `C` is empty"),
        ("C=0:5", r"`C` must be between 0.01 and 1,000; got the range 0 to 5"),
        ("C=a:b", r"A range is written C=low:high"),
        ("C=1:2:3:4", r"A range is written C=low:high"),
        ("C=1:inf", r"A range is written C=low:high"),
        ("C=1:2:1", r"needs 2 to 1000 points; got 1"),
        ("gama=1:2", r"There is no parameter `gama`; did you mean `gamma`\?"),
        ("kernel=rbf,linear", r"`kernel` must be one of rbf, poly; got linear"),
        ("C", r"A search is written name=low:high"),
    ],
)
def test_what_cannot_be_searched_is_told_in_a_sentence(wish, sentence):
    with pytest.raises(ParameterError, match=sentence):
        SearchSpace.parse(SVM, [wish])


def test_nothing_to_search_and_the_same_twice_are_refused():
    with pytest.raises(StudyError, match="No parameter to search"):
        SearchSpace.parse(SVM, [])
    with pytest.raises(ParameterError, match="`C` has two ranges"):
        SearchSpace.parse(SVM, ["C=1:2", "C=3:4"])


def test_a_grid_of_a_million_is_refused_with_its_count():
    space = SearchSpace.parse(SVM, ["C=0.01:1000:1000", "gamma=0.01:100:1000"])
    with pytest.raises(StudyError, match="1,000,000 combinations, more than 1,000"):
        space.check_grid()


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_model_proposes_a_search_of_valid_values(name):
    kind = CATALOGUE[name]
    for entry in SearchSpace.declared(kind).dimensions:
        for value in entry.values:
            kind.parameters.model_validate({entry.name: value})


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_parameter_can_be_searched_within_its_declared_range(name):
    kind = CATALOGUE[name]
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    for field in kind.parameters.declared():
        value = proposed(field).suggest(study.ask())
        kind.parameters.model_validate({field.name: value})


@given(st.floats(0.01, 500), st.floats(0.001, 400), st.integers(2, 40))
def test_a_grids_ends_are_the_ranges_ends(low, width, points):
    values = Dimension(name="C", low=low, high=low + width, points=points, log=True).values
    assert values[0] == low
    assert values[-1] == low + width
    assert len(values) == points
