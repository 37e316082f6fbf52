"""The derivatives of functions written in plain NumPy: grad, vjp, jvp, Jacobians, Hessians.

Names, order of arguments and meaning are JAX's. A function is run once, on recorded values (reverse mode) or on values
with tangents (forward mode), and may contain any Python, loops and branches included.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any

import numpy as np

from bpkit.graphs.batched import joined, unit_vectors
from bpkit.graphs.forward import Dual
from bpkit.graphs.graph import Node, backward, input_nodes
from bpkit.graphs.nested import Rebuild, flatten
from bpkit.graphs.tracked import Recording, plain
from bpkit.graphs.variables import (
    call,
    directions_like,
    floating_point,
    fresh_arrays,
    inside,
    one_number,
    real_results,
    replaced,
    selected,
    with_auxiliary,
)
from bpkit.numerical.underflow import ignore_underflow

Function = Callable[..., Any]


def value_and_grad(f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Function:
    """Return a function that gives f's value and its gradient, in one forward and one backward pass.

    f returns one number. `argnums` is the position of the argument to differentiate by, or several for a tuple of
    gradients. An argument may be a floating-point number, an array, or nested lists, tuples and dicts of them; its
    gradient has the same form. `x += 1` inside f makes a new x; arrays that f uses must not be changed in place.
    With `has_aux`, f returns a pair: the number, and anything else, which comes back with the value, ((value, aux), g).

    Raises DerivativeError, a TypeError, for integers, for a result that is not one number, and for an operation whose
    derivative is not known or would be lost.

    >>> value, gradient = value_and_grad(lambda x: np.sum(x**2))(np.array([1.0, 2.0]))
    >>> float(value), gradient
    (5.0, array([2., 4.]))
    """

    @ignore_underflow
    def value_and_gradient(*args: Any, **settings: Any) -> tuple[Any, Any]:
        values, rebuild = selected(f, args, argnums)
        recording, nodes = input_nodes(values, f)
        y = call(f, replaced(args, argnums, rebuild(nodes)), settings, recording)
        if has_aux:
            y, auxiliary = with_auxiliary(y, recording, f)
        one_number(y, f)
        value = inside(y, recording)
        found: list[Any] = [None] * len(nodes)
        if value is not y:  # otherwise y is constant
            found = backward([(y, y.dtype.type(1))], nodes)
        return (value, auxiliary) if has_aux else value, rebuild(fresh_arrays(found, values))

    return _with_arguments_of(f, value_and_gradient)


def grad(f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Function:
    """Return a function that gives f's gradient: `value_and_grad` without the value. It can be differentiated again.

    With `has_aux` it gives the pair (gradient, aux).

    >>> float(grad(np.sin)(0.0)), float(grad(grad(lambda x: x**3))(2.0))
    (1.0, 12.0)
    """
    both = value_and_grad(f, argnums, has_aux)

    def gradient(*args: Any, **settings: Any) -> Any:
        value, found = both(*args, **settings)
        return (found, value[1]) if has_aux else found

    return _with_arguments_of(f, gradient)


@ignore_underflow
def vjp(f: Function, *primals: Any) -> tuple[Any, Function]:
    """Return f(*primals) and a function that multiplies a vector by f's Jacobian from the left: g ↦ (Jᵀg for each).

    g has the form of f's result, and the products have the form of the primals, in a tuple.

    Raises what `grad` raises, and ValueError for a g of another shape.

    >>> y, pull_back = vjp(lambda x: x**2, np.array([1.0, 3.0]))
    >>> pull_back(np.array([1.0, 10.0]))
    (array([ 2., 60.]),)
    """
    values, rebuild = selected(f, primals, tuple(range(len(primals))))
    recording, nodes = input_nodes(values, f)
    outputs, rebuild_outputs = flatten(call(f, rebuild(nodes), {}, recording))
    real_results(outputs, f)
    values_inside = [inside(y, recording) for y in outputs]

    @ignore_underflow
    def pull_back(g: Any) -> Any:
        cotangents = directions_like(g, rebuild_outputs(values_inside), "g", "the result of f")
        pairs = zip(outputs, cotangents, strict=True)
        seeds = [(y, g) for y, g in pairs if isinstance(y, Node) and y.recording is recording]
        return rebuild(fresh_arrays(backward(seeds, nodes), values, cotangents))

    return rebuild_outputs(values_inside), pull_back


@ignore_underflow
def jvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """Return f(*primals) and its derivative along the tangents, J·tangents, in one forward pass.

    Tangents have the form of the primals, a list or tuple with one for each argument.

    Raises what `grad` raises, and ValueError for tangents of another shape.

    >>> y, tangent = jvp(lambda x: x**2, (np.array([1.0, 3.0]),), (np.array([1.0, 10.0]),))
    >>> tangent
    array([ 2., 60.])
    """
    for name, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, list | tuple):
            raise TypeError(f"{name} is a {type(given).__name__}, expected a tuple with one for each argument.")
    primals = tuple(primals)
    values, rebuild = selected(f, primals, tuple(range(len(primals))))
    directions = directions_like(tuple(tangents), rebuild(values), "tangents", "primals")
    recording = Recording(f)
    duals = [Dual(recording, value, tangent) for value, tangent in zip(values, directions, strict=True)]
    outputs, rebuild_outputs = flatten(call(f, rebuild(duals), {}, recording))
    real_results(outputs, f)
    values_inside = [inside(y, recording) for y in outputs]
    found = [y.tangent if isinstance(y, Dual) and y.recording is recording else None for y in outputs]
    return rebuild_outputs(values_inside), rebuild_outputs(fresh_arrays(found, values_inside, directions))


def jacrev(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """Return a function that gives f's Jacobian by reverse mode: a row for each entry of the result.

    The rows are those of one backward pass each, but up to 256 go through the graph together (`graphs.batched`).
    The Jacobian has the result's shape followed by the argument's, J[i, j] = ∂f_i/∂x_j (the book's ∂f/∂x is its
    transpose). Of a result that is nested lists, tuples or dicts, it has that form, with the arguments' form inside.

    >>> jacrev(lambda x: x**2)(np.array([1.0, 3.0]))
    array([[2., 0.],
           [0., 6.]])
    """

    def jacobian(*args: Any, **settings: Any) -> Any:
        of_selected, values, rebuild = _of_selected(f, args, argnums, settings)
        y, pull_back = vjp(of_selected, *values)
        outputs, rebuild_outputs = flatten(y)
        found = [(rows, pull_back(rebuild_outputs(units))) for rows, units in unit_vectors(outputs)]
        whole = [joined([(rows, products[i]) for rows, products in found], value) for i, value in enumerate(values)]
        blocks = []
        for part, output in _parts_of(outputs):
            of_output = [_block(of_value[part], output, value) for of_value, value in zip(whole, values, strict=True)]
            blocks.append(rebuild(of_output))
        return rebuild_outputs(blocks)

    return _with_arguments_of(f, jacobian)


def jacfwd(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """Return a function that gives f's Jacobian by forward mode: a column for each entry of the argument.

    The columns are those of one forward pass each, up to 256 together. The result has the form of `jacrev`'s.

    >>> jacfwd(lambda x: x**2)(np.array([1.0, 3.0]))
    array([[2., 0.],
           [0., 6.]])
    """

    def jacobian(*args: Any, **settings: Any) -> Any:
        of_selected, values, rebuild = _of_selected(f, args, argnums, settings)
        found = []
        for rows, units in unit_vectors(values):
            y, tangents = jvp(of_selected, values, units)
            found.append((rows, flatten(tangents)[0]))
        if not found:  # the arguments have no entries
            y = of_selected(*values)
        outputs, rebuild_outputs = flatten(y)
        blocks = []
        for i, output in enumerate(outputs):
            columns = np.moveaxis(joined([(rows, products[i]) for rows, products in found], output), 0, -1)
            blocks.append(rebuild([_block(columns[..., part], output, value) for part, value in _parts_of(values)]))
        return rebuild_outputs(blocks)

    return _with_arguments_of(f, jacobian)


def hessian(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """Return a function that gives all second derivatives of f, by forward mode over reverse mode.

    H[i, j] = ∂²f/∂x_i∂x_j; several arguments or nested ones give blocks in their form. If f returns an array, its shape
    comes first, H[k, i, j] = ∂²f_k/∂x_i∂x_j.

    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([3.0, 1.0]))
    array([[2., 6.],
           [6., 0.]])
    """

    @wraps(f)
    def checked(*args: Any, **settings: Any) -> Any:
        y = f(*args, **settings)
        for part in flatten(y)[0]:
            floating_point(part, f)
        return y

    return jacfwd(jacrev(checked, argnums), argnums)


def hvp(f: Function, x: Any, v: Any, *args: Any, **settings: Any) -> Any:
    """Return H·v, where H has all second derivatives of f at x, at a cost of a few gradients: H is never formed.

    Hv is the derivative of the gradient along v: forward mode over reverse mode. x may be nested, and v then too.
    Further arguments of f, such as data, follow v, f(x, *args): the order of `hessp` in scipy.optimize.minimize.

    Raises what `grad` and `jvp` raise.

    Source: Pearlmutter (1994), "Fast exact multiplication by the Hessian".

    >>> hvp(lambda x: x[0] ** 2 * x[1], np.array([3.0, 1.0]), np.array([1.0, 0.0]))
    array([2., 6.])
    """

    @wraps(f)
    def of_x(x: Any) -> Any:
        return f(x, *args, **settings)

    return jvp(grad(of_x), (x,), (v,))[1]


def stop_gradient(x: Any) -> Any:
    """Return the value of x as a constant: no gradient flows back through it to x.

    >>> float(grad(lambda x: x * stop_gradient(x))(3.0))
    3.0
    """
    leaves, rebuild = flatten(x)
    return rebuild([plain(leaf) for leaf in leaves])


def _of_selected(
    f: Function, args: tuple[Any, ...], argnums: int | Sequence[int], settings: dict[str, Any]
) -> tuple[Function, list[Any], Rebuild]:
    """f as a function of the selected arrays alone, each an argument; and what `selected` returns."""
    values, rebuild = selected(f, args, argnums)

    def of_selected(*arrays: Any) -> Any:
        return f(*replaced(args, argnums, rebuild(arrays)), **settings)

    of_selected.__name__ = getattr(f, "__name__", "f")  # for messages
    return of_selected, values, rebuild


def _with_arguments_of(f: Function, derivative: Function) -> Function:
    """Let `inspect`, and with it our messages, find the names of f's arguments."""
    derivative.__wrapped__ = f  # type: ignore[attr-defined]
    return derivative


def _parts_of(values: list[Any]) -> Iterator[tuple[slice, Any]]:
    """Where the entries of each value lie among the entries of all."""
    start = 0
    for value in values:
        yield slice(start, start + np.size(value)), value
        start += np.size(value)


def _block(entries: Any, output: Any, value: Any) -> Any:
    """The Jacobian of one output and one argument, from its entries."""
    shape = np.shape(output) + np.shape(value)
    block = np.reshape(entries, shape)
    return block if shape else block[()]
