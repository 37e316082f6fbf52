"""Values that write down what NumPy does with them, so that it can be done again without the program around it."""

import operator
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from bpkit.graphs.arraylike import ArrayLike
from bpkit.graphs.rules import FUNCTIONS
from bpkit.graphs.tracked import Recording, Tracked, leaked, name_of

Function = Callable[..., Any]


class Slot(NamedTuple):
    """The place of a value among the values of a trace: the inputs come first, then each result."""

    number: int


class Constant:
    """An array from outside the trace, as it was when it was met."""

    def __init__(self, array: Any) -> None:
        self.array = array.copy(order="K")
        self.bytes = array.tobytes()
        self.kind = (array.shape, array.strides, array.dtype)


class Instruction(NamedTuple):
    """result = function(*args, **settings), where slots in args and settings stand for values.

    A guard has no result: `expected` is what its one argument was, or its shape, and what it must be again.
    """

    name: str
    function: Function | None
    args: Any
    settings: Any
    slot: Slot | None
    expected: Any = None
    view: bool = False  # whether the result lies in the memory of an argument


class Tracing(Recording):
    """The instructions of one run of a function, in order, and the values they gave in that run, by slot."""

    __slots__ = ("constants", "instructions", "values")

    def __init__(self, f: Any) -> None:
        super().__init__(f)
        self.instructions: list[Instruction] = []
        self.values: list[Any] = []
        self.constants: dict[int, tuple[Any, Constant]] = {}  # by id, with the array, which keeps the id from reuse

    def new(self, value: Any) -> "Traced":
        """Return a value in a slot of its own."""
        self.values.append(value)
        return Traced(self, value, Slot(len(self.values) - 1))

    def run(self, name: str, function: Function, args: Any, settings: Any) -> Any:
        """Call a function, and write down the call if its result depends on more than shapes."""
        value = function(*mapped(args, _value), **mapped(settings, _value))
        if function in SHAPE_ALONE:
            return value
        if self.closed:
            raise leaked(next(_traced((args, settings))))
        if isinstance(value, tuple | list) and all(isinstance(part, np.ndarray | np.generic) for part in value):
            whole = self._add(name, function, args, settings, value)
            parts = [self._add("getitem", operator.getitem, (whole, i), {}, part) for i, part in enumerate(value)]
            return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
        if isinstance(value, np.ndarray | np.generic):
            return self._add(name, function, args, settings, value)
        for x in _traced((args, settings)):  # a Python bool, a text: the program may branch on it
            self.guard(x)
        return value

    def guard(self, x: "Traced") -> Any:
        """Return the plain value of x, and let the trace hold only where x has that value again."""
        if self.closed:
            raise leaked(x)
        expected = x.value.copy() if isinstance(x.value, np.ndarray) else x.value
        self.instructions.append(Instruction("guard", None, (x.slot,), {}, None, expected))
        return x.value

    def _add(self, name: str, function: Function, args: Any, settings: Any, value: Any) -> "Traced":
        result = self.new(value)
        view = any(_share_memory(value, x.value) for x in _traced((args, settings)))
        shape_depends_on_values = _is_array(value) and _may_change_shape(function, args, settings)
        args, settings = mapped(args, self._kept), mapped(settings, self._kept)
        self.instructions.append(Instruction(name, function, args, settings, result.slot, view=view))
        if shape_depends_on_values:
            self.instructions.append(Instruction("shape", None, (result.slot,), {}, None, value.shape))
        return result

    def _kept(self, x: Any) -> Any:
        """A value as an instruction keeps it: a slot, or a copy of an array, which the program may change later."""
        if isinstance(x, Traced):
            return x.slot
        if not isinstance(x, np.ndarray):
            return x
        known = self.constants.get(id(x))
        if known is None or known[1].bytes != x.tobytes():
            known = self.constants[id(x)] = (x, Constant(x))
        return known[1]


