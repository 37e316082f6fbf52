"""The quiz of chapter 5."""

from bpkit.problems.quiz.question import question

QUIZ = (
    question(
        "5.q1",
        "He's variance",
        0.04,
        {
            0.01: "this keeps the size of the gradients, on the way back.",
            0.016: "this is the compromise between both directions.",
            0.02: "the ReLU removes half of the mean square, and the weights make up for it.",
            0.2: "this is the standard deviation.",
            0.008: "this is the compromise without the ReLU's factor.",
            0.005: "this is for the way back, and without the ReLU's factor.",
        },
        "A pre-activation of the next layer is a sum over how many units?",
    ),
    question(
        "5.q2",
        "Twice too much",
        1024,
        {
            20: "the factors of the layers are multiplied, not added.",
            2: "this is one layer.",
            32: "this is the factor of the standard deviation.",
            512: "ten matrices lead to the tenth hidden layer.",
            2048: "ten matrices lead to the tenth hidden layer.",
            1048576: "a factor of 2 on the weights' variance is a factor of 2 on that of the units, not 4.",
        },
        "Each matrix on the way multiplies the variance by the same factor.",
    ),
    question(
        "5.q3",
        "Nothing to do with angles",
        "d",
        {
            "a": "a milder activation loses the angle more slowly.",
            "b": "a residual path keeps much of the angle.",
            "c": "narrow layers lose it even faster.",
        },
        "What does the factor do to each of the two vectors?",
    ),
    question(
        "5.q4",
        "The width of the band",
        0.5,
        {
            0.25: "this is the factor of the variance of the logarithm; a width goes with its root.",
            2: "wide layers average over more units.",
            4: "wide layers average over more units.",
            1: "a layer's factor is an average over its units, and its scatter depends on how many there are.",
            0.0625: "the variance of the logarithm falls like one over the width, and the band like its root.",
        },
        "The variance of the logarithm is 5k/D. What is the width of the band proportional to?",
    ),
    question(
        "5.q5",
        "Another activation",
        1,
        {
            2: "the negative half is not cut off here.",
            0.5: "the weights have to make up for what the activation removes, and this one removes nothing.",
            4: "the weights have to make up for what the activation removes, and this one removes nothing.",
            0: "with variance 0 nothing is kept.",
        },
        "What is the mean square of |f|, as a fraction of the variance of f?",
    ),
)
