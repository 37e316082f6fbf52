"""What `check` says to the answers of tests/answers: run as it is by Python, and by Python in a browser tab."""

import importlib
import sys
from pathlib import Path
from typing import Any

# A tab does not have them. What answers say without them is compared as well, and must be the same.
PEERS = ("jax", "sympy", "torch")
SHARE = 10  # of the wrong answers one in so many


def modules(tests: Path) -> list[str]:
    """The modules of answers in the folder tests/."""
    return sorted(path.stem for path in (tests / "answers").glob("[!_]*.py"))


def verdicts(tests: str, name: str, share: int = SHARE) -> dict[str, list[Any]]:
    """Let `check` judge all right answers of a module and a share of the wrong ones; each with outcome and message."""
    for peer in PEERS:
        sys.modules[peer] = None
    if tests not in sys.path:
        sys.path.append(tests)
    from bpkit import check

    module = importlib.import_module(f"answers.{name}")
    asked = {f"{problem}, right answer {at}": (problem, answer)
             for problem, answers in module.RIGHT.items() for at, answer in enumerate(answers)}  # fmt: skip
    wrong = {f"{problem}, wrong answer {at}": (problem, answer)
             for problem, answers in module.WRONG.items() for at, (answer, _) in enumerate(answers)}  # fmt: skip
    asked |= dict(list(wrong.items())[::share])
    said = {}
    for words, (problem, answer) in asked.items():
        result = check(problem, answer, rng=0)
        said[words] = [result.outcome, list(result.message)]
    return said
