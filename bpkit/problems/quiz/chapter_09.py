"""The quiz of chapter 9."""

from bpkit.problems.quiz.question import question

QUIZ = (
    question(
        "9.q1",
        "Winter",
        "a",
        {
            "b": "then each patient with given symptoms would be as likely to be ill as before.",
            "c": "the names have not changed: an ill patient is called ill, as before.",
            "d": "something has become more frequent.",
        },
        "Which stays as it was: p(x | y) or p(y | x)?",
    ),
    question(
        "9.q2",
        "What is left",
        3,
        {
            4: "this would be so for equal weights.",
            6: "this is the sum of the weights.",
            12: "this is the sum of the squares.",
            0.5: "the sum is squared, not only the weights.",
            2: "this divides the sum by the largest weight.",
            1.5: "this is the mean weight.",
        },
        "Square the sum of the weights, and divide by the sum of their squares.",
    ),
    question(
        "9.q3",
        "From a classifier",
        0.5,
        {
            1.5: "these are the odds; there were more target examples than source examples.",
            4.5: "the odds are too large by this factor, not too small.",
            0.6: "the weight comes from the odds, not from the probability.",
            0.2: "the weight comes from the odds, not from the probability.",
            2: "this is the reciprocal: p_S over p_T.",
            1.8: "the weight comes from the odds, and there were more target examples.",
        },
        "Odds times I_S/I_T.",
    ),
    question(
        "9.q4",
        "Solving for the labels",
        0.4,
        {
            0.5: "this is counting the predictions; some Bs are called A, and some As are not.",
            0.55: "this multiplies by C; it has to be solved.",
            0.6: "this is the share of the Bs.",
            0.625: "some of those that are called A are Bs.",
            0.2: "As that are called B are As, too.",
        },
        "Call the share p. Which share is then called A?",
    ),
    question(
        "9.q5",
        "Adjusting",
        0.5,
        {
            0.32: "the two products have to be divided by their sum.",
            0.2: "this is before adjusting.",
            0.8: "this forgets what the network has seen in the image.",
            0.16: "divide by the source's share, and then the two products by their sum.",
            0.06: "this has the shares of the source and of the target exchanged.",
            1: "the two products have to be divided by their sum.",
        },
        "Multiply each probability by p_T(y)/p_S(y), then make the two sum to 1.",
    ),
)
