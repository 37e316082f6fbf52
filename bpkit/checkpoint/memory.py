"""The activations alive while a schedule is carried out, and a sentence for each way an action can be impossible."""

from bpkit.checkpoint.actions import Action, Advance, Free, Recompute, Reverse, Store
from bpkit.numerical.arguments import whole_number


class Memory:
    """The activations that are alive: those `stored` in slots, and those `in_hand`; `follow` carries out one action.

    At most two are in hand: the output that waits to be reversed, and the latest activation computed. `reached` is the
    activation the first sweep has reached, `n` the number of blocks (None: not known before the first is reversed), and
    `left` how many of them are still to be reversed.

    >>> memory = Memory()
    >>> for action in (Store(0), Advance(0, 2), Advance(2, 3)):
    ...     memory.follow(action)
    >>> memory.stored, memory.in_hand
    ({0}, [2, 3])
    >>> memory.follow(Reverse(2))
    >>> memory.stored, memory.in_hand, memory.left
    ({0}, [2], 2)
    """

    def __init__(self, n: int | None = None) -> None:
        self.stored: set[int] = set()
        self.in_hand = [0]  # the latest comes last
        self.reached = 0
        self.n = n
        self.left: int | None = None  # None in the first sweep
        self._freed: set[int] = set()

    def follow(self, action: Action) -> None:
        """Carry out one action; raise ValueError, with a sentence that says why, if that is impossible."""
        match action:
            case Store(activation):
                self._store(activation)
            case Advance(start, stop):
                self._check_advance(start, stop)
                self._evaluate(start, stop)
                self.reached = stop
            case Recompute(start, stop):
                self._check_recompute(start, stop)
                self._evaluate(start, stop)
            case Reverse(block):
                self._reverse(block)
            case Free(activation):
                self._need(activation)
                self._drop(activation)
                self._freed.add(activation)
            case _:
                raise TypeError(f"{action!r} is no action, expected one such as Store(0) or Advance(0, 1).")

    def __contains__(self, activation: int) -> bool:
        return activation in self.stored or activation in self.in_hand

    def _store(self, activation: int) -> None:
        self._need(activation)
        if activation in self.stored:
            raise ValueError(f"activation {activation} is stored already.")
        self.in_hand.remove(activation)
        self.stored.add(activation)

    def _check_advance(self, start: int, stop: int) -> None:
        _forward(start, stop)
        if self.left is not None:
            raise ValueError("the first sweep ended when the first block was reversed: did you mean Recompute?")
        if start != self.reached:
            slip = ": did you mean Recompute?" if start < self.reached else "."
            raise ValueError(f"the first sweep has reached activation {self.reached}, so it goes on from there{slip}")
        if self.n is not None and stop > self.n:
            raise ValueError(f"there are {self.n} blocks, so activation {self.n} is the last: it is the output.")

    def _check_recompute(self, start: int, stop: int) -> None:
        _forward(start, stop)
        if stop > self.reached:
            raise ValueError(f"the first sweep has only reached activation {self.reached}: did you mean Advance?")
        if self.left is not None and stop > self.left:
            raise ValueError(f"block {stop - 1} is reversed already, so nobody needs activation {stop} any more.")
        if stop in self:
            raise ValueError(f"activation {stop} is still there.")

    def _evaluate(self, start: int, stop: int) -> None:
        self._need(start)
        if start not in self.stored and start != self.in_hand[-1]:
            raise ValueError(f"activation {start} was not stored, and it is not the one made last.")
        if len(self.in_hand) > 1:
            first, second = self.in_hand
            raise ValueError(
                f"activations {first} and {second} are already held outside slots (at most two): store or free one."
            )
        self.in_hand.append(stop)
        self._freed.discard(stop)

    def _reverse(self, block: int) -> None:
        whole_number("block", block, least=0)
        last = self.reached if self.left is None else self.left
        if self.left is None and self.n is not None and self.reached < self.n:
            raise ValueError(f"the first sweep has only reached activation {self.reached}, not the output, {self.n}.")
        if block >= self.reached:
            raise ValueError(f"block {block} was never reached: the first sweep ends at activation {self.reached}.")
        if block >= last:
            raise ValueError(f"block {block} is reversed already.")
        if block != last - 1:
            raise ValueError(f"blocks are reversed from the last to the first, and the next is block {last - 1}.")
        self._need(block + 1)
        self._need(block)
        self._drop(block + 1)
        if block in self.stored:
            self.stored.remove(block)
            self.in_hand.append(block)
        self.n, self.left = self.n or self.reached, block

    def _drop(self, activation: int) -> None:
        self.stored.discard(activation)
        if activation in self.in_hand:
            self.in_hand.remove(activation)

    def _need(self, activation: int) -> None:
        """Raise ValueError, with the reason, unless the activation is alive."""
        whole_number("activation", activation, least=0)
        if activation in self:
            return
        if activation > self.reached:
            why = f"was never reached: the first sweep ends at activation {self.reached}"
        elif activation in self._freed:
            why = "was freed"
        elif self.left is not None and activation > self.left:
            why = "was let go when it had been reversed"
        else:
            why = "was passed through and not kept: it has to be recomputed first"
        raise ValueError(f"it needs activation {activation}, which {why}.")


def _forward(start: int, stop: int) -> None:
    """Raise ValueError unless both are activations and stop comes after start."""
    whole_number("start", start, least=0)
    whole_number("stop", stop, least=0)
    if stop <= start:
        raise ValueError(f"it goes from activation {start} to activation {stop}, which is not forward.")
