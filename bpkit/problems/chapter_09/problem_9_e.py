"""Problem 9.e: which shift?"""

from bpkit.problems.problem import Problem
from bpkit.problems.slips import wrong_words

WORDS = ("covariate-shift", "label-shift", "concept-shift", "no-overlap", "no-shift")
RIGHT = {
    "situation_1": "covariate-shift", "situation_2": "label-shift", "situation_3": "concept-shift",
    "situation_4": "no-overlap", "situation_5": "label-shift", "situation_6": "no-shift",
    "situation_7": "concept-shift", "situation_8": "covariate-shift",
}  # fmt: skip

# What to say of a wrong word: first for a situation and a word, otherwise for the word.
HERE = {
    ("situation_1", "label-shift"): "the ages are what the model is given, not what it predicts.",
    ("situation_2", "covariate-shift"): "the same symptoms are flu more often in winter: p(y | x) is not what it was.",
    ("situation_3", "covariate-shift"): "the same customers apply as before.",
    ("situation_4", "covariate-shift"): "a weight is a quotient: what is p_S(x) where the target's pictures are?",
    ("situation_5", "covariate-shift"): "whether someone writes depends on what is predicted, not on what is given.",
    ("situation_6", "covariate-shift"): "other patients, but drawn in the same way.",
    ("situation_7", "covariate-shift"): "the same message gets another answer than a year ago.",
    ("situation_8", "no-overlap"): "some of every kind are in the archive, only fewer.",
}
CLAIMED = {
    "covariate-shift": "for that, each input would have to get the same answer as before, and the inputs change.",
    "label-shift": "for that, each class would have to look as before, and only the shares of the classes change.",
    "concept-shift": "for that, the same input would have to get another answer than before.",
    "no-overlap": "for that, the target's inputs would have to be where the source has none.",
    "no-shift": "for that, both would have to be drawn in one way and answered in one way.",
}

PROBLEM = Problem(
    id="9.e",
    title="Which shift?",
    points=2,
    minutes=15,
    hints=(
        "Ask of each: if I give you one input, is the answer still what it was? If so, p(y | x) stays.",
        "Otherwise ask: if I give you the class, do its examples look as before? If so, p(x | y) stays.",
        "Where p(y | x) stays, look whether the source has any examples where the target's are.",
    ),
    truth=lambda: RIGHT,
    slips=wrong_words(RIGHT, WORDS, lambda name, word: HERE.get((name, word), CLAIMED[word])),
)
