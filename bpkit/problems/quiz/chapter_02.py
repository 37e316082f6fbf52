"""The quiz of chapter 2."""

from bpkit.problems.quiz.question import question

QUIZ = (
    question(
        "2.q1",
        "A shape",
        (30, 20),
        {
            (20, 30): "this is the shape of the transpose: a gradient has the shape of what is updated with it.",
            (30, 50): "these are the pre-activations; for weights the examples are summed over.",
            (20, 50): "this is the shape of the layer's input.",
            (50, 20): "the examples are summed over, so their number is in no gradient of a parameter.",
            (50, 30): "the examples are summed over, so their number is in no gradient of a parameter.",
        },
        "Which array is updated with it, and what is that array's shape?",
    ),
    question(
        "2.q2",
        "A slip that does no harm",
        "b",
        {
            "a": "then the program does not stop, but its numbers are wrong.",
            "c": "the transpose is about units, not about examples.",
            "d": "open units let the gradient through unchanged, but what they let through is wrong.",
        },
        "When is a matrix times a column the same as its transpose times that column, for every column?",
    ),
    question(
        "2.q3",
        "Through the gates",
        -3,
        {
            9: "a closed unit lets nothing through.",
            4: "at 0 the slope is taken to be 0 here, not 1.",
            1: "what decides is the sign of the pre-activation, not that of the gradient.",
            -5: "the slope of an open unit is 1: its pre-activation is no factor.",
            12: "these are the gradients of the closed units.",
            13: "what decides is the sign of the pre-activation, not that of the gradient.",
        },
        "Which units are open? A unit with the pre-activation 0 is not.",
    ),
    question(
        "2.q4",
        "Ones",
        4,
        {
            1: "this is one example's; the bias is added to every column.",
            3: "the sum goes over the examples, not over the units.",
            12: "each unit has a bias of its own.",
            2: "a bias multiplies no input.",
            0.25: "the loss of a batch is a sum here, not a mean.",
        },
        "How many columns does one entry of the bias act on?",
    ),
    question(
        "2.q5",
        "Multiplications",
        7400,
        {
            12400: "nobody asks for the derivative of the network's input.",
            6200: "this is the forward pass; backward, a layer behind the first takes two products.",
            13600: "this is both passes.",
            18600: "this is both passes, and nobody asks for the derivative of the network's input.",
            5000: "this is the first layer alone.",
            1200: "the weights of each layer need a gradient too.",
        },
        "One product for each layer's weights, and another for what it passes on. Which layer passes nothing on?",
    ),
)
