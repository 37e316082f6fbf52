"""The quiz of chapter 8."""

from bpkit.problems.quiz.question import question

QUIZ = (
    question(
        "8.q1",
        "Round the ring",
        1400,
        {
            700: "this is the first half; then the complete chunks go round.",
            1600: "in each half a rank sends one chunk fewer than there are ranks.",
            5600: "a rank sends one chunk at a time, and to its neighbour only.",
            800: "in each half a rank sends one chunk in each of seven rounds.",
            100: "this is one chunk.",
            200: "this is one chunk in each half.",
            11200: "a rank sends one chunk at a time, and to its neighbour only.",
        },
        "How long is a chunk, and how many rounds are there?",
    ),
    question(
        "8.q2",
        "A mean",
        3,
        {
            4: "this is the mean of the means: it counts the ten examples three times as much as the thirty.",
            8: "this is the sum of the means.",
            5: "each mean was weighed with the other rank's number of examples.",
            6: "means have to be weighed with the numbers of examples and divided by all.",
            60: "this is the sum on one of the ranks.",
        },
        "Add up the losses, not the means.",
    ),
    question(
        "8.q3",
        "The bubble",
        0.25,
        {
            0.3333333333333333: "this divides the waiting by the work, not by the whole time.",
            0.75: "this is the share of work.",
            0.375: "with three stages, the last begins after two runs.",
            0.6666666666666666: "with one micro-batch it would be so; here there are six.",
        },
        "When does the last stage begin, and when is the first one done?",
    ),
    question(
        "8.q4",
        "Alive",
        3,
        {
            8: "this is GPipe, which goes forward with all of them first.",
            4: "this is stage 0.",
            1: "this is the last stage, which can go back at once.",
            2: "this is the stage after it.",
            7: "the limit does not depend on the number of micro-batches.",
            5: "the limit is no higher than the number of stages.",
        },
        "A stage may have no more alive than there are stages from it to the end.",
    ),
    question(
        "8.q5",
        "The bias",
        15,
        {
            17: "one of the biases belongs there.",
            9: "every rank adds it, not one.",
            35: "only the bias is summed too often, not the output.",
            7: "the sum contains the bias several times.",
            5: "the sum contains the bias several times, not never.",
            10: "these are the biases alone.",
            8.6: "the parts are summed, not averaged.",
        },
        "How many times is the bias in the sum, and how many times should it be?",
    ),
)
