"""What all optimizers have in common: parameters in groups, moments beside them, and one step over one block."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from bpkit.networks.block import Block
from bpkit.networks.shared_memory import overlapping
from bpkit.numerical.arguments import whole_number
from bpkit.numerical.arrays import Array
from bpkit.numerical.underflow import ignore_underflow
from bpkit.optim.groups import Group, Groups, grouped, not_negative
from bpkit.optim.state import State, checked_state

PIECE = 1 << 15  # numbers; a piece of parameters, gradients and moments stays in the processor's cache


class Optimizer:
    """Changes parameters in place, by their gradients; `SGD`, `Adam` and `AdamW` say how.

    `moments` are the names of the averages of gradients that a step leaves to the next one: for each parameter an array
    of its shape, zero at first. If all parameters lie in one block, a step goes through it piece by piece; otherwise it
    goes through the parameters.
    """

    settings: tuple[str, ...] = ()  # attributes that must be the same when a state is restored
    # What changes in a training, or follows from the rest: no part of an optimizer's configuration.
    progress = ("parameters", "steps", "_numbers", "_moments", "_kinds", "_pieces", "_places", "_dtype")

    def __init__(
        self, parameters: Sequence[Array], lr: float, weight_decay: float, groups: Groups, moments: Sequence[str]
    ) -> None:
        self.parameters = checked_parameters(parameters)
        self.groups, self._numbers = grouped(self.parameters, lr, weight_decay, groups)
        self.steps = 0
        self._moments: dict[str, Sequence[Array]] = {
            name: tuple([np.zeros_like(array) for array in self.parameters]) for name in moments
        }
        if Block.around(self.parameters):
            self._moments = {name: Block.of_copies(arrays) for name, arrays in self._moments.items()}
        self._prepare()

    @property
    def lr(self) -> float:
        """The learning rate; to set it changes that of all groups that were not given one of their own."""
        return self.groups[0].lr

    @lr.setter
    def lr(self, lr: float) -> None:
        lr = not_negative("lr", lr)
        for group in self.groups:
            if not group.own_lr:
                group.lr = lr

    @ignore_underflow
    def step(self, gradients: Sequence[Array]) -> None:
        """Change the parameters in place, by their gradients in the same order; the gradients stay as they are.

        Raises TypeError or ValueError for gradients that do not fit the parameters.
        """
        self._check(gradients)
        self.steps += 1
        block = Block.around(gradients) if self._pieces else None
        if block is None:
            rows = zip(self._numbers, self.parameters, gradients, *self._moments.values(), strict=True)
            for number, phi, g, *moments in rows:
                self._change(self.groups[number], phi, g, *moments)
        else:
            for group, piece, phi, moments in self._pieces:
                self._change(group, phi, block.flat[piece], *moments)

    def _change(self, group: Group, phi: Array, g: Array, *moments: Array) -> None:
        """One step for some of the parameters, all of one group."""
        raise NotImplementedError(f"{type(self).__name__} has no _change.")

    def state(self) -> State:
        """Return what the next step depends on besides the parameters: copies of arrays, and numbers, by name."""
        state: State = {
            "steps": self.steps,
            "lr": np.array([group.lr for group in self.groups]),
            "weight_decay": np.array([group.weight_decay for group in self.groups]),
            "group": np.array(self._numbers),
        }
        state |= {name: getattr(self, name) for name in self.settings}
        for name, arrays in self._moments.items():
            state |= {f"{name}_{number}": array.copy() for number, array in enumerate(arrays)}
        return state

    def restore(self, state: State) -> None:
        """Restore what `state()` returned, from an optimizer that was made with the same settings.

        The learning rates and the moments become those of the state; the parameters stay as they are. Nothing is
        changed when something does not fit.

        Raises TypeError or ValueError for any other state.
        """
        settings = ("weight_decay", "group", *self.settings)
        found = checked_state(state, self.state(), of=type(self).__name__, settings=settings)
        steps = whole_number("state['steps']", found["steps"].item(), least=0)
        rates = [not_negative("state['lr']", lr) for lr in found["lr"].tolist()]
        self.steps = steps
        for group, lr in zip(self.groups, rates, strict=True):
            group.lr = lr
        for name, arrays in self._moments.items():
            for number, array in enumerate(arrays):
                array[...] = found[f"{name}_{number}"]

    def _check(self, gradients: Sequence[Array]) -> None:
        if isinstance(gradients, Block) and gradients.places is self._places and gradients.flat.dtype == self._dtype:
            return  # the gradients of the network whose parameters these are
        what = type(gradients).__name__
        if not isinstance(gradients, list | tuple):
            raise TypeError(f"gradients is a {what}, expected a list or tuple of arrays: grads.parameters.")
        try:
            fits = [(g.shape, g.dtype) for g in gradients] == self._kinds
        except AttributeError:
            raise TypeError(f"gradients is a {what} of other things than arrays: pass grads.parameters.") from None
        if not fits:
            raise ValueError(
                "gradients do not fit the parameters: are they grads.parameters of the same network, of the same dtype?"
            )

    def _prepare(self) -> None:
        """Divide the blocks once into what a step works on: pieces, each of parameters of one group."""
        self._kinds = [(array.shape, array.dtype) for array in self.parameters]
        self._pieces: list[tuple[Group, slice, Array, list[Array]]] = []
        self._places, self._dtype = None, None
        found = [Block.around(arrays) for arrays in (self.parameters, *self._moments.values())]
        blocks = [block for block in found if block is not None]
        if len(blocks) < len(found):
            return
        self._places, self._dtype = blocks[0].places, blocks[0].flat.dtype
        for number, neighbours in groupby(range(len(self._places)), key=self._numbers.__getitem__):
            first, *others = neighbours
            begin, end = self._places[first].start, self._places[others[-1] if others else first].end
            for start in range(begin, end, PIECE):
                piece = slice(start, min(start + PIECE, end))
                phi, *moments = (block.flat[piece] for block in blocks)
                self._pieces.append((self.groups[number], piece, phi, moments))

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._prepare()  # the copied arrays lie elsewhere


def checked_parameters(parameters: Any) -> tuple[Array, ...]:
    """Return the arrays to be changed, or say what is wrong with them.

    Raises TypeError unless they are a sequence of arrays of a floating type, ValueError if there is none, if one is
    there twice or shares memory with another, or if one is read-only.

    >>> checked_parameters([np.zeros(2)])
    (array([0., 0.]),)
    """
    if not isinstance(parameters, Iterable):
        raise TypeError(f"parameters is a {type(parameters).__name__}, expected arrays: did you mean net.parameters?")
    if isinstance(parameters, np.ndarray):
        raise TypeError(f"parameters is one array of shape {parameters.shape}, expected several: did you mean [phi]?")
    arrays = parameters if isinstance(parameters, tuple) else tuple(parameters)  # a Block stays one
    if not arrays:
        raise ValueError("parameters is empty, expected at least one array.")
    for number, array in enumerate(arrays):
        if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
            what = array.dtype if isinstance(array, np.ndarray) else type(array).__name__
            raise TypeError(f"parameters[{number}] is {what}, expected an array of a floating type.")
        if not array.flags.writeable:
            raise ValueError(f"parameters[{number}] must not be written to, but a step changes it: pass a copy.")
    if len({id(array) for array in arrays}) < len(arrays):
        raise ValueError("parameters names an array twice, which a step would change twice: name each once.")
    if not isinstance(arrays, Block) and (found := overlapping(arrays)):
        raise ValueError(
            f"parameters[{found[0]}] and parameters[{found[1]}] share memory, which a step would change twice: name "
            "each once, or pass a copy."
        )
    return arrays
