"""Says what is wrong with an answer: for each wrong part the most specific finding, and none that follows from another.

The order is: the problem's own slips, parts that stand in one another's place, parts that follow from an earlier one,
words that are unknown, and then what any part can have.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from bpkit.problems.diagnosis.copies import always_the_same, always_zero, copy_of_something
from bpkit.problems.diagnosis.digits import digits
from bpkit.problems.diagnosis.evidence import Evidence
from bpkit.problems.diagnosis.exchanged import exchanged, words_for_numbers
from bpkit.problems.diagnosis.factors import factor
from bpkit.problems.diagnosis.followed import follows_from
from bpkit.problems.diagnosis.form_errors import error_of_form
from bpkit.problems.diagnosis.functions_of_it import function_of_it
from bpkit.problems.diagnosis.known_slips import named_by_slips
from bpkit.problems.diagnosis.offsets import offset
from bpkit.problems.diagnosis.rearranged import arrangement
from bpkit.problems.diagnosis.unknown_words import unknown_word
from bpkit.problems.diagnosis.where_entries import where_entries
from bpkit.problems.diagnosis.where_instances import common_property, some_right
from bpkit.problems.diagnosis.whole_numbers import whole_numbers
from bpkit.problems.form import listed
from bpkit.problems.problem import Arguments, Entries, Problem

# What any part can have, the most specific first.
WHAT: tuple[Callable[[Evidence], str], ...] = (
    always_zero, always_the_same, copy_of_something, factor, offset, arrangement, function_of_it, whole_numbers, digits,
)  # fmt: skip
WHERE: tuple[Callable[[Evidence], str], ...] = (common_property, where_entries, some_right)


def diagnose(
    wrong: Sequence[str],
    given: Sequence[Entries],
    right: Sequence[Entries],
    instances: Sequence[Arguments],
    problem: Problem,
    failure: str,
) -> list[str]:
    """Name what is behind each wrong part; then the first error of form, the exception, or what is not explained.

    `given` and `right` are the parts on each instance; `failure` is the sentence about an exception on a later one.
    """
    out_of_place = exchanged(wrong, given, right, problem.tolerance)
    if len(out_of_place) < len(wrong) and (sentence := words_for_numbers(given[0], right[0])):
        return [sentence]
    sentences = named_by_slips(wrong, given, instances, problem)
    sentences |= believed(out_of_place, sentences)
    if nothing_but_zeros(wrong, given) and len(set(map(sentences.get, wrong))) > 1:
        sentences = dict.fromkeys(wrong, "always zero.")
    evidence = {name: evidence_of(name, given, right, instances, problem) for name in wrong}
    with np.errstate(all="ignore"):
        for name, sentence in follows_from(wrong, given, right, instances, problem).items():
            known = sentences.get(name)
            if known is None or list(sentences.values()).count(known) == 1:  # no slip that spoils an earlier part too
                sentences[name] = sentence
        left = [name for name in wrong if name not in sentences]
        sentences |= {name: sentence for name in left if (sentence := what_is_wrong(evidence[name], problem))}
    unexplained = [name for name in left if name not in sentences]
    error = error_of_form(unexplained, given, right, instances) or failure
    if error:
        return [*grouped(wrong, sentences), error]
    sentences |= {name: first_found(WHERE, evidence[name]) or "not right." for name in unexplained}
    explained_form = error_of_form(left, given, right, instances)
    return [*grouped(wrong, sentences), *filter(None, [explained_form]), *closing(len(right[0]) - len(wrong))]


def believed(out_of_place: Mapping[str, str], slips: Mapping[str, str]) -> dict[str, str]:
    """Those sentences about parts in one another's place that are said: not where slips explain each of these parts.

    One order of three parts or more is one thing, and believed before several slips that each explain a part of it.
    """
    said: dict[str, str] = {}
    for sentence in dict.fromkeys(out_of_place.values()):
        names = [name for name, one in out_of_place.items() if one == sentence]
        several = len(names) > 2 and len(set(map(slips.get, names))) > 1
        if several or not all(name in slips for name in names):
            said |= dict.fromkeys(names, sentence)
    return said


def nothing_but_zeros(wrong: Sequence[str], given: Sequence[Entries]) -> bool:
    """Whether every wrong part is a number or an array of zeros, on every instance."""
    return all(
        isinstance(one[name], np.ndarray | float | int) and not np.any(one[name]) for name in wrong for one in given
    )


def what_is_wrong(evidence: Evidence, problem: Problem) -> str:
    """The sentence about a part that has one of the errors which any part can have; empty when it has none."""
    if evidence.is_a_word:
        return unknown_word(evidence, problem.slips)
    if isinstance(evidence.right[0], tuple) and not evidence.pairs:
        return ""  # a pair that is none is no sequence either
    return first_found(WHAT, evidence)


def first_found(looks: Sequence[Callable[[Evidence], str]], evidence: Evidence) -> str:
    """What the first of these that finds something says."""
    return next(filter(None, (look(evidence) for look in looks)), "")


def evidence_of(
    name: str, given: Sequence[Entries], right: Sequence[Entries], instances: Sequence[Arguments], problem: Problem
) -> Evidence:
    """What is known of one part."""
    return Evidence(
        name, [one[name] for one in given], [one[name] for one in right], right, instances, problem.tolerance
    )


def grouped(wrong: Sequence[str], sentences: Mapping[str, str]) -> list[str]:
    """A line for each sentence, with all the parts that have it, in the order of the parts."""
    names: dict[str, list[str]] = {}
    for name in wrong:
        if name in sentences:
            names.setdefault(sentences[name], []).append(name)
    return [f"{listed(together)}: {sentence}" for sentence, together in names.items()]


def closing(fine: int) -> list[str]:
    """How many parts are right besides."""
    if fine == 0:
        return []
    return ["The other part is right." if fine == 1 else f"The other {fine} parts are right."]
