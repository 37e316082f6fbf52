"""The ways to write down a slip: something planted in the solution, wrong formulas, or wrong words.

`planted(solution, sentence, …)`   the problem's own solution with another value for some of its keywords
`wrong(sentence, …)`               the wrong entries themselves: formulas in the problem's arguments, or values
`wrong_from(parts, sentence, …)`   wrong entries as formulas in quantities that `parts` makes of the arguments
`wrong_words(right, words, …)`     where each entry is one word of a list: a slip for every word that is not right

A slip that fits none of these is a `Slip(answer, sentence)`.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from bpkit.problems.problem import Entries, Slip


def planted(solution: Callable[..., Entries], sentence: str, /, *names: str, **changes: Any) -> Slip:
    """Return the slip of a solution called with the problem's arguments and with `changes` to its other keywords.

    With `names`, the slip is about these entries alone.

    >>> def solution(f, y, factor=2.0):
    ...     return {"loss": (f - y) ** 2, "dl_df": factor * (f - y)}
    >>> planted(solution, "the factor 2 is missing.", "dl_df", factor=1.0).answer(f=4.0, y=1.0)
    {'dl_df': 3.0}
    """

    def answer(**arguments: Any) -> Entries:
        entries = solution(**arguments, **changes)
        return {name: entries[name] for name in names} if names else entries

    return Slip(answer, sentence)


def wrong(sentence: str, /, **entries: Any) -> Slip:
    """Return the slip with these entries, each a function of the problem's arguments or a value.

    >>> slip = wrong("this is the loss itself.", dl_df=lambda f, y: (f - y) ** 2, kind="square")
    >>> slip.answer(f=4.0, y=1.0)
    {'dl_df': 9.0, 'kind': 'square'}
    """

    def answer(**arguments: Any) -> Entries:
        return {name: entry(**arguments) if callable(entry) else entry for name, entry in entries.items()}

    return Slip(answer, sentence)


def wrong_from(parts: Callable[..., tuple[Any, ...]], sentence: str, /, **formulas: Callable[..., Any]) -> Slip:
    """Return the slip with these entries, each a function of what `parts` makes of the problem's arguments.

    >>> def error_and_slope(f, y):
    ...     return f - y, 2.0
    >>> slip = wrong_from(error_and_slope, "the sign is wrong.", dl_df=lambda error, slope: -slope * error)
    >>> slip.answer(f=4.0, y=1.0)
    {'dl_df': -6.0}
    """

    def answer(**arguments: Any) -> Entries:
        given = parts(**arguments)
        return {name: formula(*given) for name, formula in formulas.items()}

    return Slip(answer, sentence)


def wrong_words(
    right: Mapping[str, str], words: Collection[str], sentence: Callable[[str, str], str]
) -> tuple[Slip, ...]:
    """Return a slip for each entry of `right` and each word that is not the right one there.

    `sentence` gets the name of the entry and the wrong word.

    >>> slips = wrong_words({"first": "a"}, ["a", "b", "c"], lambda name, word: f"{word} is not the {name}.")
    >>> [(slip.answer(), slip.sentence) for slip in slips]
    [({'first': 'b'}, 'b is not the first.'), ({'first': 'c'}, 'c is not the first.')]
    """
    pairs = [(name, word) for name, expected in right.items() for word in words if word != expected]
    return tuple(wrong(sentence(name, word), **{name: word}) for name, word in pairs)
