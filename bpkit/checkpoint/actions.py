"""The five actions of a schedule, each a small record that prints as a sentence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Store:
    """Store an activation in a slot, where it stays until the block whose input it is has been reversed.

    >>> print(Store(8))
    Store activation 8.
    """

    activation: int

    def __str__(self) -> str:
        return f"Store activation {self.activation}."


@dataclass(frozen=True, slots=True)
class Advance:
    """Run blocks start … stop − 1 forward for the first time, storing nothing in between.

    >>> print(Advance(0, 8))
    Advance from activation 0 to activation 8.
    """

    start: int
    stop: int

    def __str__(self) -> str:
        return f"Advance from activation {self.start} to activation {self.stop}."


@dataclass(frozen=True, slots=True)
class Recompute:
    """Run blocks start … stop − 1 forward once more, storing nothing in between.

    >>> print(Recompute(0, 7))
    Recompute activation 7 from activation 0.
    """

    start: int
    stop: int

    def __str__(self) -> str:
        return f"Recompute activation {self.stop} from activation {self.start}."


@dataclass(frozen=True, slots=True)
class Reverse:
    """Compute the gradients of a block from its input and output, and free its output.

    If its input is in a slot, it leaves it: from now on it is the output that the next reversal needs.

    >>> print(Reverse(7))
    Reverse block 7, from activation 8 to activation 7.
    """

    block: int

    def __str__(self) -> str:
        return f"Reverse block {self.block}, from activation {self.block + 1} to activation {self.block}."


@dataclass(frozen=True, slots=True)
class Free:
    """Free an activation before its block is reversed.

    >>> print(Free(4))
    Free activation 4.
    """

    activation: int

    def __str__(self) -> str:
        return f"Free activation {self.activation}."


Action = Store | Advance | Recompute | Reverse | Free
