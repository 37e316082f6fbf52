"""Values that behave like arrays in NumPy's functions, operators and methods, and record what is done with them.

NumPy passes every call with such an argument to `__array_ufunc__` or `__array_function__`. They look up the function's
rule, compute with the plain arrays inside, and let the subclass (`graph.Node` or `forward.Dual`) follow the operation.
Calls on plain arrays never come here, so whatever does not depend on a variable costs nothing.
"""

import operator
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from bpkit.graphs.reader_line import array_call, scipy_call
from bpkit.graphs.rules import CONSTANTS, FUNCTIONS, RULES, describe, learn_special_functions
from bpkit.graphs.settings import known_form, refuse_settings, usual
from bpkit.graphs.tracked import DerivativeError, Tracked, apply, converted, is_differentiated, no_index, plain


class ArrayLike(Tracked):
    """A tracked value that NumPy's functions, Python's operators and arrays' methods work on."""

    __slots__ = ()

    # NumPy's two protocols

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **settings: Any) -> Any:
        if method != "__call__":
            return _ufunc_method(ufunc, method, inputs, settings)
        if settings and (changed := {name: given for name, given in settings.items() if not usual(name, given)}):
            return _with_settings(ufunc, inputs, changed)
        rule = RULES.get(ufunc)
        if rule is None:
            return _without_rule(ufunc, inputs, {})
        if rule.one_input:  # it is this value: `apply` would have nothing to search for
            return self.follow(rule, rule.function(self.value), inputs, (self.value,), {})
        return apply(rule, inputs, {})

    def __array_function__(self, function: Callable[..., Any], types: Any, args: Any, settings: Any) -> Any:
        known = FUNCTIONS.get(function)
        if known is None:
            return _without_rule(function, args, settings)
        if len(args) > known.positions or (settings and not known.names.issuperset(settings)):
            args, settings = known_form(function, known, args, settings)
        return known.call(*args, **settings)

    # what cannot be recorded raises an error

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        if said := scipy_call(sys._getframe(1)):
            raise DerivativeError(said)
        before, after = array_call(sys._getframe(1)) or ("np.array([a, b])", "np.stack([a, b])")
        raise DerivativeError(
            "a value that is being differentiated cannot become a plain array, because its derivative would be lost: "
            f"for {before} write {after}; for out[i] = a collect the parts in a list and np.stack them; for its number "
            "alone use bp.stop_gradient(a)."
        )

    def __setitem__(self, index: Any, value: Any) -> None:
        raise DerivativeError(
            "x[...] = value writes into a value that is being differentiated, and its record would no longer be true: "
            "make a new one with np.where(mask, value, x) or np.concatenate."
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in ("item", "tolist"):
            raise DerivativeError(f"x.{name}() would lose the derivative of x: use bp.stop_gradient(x).{name}().")
        if name in ("sort", "fill", "put", "partition", "resize", "itemset", "setfield"):
            raise DerivativeError(
                f"x.{name}(…) changes x in place, and its record would no longer be true: use a function that returns "
                f"a new array{', np.sort(x)' if name == 'sort' else ''}."
            )
        fix = f"use the NumPy function, np.{name}(x, …)" if hasattr(np, name) else "use NumPy's functions"
        raise AttributeError(f"a value that is being differentiated has no attribute {name!r}: {fix}.")

    def __bool__(self) -> bool:
        return bool(plain(self))

    __hash__ = object.__hash__

    # shape and type

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array."""
        return np.shape(self.value)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return np.ndim(self.value)

    @property
    def size(self) -> int:
        """The number of entries."""
        return np.size(self.value)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the entries."""
        return self.value.dtype if hasattr(self.value, "dtype") else np.dtype(type(self.value))

    @property
    def T(self) -> Any:
        """The array with its axes reversed."""
        return np.transpose(self)

    @property
    def mT(self) -> Any:
        """The array with its last two axes swapped."""
        return np.swapaxes(self, -1, -2)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a value without axes: it is one number.")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: Any) -> Any:
        return apply(RULES["getitem"], (self,), {"index": plain_index(index)})

    def reshape(self, *shape: Any, **settings: Any) -> Any:
        """np.reshape, with the sizes as one tuple or one by one."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, **settings)

    def transpose(self, *axes: Any) -> Any:
        """np.transpose, with the axes as one tuple or one by one."""
        return np.transpose(self, None if not axes else axes[0] if len(axes) == 1 else axes)

    def flatten(self, order: str = "C") -> Any:
        """np.ravel."""
        return np.ravel(self, order)  # type: ignore[call-overload]

    def astype(
        self, dtype: Any, order: str = "K", casting: Any = "unsafe", subok: bool = True, copy: bool = True
    ) -> Any:
        """The same numbers in another floating type; other types have no derivative, so those are plain arrays.

        Where in memory the numbers lie (order, subok, copy) makes no difference to a value that nothing can change.
        """
        if not np.can_cast(self.dtype, dtype, casting):
            raise TypeError(f"astype cannot cast from {self.dtype} to {np.dtype(dtype)} with casting={casting!r}.")
        if np.dtype(dtype).kind != "f":
            return plain(self).astype(dtype)
        return apply(RULES["astype"], (self,), {"dtype": np.dtype(dtype)})

    def copy(self, order: str = "C") -> Any:
        """The value itself: nothing can change it, nor is there another order in memory."""
        if order not in ("C", "F", "A", "K"):
            raise ValueError(f"order is {order!r}, expected 'C', 'F', 'A' or 'K'.")
        return self

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __round__(self, digits: int | None = None) -> Any:
        if digits is None:
            raise _lost("round", "np.round")
        return np.round(self, digits)

    def __copy__(self) -> Any:
        return self  # a copied recording would be a different one, and the derivative be lost

    def __deepcopy__(self, memo: Any) -> Any:
        return self

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise DerivativeError(
            "a value that is being differentiated cannot be pickled, because its derivative would be lost: pickle "
            "bp.stop_gradient(x)."
        )

    def __format__(self, form: str) -> str:
        return format(self.value, form) if form else str(self)


def plain_index(index: Any) -> Any:
    """Return an index in the form of the rules; raise DerivativeError if it is being differentiated."""
    if isinstance(index, tuple):
        return tuple(plain_index(part) for part in index)
    if is_differentiated(index):
        raise no_index()
    return np.asarray(index, None if index else int) if isinstance(index, list) else index


def _without_rule(function: Callable[..., Any], args: Any, settings: dict[str, Any]) -> Any:
    """Compute functions in CONSTANTS on the plain arrays; raise DerivativeError for any other.

    Of a library that bpkit does not import, rules are learned where one is asked for.
    """
    learn_special_functions()
    if function in RULES:
        return function(*args, **settings)
    if function not in CONSTANTS:
        name = describe(function)
        raise DerivativeError(
            f"{name} has no derivative rule: write it with functions that have one, or add one with "
            f"bp.defrule({name}, …); bp.stop_gradient(x) gives a value that is not differentiated."
        )
    if settings.get("out") is not None:
        refuse_settings(function, settings)
    return function(*_plain_arguments(args), **{name: plain(value) for name, value in settings.items()})


def _plain_arguments(args: Any) -> list[Any]:
    return [type(x)(_plain_arguments(x)) if isinstance(x, list | tuple) else plain(x) for x in args]


def _with_settings(ufunc: np.ufunc, inputs: Any, settings: dict[str, Any]) -> Any:
    """Carry out a ufunc in another floating type; raise DerivativeError for other settings."""
    arrays: Any = [x if isinstance(x, Tracked) else np.asarray(x) for x in inputs]
    dtype = np.dtype(settings["dtype"]) if settings.keys() == {"dtype"} and ufunc in RULES else None
    if dtype is None or dtype.kind != "f" or not all(np.can_cast(x.dtype, dtype, "same_kind") for x in arrays):
        refuse_settings(ufunc, settings)
    return apply(RULES[ufunc], [converted(x, dtype) for x in arrays], {})


_REDUCED = {np.add: np.sum, np.multiply: np.prod, np.maximum: np.max, np.minimum: np.min}
_ACCUMULATED: dict[np.ufunc, Any] = {np.add: np.cumsum, np.multiply: np.cumprod}


def _ufunc_method(ufunc: np.ufunc, method: str, inputs: Any, settings: dict[str, Any]) -> Any:
    """Compute `ufunc.reduce`, `.accumulate` and `.outer` by a function with a rule that does the same."""
    given = {"axis": 0, **_given(settings)}
    if settings.get("dtype") is not None and ufunc not in _ACCUMULATED:
        refuse_settings(ufunc, {"dtype": settings["dtype"]})
    if method == "reduce" and ufunc is np.logaddexp and given.keys() <= {"axis", "keepdims"}:
        return apply(RULES["logaddexp.reduce"], inputs, {"keepdims": False, **given})
    if method == "reduce" and ufunc in _REDUCED:
        return _REDUCED[ufunc](*inputs, **given)  # type: ignore[operator]
    if method == "accumulate" and ufunc in _ACCUMULATED:
        return _ACCUMULATED[ufunc](*inputs, **given)
    if method == "outer" and not _given(settings):
        a, b = inputs
        return ufunc(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b)
    if ufunc in CONSTANTS and method in ("reduce", "accumulate"):
        return getattr(ufunc, method)(*_plain_arguments(inputs), **settings)
    name = f"np.{ufunc.__name__}.{method}"
    raise DerivativeError(f"{name} has no derivative rule: write it with functions that have one.")


def _given(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not None or name == "axis"}


def _binary(function: np.ufunc, quick: Callable[[Any, Any], Any], swapped: bool = False) -> Callable[..., Any]:
    """An operator, such as + for np.add; `quick` is Python's own.

    It decides the common cases itself, a constant or a value of the same recording. On single numbers this halves the
    time of a gradient: NumPy's dispatch, the search in `apply` and a ufunc take longer than the arithmetic. Arrays of
    another type are left to `apply` where the rule computes with them, as for 1 / b; in a sum or product they only
    multiply a gradient, which has the type of the result.
    """
    rule = RULES[function]
    any_type = function in (np.add, np.subtract, np.multiply, np.matmul)

    def operate(self: Tracked, other: Any) -> Any:
        if isinstance(other, (float, int)) or (
            type(other) is np.ndarray and (other.dtype.kind == "f" if any_type else other.dtype is self.value.dtype)
        ):
            inside: Any = other
        elif (
            isinstance(other, Tracked)
            and other.recording is self.recording
            and (any_type or other.value.dtype is self.value.dtype)
        ):
            inside = other.value
        else:
            return apply(rule, (other, self) if swapped else (self, other), {})
        if swapped:
            return self.follow(rule, quick(inside, self.value), (other, self), (inside, self.value), _NOTHING)
        return self.follow(rule, quick(self.value, inside), (self, other), (self.value, inside), _NOTHING)

    return operate


def _unary(function: np.ufunc) -> Callable[..., Any]:
    return lambda self: function(self)


def _comparison(compare: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """A comparison, whose result is plain, so that programs can branch on it."""
    return lambda self, other: compare(plain(self), plain(other))


def _conversion(kind: str) -> Callable[..., Any]:
    def convert(self: Tracked) -> Any:
        raise DerivativeError(
            f"{kind}(x) would lose the derivative of x: use NumPy's functions instead of Python's {kind} and math "
            f"(np.sin, not math.sin), or {kind}(bp.stop_gradient(x)) where the number is not to be differentiated."
        )

    return convert


def _lost(function: str, ours: str) -> DerivativeError:
    return DerivativeError(
        f"{function}(x) is a whole number, without the record of x: use {ours}(x), or {function}(bp.stop_gradient(x)) "
        "where the number is not to be differentiated."
    )


def _whole(function: str) -> Callable[..., Any]:
    def convert(self: Tracked) -> Any:
        raise _lost(f"math.{function}", f"np.{function}")

    return convert


def _method(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, *args, **settings: function(self, *args, **settings)


_NOTHING: dict[str, Any] = {}

for _name, _function, _quick in (
    ("add", np.add, operator.add), ("sub", np.subtract, operator.sub), ("mul", np.multiply, operator.mul),
    ("truediv", np.divide, operator.truediv), ("pow", np.power, operator.pow), ("matmul", np.matmul, operator.matmul),
    ("floordiv", np.floor_divide, operator.floordiv), ("mod", np.remainder, operator.mod),
):  # fmt: skip
    setattr(ArrayLike, f"__{_name}__", _binary(_function, _quick))
    setattr(ArrayLike, f"__r{_name}__", _binary(_function, _quick, swapped=True))
for _name, _of_one in (("neg", np.negative), ("pos", np.positive), ("abs", np.absolute)):
    setattr(ArrayLike, f"__{_name}__", _unary(_of_one))
for _name, _kind in (("float", "float"), ("int", "int"), ("index", "int"), ("complex", "complex")):
    setattr(ArrayLike, f"__{_name}__", _conversion(_kind))
for _name in ("trunc", "floor", "ceil"):
    setattr(ArrayLike, f"__{_name}__", _whole(_name))
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(ArrayLike, f"__{_name}__", _comparison(getattr(operator, _name)))
for _name in (
    "sum", "prod", "mean", "var", "std", "max", "min", "cumsum", "ravel", "squeeze", "swapaxes", "dot", "clip",
    "diagonal", "trace", "repeat", "take", "round", "argmax", "argmin", "argsort", "all", "any", "nonzero",
):  # fmt: skip
    setattr(ArrayLike, _name, _method(getattr(np, _name)))
