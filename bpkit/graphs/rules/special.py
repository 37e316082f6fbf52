"""Rules of scipy.special, for readers who have imported it; bpkit does not.

A line has a function and, for each of its inputs, the derivative as a function of the result y and the inputs.
"""

import math
import sys
from typing import Any

import numpy as np

from bpkit.graphs.rules.rule import RULES, elementwise
from bpkit.graphs.tracked import DerivativeError, Tracked, apply

ROOT_PI, ROOT_2PI = math.sqrt(math.pi), math.sqrt(2 * math.pi)


def learn_special_functions() -> None:
    """Add the rules, if scipy.special has been imported; rules that the reader has added stay."""
    s: Any = sys.modules.get("scipy.special")
    if s is None or not hasattr(s, "zeta") or "zeta" in RULES:
        return
    elementwise(  # ψ(n, x) up to a factor; SciPy's own is no ufunc
        lambda n, x: _zeta(s, n, x), _unknown("zeta"), lambda y, n, x: -n * _zeta(s, n + 1, x), name="zeta"
    )
    for name, derivatives in {**_of_statistics(s), **_of_gamma(s), **_of_bessel(s)}.items():
        function = getattr(s, name, None)  # some are newer than others
        if isinstance(function, np.ufunc) and function not in RULES:
            elementwise(function, *derivatives)


def _unknown(what: str) -> Any:
    """The derivative with respect to an order or a shape, for which there is no formula."""

    def refuse(*_: Any) -> Any:
        raise DerivativeError(
            f"scipy.special.{what} has no derivative rule for its parameters, an order or shapes, only for its last "
            "argument: use bp.stop_gradient on the others."
        )

    return refuse


def _zeta(s: Any, n: Any, x: Any) -> Any:
    return apply(RULES["zeta"], (n, x), {}) if isinstance(x, Tracked) else s.zeta(n, x)


def _power(s: Any, x: Any, a: Any) -> Any:
    """log xᵃ⁻¹ in the type of x, 0 for a = 1."""
    exponent: Any = a if isinstance(a, Tracked) else np.asarray(a, x.dtype)
    return s.xlogy(exponent - 1, x)


def _number(x: Any) -> Any:
    """A single number as Python's, which takes on the type of the array it meets."""
    return float(x) if isinstance(x, float) else x


def _of_statistics(s: Any) -> dict[str, Any]:
    """Error functions, the logistic function, entropies, and powers and logarithms that NumPy has too."""
    return {
        "erf": [lambda y, x: 2 / ROOT_PI * np.exp(-x * x)],
        "erfc": [lambda y, x: -2 / ROOT_PI * np.exp(-x * x)],
        "erfcx": [lambda y, x: 2 * x * y - 2 / ROOT_PI],
        "erfinv": [lambda y, x: ROOT_PI / 2 * np.exp(y * y)],
        "erfcinv": [lambda y, x: -ROOT_PI / 2 * np.exp(y * y)],
        "ndtr": [lambda y, x: np.exp(-x * x / 2) / ROOT_2PI],
        "log_ndtr": [lambda y, x: np.exp(-x * x / 2 - y) / ROOT_2PI],
        "ndtri": [lambda y, x: ROOT_2PI * np.exp(y * y / 2)],
        "dawsn": [lambda y, x: 1 - 2 * x * y],
        "expit": [lambda y, x: y * s.expit(-x)],
        "log_expit": [lambda y, x: s.expit(-x)],
        "logit": [lambda y, x: 1 / (x * (1 - x))],
        "xlogy": [lambda y, a, b: np.log(b), lambda y, a, b: a / (b + ((a == 0) & (b == 0)))],  # 0 at a = b = 0
        "xlog1py": [lambda y, a, b: np.log1p(b), lambda y, a, b: a / (1 + b)],
        "entr": [lambda y, x: -np.log(x) - 1],
        "rel_entr": [lambda y, a, b: np.log(a / b) + 1, lambda y, a, b: -a / b],
        "kl_div": [lambda y, a, b: np.log(a / b), lambda y, a, b: 1 - a / b],
        "exp10": [lambda y, x: y * math.log(10)],
        "exp2": [lambda y, x: y * math.log(2)],
        "expm1": [lambda y, x: y + 1],
        "log1p": [lambda y, x: 1 / (1 + x)],
        "cosm1": [lambda y, x: -np.sin(x)],
        "cbrt": [lambda y, x: 1 / (3 * y * y)],
        "expi": [lambda y, x: np.exp(x) / x],
        "exp1": [lambda y, x: -np.exp(-x) / x],
    }


def _of_gamma(s: Any) -> dict[str, Any]:
    """The gamma function and its relatives. The derivative of ψ is ζ(2, x), that of ζ(n, x) is −n ζ(n + 1, x)."""
    return {
        "psi": [lambda y, x: _zeta(s, 2, x)],
        "gammaln": [lambda y, x: s.psi(x)],
        "gamma": [lambda y, x: y * s.psi(x)],
        "rgamma": [lambda y, x: -y * s.psi(x)],
        "gammasgn": [0],
        "beta": [lambda y, a, b: y * (s.psi(a) - s.psi(a + b)), lambda y, a, b: y * (s.psi(b) - s.psi(a + b))],
        "betaln": [lambda y, a, b: s.psi(a) - s.psi(a + b), lambda y, a, b: s.psi(b) - s.psi(a + b)],
        "gammainc": [_unknown("gammainc"), lambda y, a, x: np.exp(_power(s, x, a) - x - _number(s.gammaln(a)))],
        "gammaincc": [_unknown("gammaincc"), lambda y, a, x: -np.exp(_power(s, x, a) - x - _number(s.gammaln(a)))],
        "betainc": [
            _unknown("betainc"),
            _unknown("betainc"),
            lambda y, a, b, x: np.exp(_power(s, x, a) + _power(s, 1 - x, b) - _number(s.betaln(a, b))),
        ],
    }


def _of_bessel(s: Any) -> dict[str, Any]:
    """Bessel functions, whose derivatives are those of the neighbouring orders."""
    rules = {
        "j0": [lambda y, x: -s.j1(x)],
        "j1": [lambda y, x: (s.j0(x) - s.jv(2, x)) / 2],
        "y0": [lambda y, x: -s.y1(x)],
        "y1": [lambda y, x: (s.y0(x) - s.yv(2, x)) / 2],
        "i0": [lambda y, x: s.i1(x)],
        "i1": [lambda y, x: (s.i0(x) + s.iv(2, x)) / 2],
        "i0e": [lambda y, x: s.i1e(x) - np.sign(x) * y],
        "i1e": [lambda y, x: (s.i0e(x) + s.ive(2, x)) / 2 - np.sign(x) * y],
        "k0": [lambda y, x: -s.k1(x)],
        "k1": [lambda y, x: -(s.k0(x) + s.kv(2, x)) / 2],
        "iv": [_unknown("iv"), lambda y, n, x: (s.iv(n - 1, x) + s.iv(n + 1, x)) / 2],
        "ive": [_unknown("ive"), lambda y, n, x: (s.ive(n - 1, x) + s.ive(n + 1, x)) / 2 - np.sign(x) * y],
        "kv": [_unknown("kv"), lambda y, n, x: -(s.kv(n - 1, x) + s.kv(n + 1, x)) / 2],
    }
    for name in ("jv", "yv", "yn"):
        function = getattr(s, name)
        neighbours = lambda y, n, x, f=function: (f(n - 1, x) - f(n + 1, x)) / 2  # noqa: E731
        rules[name] = [_unknown(name), neighbours]
    return rules
