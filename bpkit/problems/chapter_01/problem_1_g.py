"""Problem 1.g: what sharing saves, counted."""

from bpkit.problems.problem import Problem
from bpkit.problems.slips import wrong

PROBLEM = Problem(
    id="1.g",
    title="What sharing saves, counted",
    points=2,
    minutes=15,
    hints=(
        "Count for the toy example first, where K = 3: how many factors has the chain for β_3, for β_2, for β_0?",
        "∂ℓ/∂f_k has 2(K − k) + 1 factors. A product of n factors takes n − 1 multiplications.",
        "Shared: pass 1 makes one new multiplication for each of its steps after the first; pass 2 one for each ω.",
    ),
    instances=lambda rng: [{"K": int(K)} for K in (1, 2, 3, *rng.integers(4, 60, size=5))],
    truth=lambda K: {"separate": (2 * K + 1) * (K + 1), "shared": 3 * K + 1},
    slips=(
        wrong("this counts the factors; a product of n factors takes n − 1 multiplications.",
              separate=lambda K: (2 * K + 3) * (K + 1)),
        wrong("the extra multiplication by h_k for each ω_k is missing.",
              separate=lambda K: 2 * K * (K + 1), shared=lambda K: 2 * K),
        wrong("each of the K + 1 layers has two parameters, and two factors on the way; this counts one of the two.",
              separate=lambda K: (K + 1) ** 2, shared=lambda K: 3 * K + 1),
        wrong("there are two parameters in each of the K + 1 layers; this counts the biases only.",
              separate=lambda K: K * (K + 1)),
        wrong("multiplying by ∂f_k/∂β_k = 1 costs nothing in this count.",
              separate=lambda K: 2 * (K + 1) ** 2, shared=lambda K: 4 * K + 2),
        wrong("layers are counted from 0 to K, so there are K + 1 weights.",
              separate=lambda K: (2 * K - 1) * K, shared=lambda K: 3 * K),
    ),
)  # fmt: skip
