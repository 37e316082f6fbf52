"""The quiz of chapter 6."""

from bpkit.problems.quiz.question import question

QUIZ = (
    question(
        "6.q1",
        "Momentum",
        0.3,
        {
            0.06: "this is the first step; the velocity keeps a share of the earlier gradients.",
            0.048: "the momentum adds earlier gradients, it does not shorten the step.",
            0.6: "this is for the momentum 0.9.",
            15: "this is the velocity; a step is the rate times it.",
            0.108: "this is the second step, and it goes on growing.",
            0.075: "the momentum adds up: 1 + 0.8 + 0.8² + …",
        },
        "Add up 1 + μ + μ² + …",
    ),
    question(
        "6.q2",
        "A schedule",
        0.05,
        {
            0.1: "the tenth epoch comes after nine; how many times have three epochs gone by?",
            0.025: "count again how many times three epochs have gone by before the tenth.",
            0.00078125: "it is halved every third epoch, not in every one.",
            0.2: "it goes on being halved.",
            0.4: "the rate falls on the way.",
        },
        "How many times is the rate halved in the nine epochs before the tenth?",
    ),
    question(
        "6.q3",
        "How fast across?",
        0.04,
        {
            0.02: "with this rate φ₂ is at its lowest point after a single step; larger ones still arrive.",
            2: "this is the limit along the valley; across, it is far too large.",
            1: "this is for the direction along the valley, and even there larger ones arrive.",
            0.08: "the derivative of ½·50·φ₂² is 50 φ₂.",
        },
        "By what is φ₂ multiplied in each step? When is that smaller than 1 in size?",
    ),
    question(
        "6.q4",
        "The first loss",
        "b",
        {
            "a": "before the first step the rate has not done anything.",
            "c": "a narrow network can give five equal probabilities, too.",
            "d": "a network that knows nothing does not care what the labels are called.",
        },
        "What is the loss of a network that gives each class a fifth?",
    ),
    question(
        "6.q5",
        "Softmax",
        -0.8,
        {
            0.2: "this would be it if the class were wrong.",
            0.8: "a larger output of the right class makes the loss smaller.",
            -5: "this is the derivative with respect to the probability, not to the output.",
            -0.2: "the loss pulls at the right class with what its probability lacks.",
            -4: "this divides by the probability once too often.",
        },
        "In part 4: the probability, and for one of the classes something less.",
    ),
)
