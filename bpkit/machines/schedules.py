"""Schedules of a pipeline: for each stage, in which order it takes the micro-batches forward and back."""

from collections.abc import Sequence
from dataclasses import dataclass

from bpkit.numerical.arguments import whole_number


@dataclass(frozen=True, slots=True)
class Forward:
    """Run the stage forward on a micro-batch.

    >>> print(Forward(3))
    Run micro-batch 3 forward.
    """

    micro_batch: int

    def __str__(self) -> str:
        return f"Run micro-batch {self.micro_batch} forward."


@dataclass(frozen=True, slots=True)
class Backward:
    """Compute ∂ℓ/∂input of the stage and the derivatives of its parameters for a micro-batch.

    >>> print(Backward(3))
    Run micro-batch 3 backward.
    """

    micro_batch: int

    def __str__(self) -> str:
        return f"Run micro-batch {self.micro_batch} backward."


@dataclass(frozen=True, slots=True)
class BackwardInput:
    """Compute ∂ℓ/∂input alone, which the stage before waits for.

    >>> print(BackwardInput(3))
    Compute the input's derivative for micro-batch 3.
    """

    micro_batch: int

    def __str__(self) -> str:
        return f"Compute the input's derivative for micro-batch {self.micro_batch}."


@dataclass(frozen=True, slots=True)
class BackwardWeights:
    """Compute the derivatives of the parameters, which nobody waits for.

    >>> print(BackwardWeights(3))
    Compute the weights' derivatives for micro-batch 3.
    """

    micro_batch: int

    def __str__(self) -> str:
        return f"Compute the weights' derivatives for micro-batch {self.micro_batch}."


Action = Forward | Backward | BackwardInput | BackwardWeights


@dataclass(frozen=True)
class Schedule:
    """The actions of each stage, in order: those of stage r are `stages[r]`.

    >>> naive(2)
    Schedule('naive(2)', 2 stages, 1 micro-batches)
    """

    name: str
    stages: Sequence[Sequence[Action]]
    micro_batches: int

    def __repr__(self) -> str:
        return f"Schedule({self.name!r}, {len(self.stages)} stages, {self.micro_batches} micro-batches)"


def naive(p: int) -> Schedule:
    """Return the schedule of p stages that take the batch as one piece: a single stage works at any time.

    Raises TypeError or ValueError for a p that is not a positive whole number.

    >>> print(*naive(2).stages[0])
    Run micro-batch 0 forward. Run micro-batch 0 backward.
    """
    p = whole_number("p (the number of stages)", p)
    return Schedule(f"naive({p})", [[Forward(0), Backward(0)] for _ in range(p)], 1)


def gpipe(p: int, m: int) -> Schedule:
    """Return the schedule in which all m micro-batches go forward through p stages, and then all go back.

    Raises TypeError or ValueError for anything but positive whole numbers.

    Source: section 7.8; Huang et al. (2019), "GPipe: efficient training of giant neural networks using pipeline
    parallelism".

    >>> [str(action) for action in gpipe(2, 2).stages[0]]  # doctest: +NORMALIZE_WHITESPACE
    ['Run micro-batch 0 forward.', 'Run micro-batch 1 forward.',
     'Run micro-batch 0 backward.', 'Run micro-batch 1 backward.']
    """
    p, m = _numbers(p, m)
    forward, backward = [Forward(i) for i in range(m)], [Backward(i) for i in range(m)]
    return Schedule(f"gpipe({p}, {m})", [[*forward, *backward] for _ in range(p)], m)


def one_f_one_b(p: int, m: int) -> Schedule:
    """Return the schedule in which each stage alternates one forward and one backward run.

    Stage r begins with p − 1 − r forward runs. So at most p − r micro-batches are alive on it, however many there
    are: it waits rather than run ahead.

    Raises TypeError or ValueError for anything but positive whole numbers.

    Source: Narayanan et al. (2019), "PipeDream: generalized pipeline parallelism for DNN training" (1F1B); with one
    update at the end of the batch, Fan et al. (2021), "DAPPLE".

    >>> [str(action) for action in one_f_one_b(2, 2).stages[1]]  # doctest: +NORMALIZE_WHITESPACE
    ['Run micro-batch 0 forward.', 'Run micro-batch 0 backward.',
     'Run micro-batch 1 forward.', 'Run micro-batch 1 backward.']
    """
    p, m = _numbers(p, m)
    stages: list[list[Action]] = []
    for r in range(p):
        first = min(p - 1 - r, m)
        stage: list[Action] = [Forward(i) for i in range(first)]
        for i in range(m):
            if first + i < m:
                stage.append(Forward(first + i))
            stage.append(Backward(i))
        stages.append(stage)
    return Schedule(f"one_f_one_b({p}, {m})", stages, m)


def zero_bubble(p: int, m: int) -> Schedule:
    """Return `one_f_one_b` with the weights' derivatives put off: they fill time in which a stage would wait.

    Raises TypeError or ValueError for anything but positive whole numbers.

    Source: Qi et al. (2023), "Zero bubble pipeline parallelism", the schedule ZB-H1.

    >>> print(*zero_bubble(2, 1).stages[1], sep=" ")  # doctest: +NORMALIZE_WHITESPACE
    Run micro-batch 0 forward. Compute the input's derivative for micro-batch 0.
    Compute the weights' derivatives for micro-batch 0.
    """
    p, m = _numbers(p, m)
    stages: list[list[Action]] = []
    for r, plan in enumerate(one_f_one_b(p, m).stages):
        stage: list[Action] = []
        for action in plan:
            if isinstance(action, Forward):
                stage.append(action)
                continue
            i = action.micro_batch
            stage.append(BackwardInput(i))
            if i >= r:  # stage r keeps the weights' derivatives of r micro-batches back
                stage.append(BackwardWeights(i - r))
        stage += [BackwardWeights(i) for i in range(max(m - r, 0), m)]
        stages.append(stage)
    return Schedule(f"zero_bubble({p}, {m})", stages, m)


def _numbers(p: int, m: int) -> tuple[int, int]:
    return whole_number("p (the number of stages)", p), whole_number("m (the number of micro-batches)", m)
