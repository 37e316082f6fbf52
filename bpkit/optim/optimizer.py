"""What all optimizers have in common: parameters in groups, memories beside them, and one step over one block."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpkit.networks.block import Cut, block_of, cuts, moved_together
from bpkit.numerical.arguments import whole_number
from bpkit.optim.groups import Group, Groups, grouped, not_negative
from bpkit.optim.state import State, checked_state

Array = NDArray[Any]

PIECE = 1 << 15  # numbers; a piece of parameters, gradients and memories stays in the processor's own memory


class Optimizer:
    """Changes parameters in place, by their gradients; `SGD`, `Adam` and `AdamW` say how.

    `memories` are names of what is kept for each parameter between steps, an array of its shape that begins at zero. A
    step works on the block in which all parameters lie, piece by piece, where they lie in one, and otherwise on each.
    """

    settings: tuple[str, ...] = ()  # attributes that must be the same when a state is put back

    def __init__(
        self, parameters: Sequence[Array], lr: float, weight_decay: float, groups: Groups, memories: Sequence[str]
    ) -> None:
        self.parameters = checked_parameters(parameters)
        self.groups, self._numbers = grouped(self.parameters, lr, weight_decay, groups)
        self.steps = 0
        self._fitting: list[Cut] | None = None  # the places of gradients that were found to fit
        self._memories: dict[str, Sequence[Array]] = {
            name: tuple([np.zeros_like(array) for array in self.parameters]) for name in memories
        }
        if block_of(self.parameters) is not None:
            self._memories = {name: moved_together(arrays) for name, arrays in self._memories.items()}
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

    def step(self, gradients: Sequence[Array]) -> None:
        """Change the parameters in place, by their gradients in the same order; the gradients stay as they are.

        Raises TypeError or ValueError for gradients that do not fit the parameters.
        """
        self._check(gradients)
        self.steps += 1
        together = block_of(gradients) if self._pieces else None
        if together is None:
            rows = zip(self._numbers, self.parameters, gradients, *self._memories.values(), strict=True)
            for number, phi, g, *memories in rows:
                self._change(self.groups[number], phi, g, *memories)
        else:
            for group, place, phi, memories in self._pieces:
                self._change(group, phi, together[place], *memories)

    def _change(self, group: Group, phi: Array, g: Array, *memories: Array) -> None:
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
        for name, arrays in self._memories.items():
            state |= {f"{name}_{number}": array.copy() for number, array in enumerate(arrays)}
        return state

    def restore(self, state: State) -> None:
        """Put back what `state()` returned, from an optimizer that was made with the same settings.

        The learning rates and the memories become those of the state; the parameters stay as they are. Nothing is
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
        for name, arrays in self._memories.items():
            for number, array in enumerate(arrays):
                array[...] = found[f"{name}_{number}"]

    def _check(self, gradients: Sequence[Array]) -> None:
        # Gradients of one network have their places in common: those that were once found to fit still do.
        places = getattr(gradients, "places", None)
        if places is not None and places is self._fitting:
            return
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
        self._fitting = places

    def _prepare(self) -> None:
        """Cut the blocks once into what a step works on: pieces, each of parameters of one group."""
        self._kinds = [(array.shape, array.dtype) for array in self.parameters]
        self._pieces: list[tuple[Group, slice, Array, list[Array]]] = []
        found = [block_of(arrays) for arrays in (self.parameters, *self._memories.values())]
        blocks = [block for block in found if block is not None]
        if len(blocks) < len(found):
            return
        places = cuts(array.shape for array in self.parameters)
        for number, neighbours in groupby(range(len(places)), key=self._numbers.__getitem__):
            first, *others = neighbours
            begin, end = places[first][0], places[others[-1] if others else first][1]
            for start in range(begin, end, PIECE):
                place = slice(start, min(start + PIECE, end))
                phi, *memories = (block[place] for block in blocks)
                self._pieces.append((self.groups[number], place, phi, memories))

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._prepare()  # the copied arrays lie elsewhere


def checked_parameters(parameters: Any) -> tuple[Array, ...]:
    """Return the arrays to be changed, or say what is wrong with them.

    Raises TypeError for what is not a sequence of arrays of a floating type, ValueError for none, one twice, or one
    that must not be written to.

    >>> checked_parameters([np.zeros(2)])
    (array([0., 0.]),)
    """
    if not isinstance(parameters, Iterable):
        raise TypeError(f"parameters is a {type(parameters).__name__}, expected arrays: did you mean net.parameters?")
    if isinstance(parameters, np.ndarray):
        raise TypeError(f"parameters is one array of shape {parameters.shape}, expected several: did you mean [phi]?")
    arrays = tuple(parameters)
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
    return arrays