class Traced(ArrayLike):
    """A value of a trace. Its derivative is not followed, so NumPy may do anything with it that is not in place."""

    __slots__ = ("slot",)
    differentiated = False
    recording: Tracing

    def __init__(self, recording: Tracing, value: Any, slot: Slot) -> None:
        self.recording, self.value, self.slot = recording, value, slot

    def trace(self, rule: Any, inputs: Any, settings: Any) -> Any:
        """Write down an operation of the table of rules."""
        _refuse_sparse(settings.values())
        return self.recording.run(rule.name, rule.function, tuple(inputs), settings)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **settings: Any) -> Any:
        if _belongs_to_derivative(inputs):
            return NotImplemented
        if settings.get("out") is not None or method == "at":
            raise _in_place(self, f"np.{ufunc.__name__}")
        _refuse_sparse(inputs)
        function = ufunc if method == "__call__" else getattr(ufunc, method)
        return self.recording.run(ufunc.__name__, function, inputs, settings)

    def __array_function__(self, function: Function, types: Any, args: Any, settings: Any) -> Any:
        if _belongs_to_derivative((args, settings)):
            return NotImplemented
        if settings.get("out") is not None or function in _WRITING:
            raise _in_place(self, f"np.{function.__name__}")
        return self.recording.run(function.__name__, function, tuple(args), settings)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        if self.dtype.kind in "iub":  # places or a mask: the trace holds for these
            return np.array(self.recording.guard(self), dtype)
        raise TypeError(
            f"{name_of(self.recording.f)} makes a plain array of a value that depends on its arguments, and a compiled "
            "function would keep these numbers forever: for np.array([a, b]) write np.stack([a, b]); for out[i] = a "
            "collect the parts in a list and np.stack them."
        )

    def __getitem__(self, index: Any) -> Any:
        return self.recording.run("getitem", operator.getitem, (self, index), {})

    def __setitem__(self, index: Any, value: Any) -> None:
        raise _in_place(self, "x[...] = value")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in ("item", "tolist"):
            raise _number_lost(self, f"x.{name}()")
        if name in ("sort", "fill", "put", "partition", "resize"):
            raise _in_place(self, f"x.{name}(…)")
        raise AttributeError(f"a value of a compiled function has no attribute {name!r}: use NumPy's functions.")

    def __bool__(self) -> bool:
        if self.size != 1:
            return bool(self.value)  # NumPy's error
        truth: Any = self if self.dtype.kind == "b" and not self.ndim else np.not_equal(self, 0).reshape(())
        return bool(self.recording.guard(truth))

    def __int__(self) -> int:
        return int(self.recording.guard(self))

    def __index__(self) -> int:
        return operator.index(self.recording.guard(self))

    def __float__(self) -> float:
        raise _number_lost(self, "float(x)")

    def astype(
        self, dtype: Any, order: Any = "K", casting: Any = "unsafe", subok: bool = True, copy: bool = True
    ) -> Any:
        """The same numbers in another type."""
        return self.recording.run("astype", np.ndarray.astype if self.ndim else np.generic.astype, (self, dtype), {})

    def __repr__(self) -> str:
        return f"Traced({self.value!r})"


def mapped(tree: Any, change: Callable[[Any], Any]) -> Any:
    """Change the leaves of nested tuples, lists, dicts and slices, as they occur in arguments and indices."""
    if type(tree) in (tuple, list):
        return type(tree)(mapped(part, change) for part in tree)
    if type(tree) is dict:
        return {key: mapped(part, change) for key, part in tree.items()}
    if type(tree) is slice:
        return slice(*(change(part) for part in (tree.start, tree.stop, tree.step)))
    return change(tree)


def leaves(tree: Any) -> Iterator[Any]:
    """The leaves that `mapped` changes."""
    found: list[Any] = []
    mapped(tree, found.append)
    return iter(found)


def _value(x: Any) -> Any:
    return x.value if isinstance(x, Traced) else x


def _traced(tree: Any) -> Iterator[Traced]:
    return (x for x in leaves(tree) if isinstance(x, Traced))


def _is_array(x: Any) -> bool:
    return isinstance(x, np.ndarray)


def _share_memory(x: Any, y: Any) -> bool:
    """Whether arrays, or arrays in the tuples and lists that some functions return, lie in the same memory."""
    arrays = [[part for part in leaves(tree) if _is_array(part)] for tree in (_listed(x), _listed(y))]
    return any(np.may_share_memory(a, b) for a in arrays[0] for b in arrays[1])


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value  # NumPy's named tuples too


