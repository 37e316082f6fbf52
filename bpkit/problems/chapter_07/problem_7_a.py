"""Problem 7.a: six schedules."""

from bpkit.problems.planted_schedules import PLANTED, WORDS
from bpkit.problems.problem import Problem
from bpkit.problems.slips import wrong_words

# What to say of a word that is not right: for a pair of words, the right one first, and otherwise for the word.
PAIRS = {
    ("let-go", "not-kept"): "the activation that is missing was in a slot: look for what became of it.",
    ("not-kept", "let-go"): "nothing here is freed before its time: look at what an Advance keeps.",
    ("unfinished", "works"): "every one of its actions can be carried out, but what about the four blocks?",
    ("works", "unfinished"): "blocks 3, 2, 1 and 0 are all reversed in it.",
}
CLAIMED = {
    "works": "write down what is stored and in hand after each action: one of them is not possible.",
    "not-kept": "every activation that is needed here was kept when it was passed.",
    "let-go": "no activation is let go here as long as it is needed.",
    "no-slot": "count again: there are never more than two in a slot.",
    "wrong-order": "as far as it goes, each block is reversed in its turn.",
    "still-there": "what is run again here is always gone before.",
    "unfinished": "all four blocks are in it; the trouble is not at the end.",
}


RIGHT = {f"schedule_{number}": word for number, word in enumerate(PLANTED, start=1)}


def sentence_for(schedule: str, claimed: str) -> str:
    return PAIRS.get((RIGHT[schedule], claimed), CLAIMED[claimed])


PROBLEM = Problem(
    id="7.a",
    title="Which one can be carried out?",
    points=2,
    minutes=15,
    hints=(
        "Keep two lists on paper: what is in the slots, and what is in hand (the one made last, the waiting output).",
        "After Advance(0, 2), activation 2 is in hand and 1 is nowhere. Reverse(3) needs activations 3 and 4.",
        "A block's input leaves its slot when the block is reversed. Two slots: so how many activations may be stored?",
    ),
    truth=lambda: RIGHT,
    slips=wrong_words(RIGHT, WORDS, sentence_for),
)
