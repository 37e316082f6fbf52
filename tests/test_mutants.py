"""Worked answers spoiled by rule: every check refuses them, but for those that are listed as equal, with a reason."""

import pytest
from mutation import listed, verdicts

from bpkit.problems.catalogue import all_problems

pytestmark = pytest.mark.slow
SEEDS = range(1)  # an instance that separates two answers is there for every seed; `python tests/mutation.py` has more


@pytest.mark.parametrize("name", all_problems())
def test_every_mutant_is_refused_or_listed_as_equal(name):
    found, equal = verdicts(name, SEEDS), listed(name)
    assert found.count > 5
    survivors = found.accepted.keys() - equal.keys()
    refused_but_listed = equal.keys() - found.accepted.keys()
    assert not sorted(survivors)
    assert not sorted(refused_but_listed)
