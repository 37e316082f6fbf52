"""The quiz of chapter 4."""

from bpkit.problems.quiz.question import question

QUIZ = (
    question(
        "4.q1",
        "A product of dual numbers",
        10,
        {
            -3: "this is the product of the tangents, the coefficient of ε², which is 0.",
            14: "the second tangent is −1.",
            2: "tangents are added in a sum; in a product each is multiplied with the other factor's value.",
            8: "this is the value.",
            -10: "the sign: 3·4 is larger than 2·1.",
            5: "each tangent is multiplied with the other factor's value.",
            7: "the part with ε² is 0, so it is no part of this coefficient.",
        },
        "Multiply out, and leave out the term in ε².",
    ),
    question(
        "4.q2",
        "Runs or walks",
        3,
        {
            20: "this is the dearer of the two modes.",
            1: "a single walk gives one combination of the rows.",
            60: "each run or walk gives a whole column or row, not one entry.",
            23: "one mode is enough.",
            17: "one mode is enough, and it takes as many as there are of one kind.",
        },
        "What does one run give, what does one walk?",
    ),
    question(
        "4.q3",
        "Through the other box",
        -3,
        {
            7: "only a box on all paths has the whole derivative.",
            10: "this is the part through the other box.",
            3: "the two parts add up to the whole; mind the sign.",
            17: "the two parts add up to the whole.",
            0.7: "the two parts add up to the whole; they are not multiplied.",
        },
        "The product at a box is the part of the derivative that passes through it.",
    ),
    question(
        "4.q4",
        "A derivative in a derivative",
        6,
        {
            5: "here the tangents of x and u have been mixed up: both derivatives used one ε.",
            3: "the inner derivative depends on x too.",
            9: "this is the value that is differentiated.",
            2: "the inner derivative is taken with respect to u, and then multiplied by x.",
            8: "x·u has not been differentiated by u here: the inner derivative is x.",
        },
        "Do it on paper: the inner derivative first.",
    ),
    question(
        "4.q5",
        "A tangent of the gradient",
        (6, 14),
        {
            (9, 6): "this is the gradient; asked is how fast it changes along v.",
            (0, 2): "the mixed second derivatives are missing.",
            (12, 2): "the mixed second derivatives multiply the other entry of v.",
            (18, 6): "this is the gradient times v, entry by entry.",
            (6, 12): "in the second entry, w₂'s own second derivative is missing.",
            (14, 6): "the entries are exchanged.",
        },
        "Write the gradient, put in 1 + 2ε and 3 + ε, and read the coefficients of ε.",
    ),
)
