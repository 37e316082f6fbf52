"""The quiz of chapter 3."""

from bpkit.problems.quiz.question import question

QUIZ = (
    question(
        "3.q1",
        "Two consumers",
        3,
        {
            2: "a has two consumers, and each sends something back.",
            1: "a has two consumers, and each sends something back.",
            6: "a product hands each input the other's value.",
            7: "two contributions, and neither is a whole value of y: add what each consumer of a hands back.",
            10: "this is the value of the product.",
        },
        "Which two boxes use a, and what does each of them hand back?",
    ),
    question(
        "3.q2",
        "Arrows",
        15,
        {
            243: "these are the paths from the output to v₀; the table is there so that they need not be walked.",
            5: "these are the boxes; each hands something back along each of its arrows.",
            3: "this is a single step.",
            125: "each arrow is walked once.",
            363: "with the table a box hands on once, when its total is complete.",
        },
        "With the table each arrow is walked once. How many are there?",
    ),
    question(
        "3.q3",
        "Whose turn?",
        "c",
        {
            "a": "f₂ hands on before its consumer f₃ has sent anything.",
            "b": "f₃ hands on before f₅, one of its consumers, has sent its part.",
            "d": "f₁ hands on before f₂, one of its consumers, has sent its part.",
        },
        "Write down the consumers of each box; all of them must come before it.",
    ),
    question(
        "3.q4",
        "A tie",
        6,
        {
            8: "at a tie, max hands half to each input.",
            4: "at a tie, max hands half to each input, so a gets something from it too.",
            2: "the product hands something to a directly, too.",
            4.5: "max hands back half of what arrived at it, and that is not 1 here.",
            10: "max hands back half of what arrived at it.",
            16: "this is the value.",
        },
        "What arrives at max? The other factor. How much of it goes to a?",
    ),
    question(
        "3.q5",
        "A branch",
        5,
        {
            -4: "the branch x > 0 was not taken, and so not recorded.",
            4: "the branch x > 0 was not taken, and so not recorded.",
            -3: "this is the value.",
            1: "only one of the branches ran: nothing is added.",
            0: "the condition has no derivative, but what was computed after it has.",
        },
        "Which operations ran?",
    ),
)
