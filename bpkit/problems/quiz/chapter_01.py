"""The quiz of chapter 1."""

from bpkit.problems.quiz.question import question

QUIZ = (
    question(
        "1.q1",
        "Runs",
        18,
        {
            17: "the loss without a nudge has to be known too.",
            13: "a bias is a parameter too.",
            12: "count the biases as well, and the run that all others are compared with.",
            34: "each parameter is nudged once, not up and down.",
            35: "each parameter is nudged once, not up and down.",
        },
        "One run for each parameter. What are the nudged losses compared with?",
    ),
    question(
        "1.q2",
        "A weight of 0",
        2,
        {
            1: "two parameters act through h₁; and the derivative of ω₁ itself contains h₁, not ω₁.",
            3: "that of ω₁ itself contains h₁, not ω₁.",
            4: "β₁ and ω₁ act through f₁, which comes before ω₁ on the way back.",
            8: "what comes before ω₁ on the way back does not contain it.",
            0: "the way back from f₁ to h₁ multiplies by ω₁.",
        },
        "Walk back from the loss: which derivatives have passed the factor ω₁?",
    ),
    question(
        "1.q3",
        "The second backward pass",
        -3.0,
        {
            -24.0: "this is the derivative for h₂: the weight's own has what the weight multiplies.",
            -6.0: "this is the derivative for the bias.",
            3.0: "the sign of what arrived stays.",
            -12.0: "the weight itself is no factor of its own derivative.",
            0.5: "this is the change of f₂; it has to be carried on to the loss.",
        },
        "What does the weight multiply? See 7.13 and 7.14.",
    ),
    question(
        "1.q4",
        "Where is the fault?",
        "d",
        {
            "a": "then the derivatives of β₂ and ω₂ would be wrong, too.",
            "b": "then the derivatives of β₂ and ω₂ would be wrong, too: it is a factor of that of h₃.",
            "c": "then the derivatives of β₁ and ω₁ would still be right: this factor comes after f₁ on the way back.",
        },
        "Between which two values of the chain does the last right derivative turn into the first wrong one?",
    ),
    question(
        "1.q5",
        "One step",
        1.8,
        {
            1.9: "the batch's derivatives are added up in 7.3, not averaged.",
            2.2: "the step goes against the derivative.",
            2.1: "the step goes against the derivative, and the derivatives are added up.",
            1.6: "the derivatives keep their signs when they are added.",
            1.7: "both examples count.",
            0.0: "the learning rate is missing.",
        },
        "Write out the sum in 7.3, signs included.",
    ),
)
