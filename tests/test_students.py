"""Answers written from the problem sheets alone, by people who had not seen the slips: judged as a teacher would."""

import importlib
import re
from pathlib import Path

import pytest

from bpkit import check
from bpkit.problems.catalogue import find

pytest.importorskip("torch", reason="some of the answers are written in PyTorch")
pytest.importorskip("jax", reason="some of the answers are written in JAX")
pytest.importorskip("sympy", reason="some of the answers are written in SymPy")

MODULES = [importlib.import_module(f"answers.{path.stem}")
           for path in sorted((Path(__file__).parent / "answers").glob("students_*.py"))]  # fmt: skip
RIGHT = {name: answers for module in MODULES for name, answers in module.RIGHT.items()}
WRONG = {name: answers for module in MODULES for name, answers in module.WRONG.items()}
BARE = re.compile(r"`: not right\.|^The other .* right\.$")  # a sentence that says no more than which parts are wrong


def judged(name, answer):
    """What is said to a wrong answer: "slip", if a slip of the problem is named, "more" or "not right"."""
    result = check(name, answer, rng=0)
    assert result.outcome == "not passed", f"{getattr(answer, '__name__', answer)}: {result}"
    sentences = [slip.sentence for slip in find(name).slips]
    if any(sentence in said for said in result.message for sentence in sentences):
        return "slip"
    return "not right" if all(BARE.search(said) for said in result.message) else "more"


@pytest.mark.parametrize("name", RIGHT)
def test_right_answers_in_unusual_form_pass(name):
    for answer in RIGHT[name]:
        result = check(name, answer, rng=0)
        assert result, f"{getattr(answer, '__name__', answer)}: {result}"


def test_wrong_answers_are_refused_and_most_are_told_more_than_that():
    verdicts = [judged(name, answer) for name, answers in WRONG.items() for answer, _ in answers]
    assert len(verdicts) > 1000
    assert verdicts.count("not right") <= 0.05 * len(verdicts)
    assert verdicts.count("slip") >= 0.62 * len(verdicts)
