"""Mutants: the worked answers of solutions/ spoiled by rule; a check that accepts one has a hole, or they are equal.

    python tests/mutation.py 7.9 2.b --seeds 50      the mutants of two problems that some of 50 seeds accept
    python tests/mutation.py --chapter 3             those of all problems of a chapter
    python tests/mutation.py 7.9 --others            those of the right answers in tests/answers, for a look: they are
                                                     written in other ways, and no list of equal ones is kept of them

A mutant is killed when the check refuses it for every seed. The others are fixed by another instance, or listed with
a reason in tests/equivalent_mutants.toml: there each problem has its reasons, and each reason its mutants.
"""

import argparse
import ast
import collections
import contextlib
import copy
import dataclasses
import functools
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
from mutation_rules import RULES, copied
from mutation_sources import Source, is_step, other_right_answers, worked_answer

from bpkit.problems import judge
from bpkit.problems.catalogue import all_problems, problems_in
from bpkit.problems.form import Wrong
from bpkit.problems.problem import Problem

LISTED = Path(__file__).parent / "equivalent_mutants.toml"
MORE_STEPS = 30  # a mutant may take this many times the right answer's steps; then it is taken for endless


class Mutant(NamedTuple):
    words: str  # "rule: line → changed line"
    make: Callable[[], Any]  # gives its answer, afresh for each check


class Place(NamedTuple):
    """Where a node stands in a tree."""

    parent: ast.AST
    field: str
    index: int | None
    statement: ast.stmt  # the one that the node belongs to, or is
    names: list[str]  # those that a reader could confuse there

    def put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def mutants(problem: str, source: Source) -> Iterator[Mutant]:
    """Yield the mutants of a right answer, one change in each."""
    by_value = all_problems()[problem].instances is None
    seen, times = set(), collections.Counter()
    for tree, lines in source.cells:
        for place, node in places(tree, []):
            if place.statement.lineno in lines and (not by_value or assigns(place.statement, source.name)):
                for rule, words in spoiled(place, node):
                    if (place.statement, words) not in seen:  # two rules may do the same
                        seen.add((place.statement, words))
                        times[words] += 1  # the same line may stand in two places
                        again = f" ({times[words]})" if times[words] > 1 else ""
                        with contextlib.suppress(SyntaxError):  # `*` or `return` where it cannot stand
                            yield Mutant(f"{rule}: {words}{again}", source.make())
    right = source.make()()
    if not by_value:
        yield Mutant("the first result again and again", lambda: only_the_first(right))
        for name in right.__code__.co_varnames[: right.__code__.co_argcount]:
            yield Mutant(f"as in the first call: {name}", functools.partial(as_at_first, right, name))


def places(node: ast.AST, names: list[str], statement: ast.stmt | None = None) -> Iterator[tuple[Place, ast.AST]]:
    """Yield every node below this one with its place, outer ones first."""
    if isinstance(node, ast.FunctionDef):
        stored = [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        names = list(dict.fromkeys([*names, *(argument.arg for argument in node.args.args), *stored]))
    for field in node._fields:
        value = getattr(node, field, None)
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST) and not is_step(child) and not isinstance(child, ast.arguments):
                mine = child if isinstance(child, ast.stmt) else statement
                if mine is not None:
                    yield Place(node, field, index, mine, names), child
                yield from places(child, names, mine)


def spoiled(place: Place, node: ast.AST) -> Iterator[tuple[str, str]]:
    """Put everything that the rules make of a node in its place, and yield rule and lines while it is there."""
    before = written(place.statement)
    for rule in RULES:
        for new in rule(node, place.names):
            place.put(ast.fix_missing_locations(new))
            after = written(new if node is place.statement else place.statement)
            try:
                if after != before:
                    yield rule.__name__.replace("_", " "), difference(before, after)
            finally:
                place.put(node)


def assigns(statement: ast.stmt, name: str) -> bool:
    return isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == name


def written(statement: ast.AST) -> str:
    """A statement in one line; of a loop or a condition, its head."""
    if hasattr(statement, "body"):
        statement = copied(statement, body=[], **({"orelse": []} if hasattr(statement, "orelse") else {}))
    return " ".join(ast.unparse(statement).split())


def difference(before: str, after: str) -> str:
    """A line with the change marked in it.

    >>> difference("h[k] = x", "h[k + 1] = x")
    'h[k⟦ → + 1⟧] = x'
    """
    old, new = (re.findall(r"\w+|\W", text) for text in (before, after))
    shorter = min(len(old), len(new))
    head = next((k for k in range(shorter) if old[k] != new[k]), shorter)
    tail = next((k for k in range(shorter - head) if old[-1 - k] != new[-1 - k]), shorter - head)
    gone, come = ("".join(part[head : len(part) - tail]).strip() for part in (old, new))
    return "".join(old[:head]) + f"⟦{gone} → {come}⟧" + "".join(old[len(old) - tail :])


