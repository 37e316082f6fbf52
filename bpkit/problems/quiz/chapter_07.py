"""The quiz of chapter 7."""

from bpkit.problems.quiz.question import question

QUIZ = (
    question(
        "7.q1",
        "Activations in bytes",
        4,
        {
            8: "this is for float64.",
            0.2: "this is one block.",
            1: "each number takes several bytes.",
            0.8: "these are the weights.",
            2: "this is for numbers of two bytes.",
            0.008: "this is one example.",
        },
        "One number for each unit, example and block.",
    ),
    question(
        "7.q2",
        "Run again",
        9,
        {
            12: "the last block of each segment need not run again.",
            8: "in the last segment, too, only the checkpoint is left after the first sweep.",
            11: "each segment has a last block, not the network alone.",
            6: "the last segment was not kept either.",
            3: "these are the ones that do not.",
            10: "there are three segments, and in each the last block does not run again.",
        },
        "Which block of a segment makes an activation that is no longer needed?",
    ),
    question(
        "7.q3",
        "The whole step",
        2,
        {
            4: "the way back is no longer than before.",
            3: "what is compared is the whole step, and storing everything takes three sweeps for it.",
            1.5: "count the first sweep of both ways.",
            6: "this is its time in sweeps; how long is the usual step?",
            2.5: "the four sweeps include the first.",
        },
        "Add the way back to both, then divide.",
    ),
    question(
        "7.q4",
        "Slots and walks",
        15,
        {
            8: "slots and walks are not just multiplied.",
            16: "it is no power of 2: see the triangle.",
            6: "this is for two slots and two walks.",
            10: "this is for three slots and two walks, or for four if one counted only three.",
            20: "this is for three slots and three walks.",
            5: "this is for a single walk.",
            35: "this is for four slots and three walks.",
            12: "slots and walks are not just multiplied.",
        },
        "Pascal's triangle: R(s, r) is the sum of R(s − 1, r) and R(s, r − 1), with ones at the edges.",
    ),
    question(
        "7.q5",
        "It does not fit",
        "b",
        {
            "a": "checkpoints save activations, and those of one example are not what is too much.",
            "c": "that halves the activations, and they are not what is too much here.",
            "d": "a single example cannot be cut into smaller batches.",
        },
        "Which of the things that a step holds grow with the batch? Which remain for one example?",
    ),
)
