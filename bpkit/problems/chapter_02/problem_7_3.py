"""Problem 7.3: the sizes in 7.19."""

from collections.abc import Sequence

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Widths that are all different, and none of them 1, so that every mix-up shows."""
    names = ("D_1", "D_2", "D_3", "D_f")
    drawn = [rng.choice(np.arange(2, 30), size=4, replace=False) for _ in range(3)]
    return [{name: int(width) for name, width in zip(names, widths, strict=True)} for widths in drawn]


def sizes(D_1: int, D_2: int, D_3: int, D_f: int) -> Entries:
    return {
        "dh1_df0": (D_1, D_1), "df1_dh1": (D_1, D_2),
        "dh2_df1": (D_2, D_2), "df2_dh2": (D_2, D_3),
        "dh3_df2": (D_3, D_3), "df3_dh3": (D_3, D_f),
        "dl_df3": (D_f, 1),
    }  # fmt: skip


PROBLEM = Problem(
    id="7.3",
    title="The sizes in 7.19",
    points=2,
    minutes=8,
    hints=(
        "h_k and f_{k−1} have D_k entries each; f_3 has D_f. The loss is one number.",
        "In this book's layout a derivative has as many rows as what is below the line has entries.",
        "Neighbouring factors must fit, and the product must have the size of ∂ℓ/∂f_0: one column of D_1 entries.",
    ),
    instances=instances,
    truth=sizes,
    slips=(
        Slip(lambda D_1, D_2, D_3, D_f: {"df1_dh1": (D_2, D_1), "df2_dh2": (D_3, D_2), "df3_dh3": (D_f, D_3),
                                         "dl_df3": (1, D_f)},
             "transposed: in this book's layout the rows belong to what is below the line."),
        Slip(lambda D_1, D_2, D_3, D_f: {"dh1_df0": (D_1, 1), "dh2_df1": (D_2, 1), "dh3_df2": (D_3, 1)},
             "this is the size of the diagonal alone; the factor in 7.19 is the whole diagonal matrix."),
        Slip(lambda D_1, D_2, D_3, D_f: {"dh1_df0": (D_2, D_2), "df1_dh1": (D_2, D_3), "dh2_df1": (D_3, D_3),
                                         "df2_dh2": (D_3, D_f), "dh3_df2": (D_f, D_f)},
             "one layer too late: f_{k−1} and h_k have D_k entries.", whole=True),
        Slip(lambda D_1, D_2, D_3, D_f: {"dh2_df1": (D_1, D_1), "df2_dh2": (D_1, D_2), "dh3_df2": (D_2, D_2),
                                         "df3_dh3": (D_2, D_3), "dl_df3": (D_3, 1)},
             "one layer too early: f_{k−1} and h_k have D_k entries, and f_3 has D_f.", whole=True),
        Slip(lambda D_1, D_2, D_3, D_f: {"df3_dh3": (D_3, 1), "dl_df3": (1, 1)},
             "the network has D_f outputs, not one."),
        Slip(lambda D_1, D_2, D_3, D_f: {"dh1_df0": (D_1, D_2), "dh2_df1": (D_2, D_3), "dh3_df2": (D_3, D_f)},
             "an activation works entry by entry: h_k has as many entries as f_{k−1}."),
        Slip(lambda D_1, D_2, D_3, D_f: {"df1_dh1": (D_1, D_1), "df2_dh2": (D_2, D_2), "df3_dh3": (D_3, D_3)},
             "f_k and h_k differ in size: a weight matrix stands between them."),
        Slip(lambda D_1, D_2, D_3, D_f: {"dl_df3": (D_f, D_f)},
             "the loss is one number, so its derivative is one column."),
        Slip(lambda D_1, D_2, D_3, D_f: {"dh1_df0": (D_1, 1), "df1_dh1": (D_2, 1), "dh2_df1": (D_2, 1),
                                         "df2_dh2": (D_3, 1), "dh3_df2": (D_3, 1), "df3_dh3": (D_f, 1)},
             "these are sizes of the products from the right up to each factor; asked is that of the factor itself.",
             whole=True),
    ),
)  # fmt: skip
