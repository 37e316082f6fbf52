"""What the picture of the gates says in words: the predicted and the true change, and why a derivative is 0."""

from bpkit.plot import svg
from bpkit.plot.gate_network import BETA, OMEGA, GateChange, GateNumbers, K, Parameter
from bpkit.plot.svg import subscript


def parameter_name(changed: Parameter) -> str:
    """Write a parameter's name, its row and column counted from 1 as in the book.

    >>> parameter_name(("omega", 1, 2, 0)), parameter_name(("beta", 3, 0, 0))
    ('Ω₁, row 3, column 1', 'β₃, row 1')
    """
    kind, k, row, column = changed
    if kind == "beta":
        return f"β{subscript(k)}, row {row + 1}"
    return f"Ω{subscript(k)}, row {row + 1}, column {column + 1}"


def rounded(value: float) -> str:
    """Write three digits, and 0 where only a rounding error is left."""
    return svg.number(round(value, 9))


def signed(value: float) -> str:
    return ("+" if round(value, 9) > 0 else "") + rounded(value)


def sentences(change: GateChange, changed: Parameter, by: float) -> list[str]:
    """The predicted and the true change, their difference, and which gates flip."""
    kind, k, row, column = changed
    value = (OMEGA if kind == "omega" else BETA)[k][row][column]
    slope = f"∂ℓ/∂{'Ω' if kind == 'omega' else 'β'}{subscript(k)}"
    product = f"{_factor(change.derivative)} × {_factor(by)} = {rounded(change.predicted)}"
    difference = rounded(change.predicted - change.true)
    lines = [
        f"{parameter_name(changed)}: {rounded(value)} {_plus(by)} = {rounded(value + by)}.   "
        f"Predicted Δℓ = {slope} × Δ = {product}.",
        f"True Δℓ = {rounded(change.true)}.   Difference, predicted − true = {difference}.",
        _why_zero(change, changed) or _missing(change, by),
    ]
    return [*lines, _flips(change)] if by else lines


def _plus(by: float) -> str:
    return f"{'−' if by < 0 else '+'} {rounded(abs(by))}"


def _factor(value: float) -> str:
    return f"({rounded(value)})" if round(value, 9) < 0 else rounded(value)


def _why_zero(change: GateChange, changed: Parameter) -> str:
    """Why the derivative is exactly 0; empty when it is not."""
    kind, k, _, column = changed
    before = change.before
    if change.derivative:
        return ""
    if kind == "omega" and not before.h[k][column, 0]:
        source = f"unit {column + 1} of h{subscript(k)} is closed" if k else f"x{subscript(column + 1)} is 0"
        return f"This weight multiplies 0, because {source}: derivative 0, and no change of it changes anything."
    if not before.dl_df[K][0, 0]:
        return "f₃ = y: the loss is as small as it can be, so every derivative is 0."
    return f"No open path from this {'weight' if kind == 'omega' else 'bias'} to the loss: derivative 0."


def _missing(change: GateChange, by: float) -> str:
    """What the prediction leaves out."""
    if not by:
        return "Move Δ to change it."
    square = f"{rounded(change.from_square)} = (Δf₃)², because the loss is a square"
    if not change.flipped:
        return f"The prediction leaves out {square}."
    return f"The prediction leaves out {square}, and {rounded(change.from_flips)} from gates that flip."


def _flips(change: GateChange) -> str:
    """Which gates open or close."""
    units = [
        f"unit {unit + 1} of h{subscript(layer)} {'opens' if opens else 'closes'}"
        for layer, unit, opens in change.flipped
    ]
    if not units:
        return "No gate flips."
    many = "A gate flips" if len(units) == 1 else f"{len(units)} gates flip"
    return f"{many}, which the derivative does not see: {'; '.join(units)}."


def in_words(numbers: GateNumbers, y: float) -> str:
    layers = (
        f"h{subscript(k + 1)} " + " ".join(f"{is_open:d}" for is_open in numbers.f[k][:, 0] > 0) for k in range(K)
    )
    return (
        f"Gates, 1 open and 0 closed: {', '.join(layers)}. "
        f"f₃ = {rounded(numbers.f[K][0, 0])}, y = {rounded(y)}, loss {rounded(numbers.loss)}."
    )


def change_in_words(change: GateChange, changed: Parameter, by: float) -> str:
    sentences = [
        f"Changing {parameter_name(changed)}, by {rounded(by)} predicts a change of the loss of "
        f"{rounded(change.predicted)}; the true change is {rounded(change.true)}.",
        _why_zero(change, changed),
        _flips(change),
    ]
    return " ".join(filter(None, sentences))
