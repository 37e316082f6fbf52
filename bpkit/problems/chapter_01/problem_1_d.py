"""Problem 1.d: three bugs in a backward pass."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from bpkit.problems.chapter_01.toy_model import stored_instances
from bpkit.problems.problem import Entries, Problem, Slip
from bpkit.problems.slips import planted

BUGS = ("sign", "place", "weight")
LEFT = ("", "one of the three bugs is", "two of the three bugs are", "all three bugs are")


def backward(f: Any, h: Any, y: Any, omega: Any, bugs: Sequence[str] = ()) -> Entries:
    """The two backward passes with the named bugs left in."""
    dl_df3 = 2 * (y - f[3]) if "sign" in bugs else 2 * (f[3] - y)
    dl_dh3 = omega[3] * dl_df3
    dl_df2 = -np.sin(h[3] if "place" in bugs else f[2]) * dl_dh3
    dl_dh2 = omega[2] * dl_df2
    dl_df1 = np.exp(f[1]) * dl_dh2
    dl_dh1 = dl_df1 if "weight" in bugs else omega[1] * dl_df1
    dl_df0 = np.cos(f[0]) * dl_dh1
    dl_df = np.array([dl_df0, dl_df1, dl_df2, dl_df3])
    return {"dl_dbeta": dl_df, "dl_domega": h * dl_df}


def exchanged(**arguments: Any) -> Entries:
    right = backward(**arguments)
    return {"dl_dbeta": right["dl_domega"], "dl_domega": right["dl_dbeta"]}


PROBLEM = Problem(
    id="1.d",
    title="Three bugs in a backward pass",
    points=3,
    minutes=15,
    hints=(
        "Entry k of the result for beta is ∂ℓ/∂f_k. Compare yours with toy.backward's, from entry 3 down to 0.",
        "The first wrong entry shows where the first bug is. Repair it and compare again: the next has a smaller k.",
        "Compare each line with 7.10–7.12 and ask of each factor: which sign, which weight, evaluated where?",
    ),
    instances=stored_instances,
    truth=backward,
    follows={"dl_domega": (("dl_dbeta",), lambda given, h, **_: h * given["dl_dbeta"])},
    slips=(
        *(
            planted(backward, f"{LEFT[count]} still in.", bugs=bugs)
            for count in (1, 2, 3)
            for bugs in combinations(BUGS, count)
        ),
        Slip(exchanged, "the two results are exchanged."),
    ),
)