def only_the_first(right: Callable[..., Any]) -> Callable[..., Any]:
    """An answer that computes once and returns the same ever after."""
    results: list[Any] = []

    @functools.wraps(right)
    def answer(**arguments: Any) -> Any:
        results.append(results[0] if results else right(**arguments))
        return copy.deepcopy(results[0])

    return answer


def as_at_first(right: Callable[..., Any], name: str) -> Callable[..., Any]:
    """An answer in which one argument keeps the value of the first call, as if it were written into the code."""
    first: dict[str, Any] = {}

    @functools.wraps(right)
    def answer(**arguments: Any) -> Any:
        first.setdefault(name, copy.deepcopy(arguments[name]))
        return right(**{**arguments, name: copy.deepcopy(first[name])})

    return answer


# ---- what the check says of them


class Verdicts(NamedTuple):
    """How a problem's mutants fared: how many there are, and for how many of the seeds each survivor was accepted."""

    count: int
    seeds: int
    accepted: dict[str, int]


def verdicts(name: str, seeds: range, source: Source | None = None) -> Verdicts:
    """Check with every seed every mutant of a right answer to a problem, the worked one if no other is given."""
    problem = dataclasses.replace(all_problems()[name], slips=())  # no mutant's slip needs a name
    source = source or worked_answer(name)
    right, most = source.make(), 0
    for seed in seeds:
        source.steps.taken = 0
        assert is_accepted(problem, right, seed), f"a right answer to {name} is refused, seed {seed}"
        most = max(most, source.steps.taken)
    source.steps.limit = 1000 + MORE_STEPS * most
    count, accepted = 0, collections.Counter()
    for mutant in mutants(name, source):
        count += 1
        for seed in seeds:
            source.steps.taken = 0
            accepted[mutant.words] += is_accepted(problem, mutant.make, seed)
    return Verdicts(count, len(seeds), dict(+accepted))


def is_accepted(problem: Problem, make: Callable[[], Any], seed: int) -> bool:
    try:
        answer = make()
    except Exception:
        return False
    try:
        with mock.patch.object(judge, "diagnose", lambda *findings: ["not right."]):  # what is said is asked elsewhere
            judge.compare(problem, answer, np.random.default_rng(seed))
    except (Wrong, judge.NotAttempted):
        return False
    return True


def listed(problem: str) -> dict[str, str]:
    """The mutants of a problem that were found equal to the right answer, each with the reason."""
    return {mutant: reason for reason, mutants in all_listed().get(problem, {}).items() for mutant in mutants}


@functools.cache
def all_listed() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(LISTED.read_text(encoding="utf-8"))


# ---- for authors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("problems", nargs="*", help="ids such as 7.9")
    parser.add_argument("--chapter", type=int, help="all problems of a chapter")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--others", action="store_true", help="the right answers in tests/answers instead")
    asked = parser.parse_args()
    names = asked.problems or list(all_problems())
    if asked.chapter:
        names = [problem.id for problem in problems_in(f"chapter_{asked.chapter:02}")]
    total: collections.Counter[str] = collections.Counter()
    for name in names:
        for source in other_right_answers(name) if asked.others else [worked_answer(name)]:
            total += reported(name, source, range(asked.seeds), {} if asked.others else listed(name))
    print("all:", ", ".join(f"{number} {words}" for words, number in total.items()))


def reported(name: str, source: Source, seeds: range, equal: dict[str, str]) -> collections.Counter[str]:
    """Print what became of the mutants of one right answer, and return how many there are of each kind."""
    found = verdicts(name, seeds, source)
    unlisted = {words: times for words, times in found.accepted.items() if words not in equal}
    killed = found.count - len(found.accepted)
    print(f"{name} {source.name}: {found.count} mutants, {len(unlisted)} survive", flush=True)
    for words, times in unlisted.items():
        print(f"    {times:3} of {found.seeds}  {words}")
    for words in equal:
        if found.accepted.get(words, 0) < found.seeds:
            print(f"    listed as equal, and refused for some seed:  {words}")
    counts = {"mutants": found.count, "killed": killed, "equal": len(equal), "survive": len(unlisted)}
    return collections.Counter(counts)


if __name__ == "__main__":
    main()
