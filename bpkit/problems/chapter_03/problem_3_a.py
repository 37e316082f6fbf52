"""Problem 3.a: gates in your head."""

from bpkit.problems.problem import Problem, Slip
from bpkit.problems.slips import wrong

PROBLEM = Problem(
    id="3.a",
    title="Gates in your head",
    points=1,
    minutes=8,
    hints=(
        "Go through the forward pass first: xy = −2, so the maximum is z = 3; x + z = 5; (x + z)w = −20.",
        "Backwards: the factor 3 first. A sum hands on, a product swaps, a maximum hands everything to the larger.",
        "x and z are used twice each. What comes back on the two ways is added.",
    ),
    truth=lambda: {"df_dx": -12.0, "df_dy": 0.0, "df_dz": -9.0, "df_dw": 15.0},
    slips=(
        Slip(lambda: {"df_dx": -4.0, "df_dz": -3.0, "df_dw": 5.0}, "the factor 3 in front is missing.", whole=True),
        wrong("a maximum hands nothing to the smaller of its inputs.", df_dx=-15.0, df_dy=6.0),
        wrong("z is used twice: what comes back through the maximum is missing.", df_dz=-12.0),
        wrong("z is used twice: what comes back through the product is missing.", df_dz=3.0),
        wrong("a product hands to each input the value of the other.", df_dx=15.0, df_dz=18.0, df_dw=-12.0),
        wrong("only a tie is shared half and half; here one input of the maximum is larger.",
              df_dx=-13.5, df_dy=3.0, df_dz=-10.5),
        wrong("this has the sign wrong: w is negative, and it is what x + z is multiplied with.",
              df_dx=12.0, df_dz=15.0),
        wrong("x + z is used as a whole: its value is 5.", df_dw=6.0),
        wrong("x + z is used as a whole: its value is 5.", df_dw=9.0),
    ),
)  # fmt: skip