def _may_change_shape(function: Any, args: Any, settings: Any) -> bool:
    """Whether other values of the arguments, of the same shapes, might give a result of another shape."""
    if isinstance(getattr(function, "__self__", function), np.ufunc) or function is operator.pow:
        return False
    places = args[1:] if function is operator.getitem else (args, settings)
    if any(x.dtype.kind in "iub" for x in _traced(places)):  # a mask, positions, sizes
        return function is not np.where or len(args) < 3
    known = function is operator.getitem or function in FUNCTIONS or getattr(function, "__objclass__", None)
    return not known and not (getattr(function, "__module__", "") or "").startswith("bpkit.")


def _belongs_to_derivative(tree: Any) -> bool:
    """Whether an argument is being differentiated, and its class has to see to the operation."""
    return any(isinstance(x, Tracked) and x.differentiated for x in leaves(tree))


def _refuse_sparse(values: Iterable[Any]) -> None:
    """Raise TypeError for a sparse matrix of SciPy: nothing here would notice that its numbers have changed."""
    for x in values:
        if hasattr(x, "tocsr"):
            raise TypeError(f"a compiled function cannot notice when a {type(x).__name__} changes: use its toarray().")


def _in_place(x: Traced, what: str) -> TypeError:
    return TypeError(
        f"{name_of(x.recording.f)} changes an array in place ({what}), which a compiled function cannot repeat: make a "
        "new one with a = a + x, np.where(mask, value, x) or np.concatenate."
    )


def _number_lost(x: Traced, what: str) -> TypeError:
    return TypeError(
        f"{name_of(x.recording.f)} makes a plain number of a value that depends on its arguments ({what}), and a "
        "compiled function would keep that number forever: go on with the value itself and NumPy's functions (np.sin, "
        "not math.sin)."
    )


def _power(x: Any, exponent: Any) -> Any:
    """x ** exponent, where NumPy's operator squares for the exponent 2, which np.power may not do to the last bit."""
    if _belongs_to_derivative((x, exponent)):
        return np.power(x, exponent)
    trace = next(_traced((x, exponent))).recording
    return trace.run("power", operator.pow, (x, exponent), {})


def _ufunc_operator(ufunc: np.ufunc, swapped: bool = False) -> Callable[..., Any]:
    return (lambda self, other: ufunc(other, self)) if swapped else (lambda self, other: ufunc(self, other))


SHAPE_ALONE = {
    np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.iscomplexobj, np.isrealobj, np.zeros_like,
    np.ones_like, np.empty_like, np.common_type, np.broadcast_shapes, np.diag_indices_from, np.tril_indices_from,
    np.triu_indices_from,
}  # fmt: skip
_WRITING = {np.copyto, np.place, np.put, np.putmask, np.put_along_axis, np.fill_diagonal}

for _name, _ufunc in (
    ("add", np.add), ("sub", np.subtract), ("mul", np.multiply), ("truediv", np.divide), ("matmul", np.matmul),
    ("floordiv", np.floor_divide), ("mod", np.remainder), ("and", np.bitwise_and), ("or", np.bitwise_or),
    ("xor", np.bitwise_xor), ("lshift", np.left_shift), ("rshift", np.right_shift),
):  # fmt: skip
    setattr(Traced, f"__{_name}__", _ufunc_operator(_ufunc))
    setattr(Traced, f"__r{_name}__", _ufunc_operator(_ufunc, swapped=True))
for _name, _comparison in (
    ("lt", np.less), ("le", np.less_equal), ("gt", np.greater), ("ge", np.greater_equal), ("eq", np.equal),
    ("ne", np.not_equal),
):  # fmt: skip
    setattr(Traced, f"__{_name}__", _ufunc_operator(_comparison))
setattr(Traced, "__invert__", lambda self: np.invert(self))  # noqa: B010  # neg, pos and abs are those of ArrayLike
setattr(Traced, "__pow__", _power)  # noqa: B010
setattr(Traced, "__rpow__", lambda self, other: _power(other, self))  # noqa: B010
