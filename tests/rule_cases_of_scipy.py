"""Cases of the rules for scipy.special, where SciPy is installed; JAX has functions of the same names."""

from importlib.util import find_spec
from typing import Any

from rule_cases import Argument, case

from bpkit.graphs.rules import RULES, learn_special_functions
from bpkit.graphs.tracked import apply

POSITIVE, SHARE, ANY = Argument((2, 3), 0.3), Argument((2, 3), 0.03, 0.97), Argument((2, 3), -2.5, 2.5)


def special_of(xp: Any) -> Any:
    """scipy.special, or what JAX has of it."""
    if xp.__name__ == "numpy":
        import scipy.special as special
    else:
        import jax.scipy.special as special
    return special


def of(name: str, *arguments: Argument, jax: bool = True, **options: Any) -> None:
    import scipy.special

    if function := getattr(scipy.special, name, None):
        case(function, arguments, lambda xp, *x: getattr(special_of(xp), name)(*x), jax=jax, **options)


if find_spec("scipy") is not None:
    import scipy.special

    learn_special_functions()
    for name in ("erf", "erfc", "expm1", "log1p"):
        of(name, POSITIVE, jax=name.startswith("erf"))
    for name in ("expit", "log_ndtr", "ndtr"):
        of(name, ANY, analytic=False)
    for name in ("erfcx", "dawsn", "exp10", "exp2", "cosm1"):
        of(name, ANY, analytic=False, jax=False)
    of("log_expit", ANY, analytic=False, jax=False)
    for name in ("logit", "erfinv", "ndtri"):
        of(name, SHARE, analytic=False)
    of("erfcinv", Argument((2, 3), 0.1, 1.9), analytic=False, jax=False)
    for name in ("xlogy", "xlog1py", "kl_div", "rel_entr"):
        of(name, POSITIVE, POSITIVE, analytic=False)
    of("entr", POSITIVE, analytic=False)
    for name in ("cbrt", "expi", "exp1", "rgamma"):
        of(name, POSITIVE, analytic=False, jax=False)
    for name in ("gammaln", "psi", "gamma"):
        of(name, POSITIVE, analytic=False, jax=name != "psi")
    of("gamma", Argument((2, 3), -0.9, -0.1), analytic=False, jax=False)
    of("gammasgn", ANY, analytic=False, jax=False, away=lambda x: abs(x - x.round()))
    for name in ("beta", "betaln"):
        of(name, POSITIVE, POSITIVE, analytic=False)
    for name in ("i0", "i1", "i0e", "i1e"):
        of(name, POSITIVE, analytic=False)
    for name in ("j0", "j1", "y0", "y1", "k0", "k1"):
        of(name, POSITIVE, analytic=False, jax=False)
    for name in ("jv", "yv", "yn", "iv", "ive", "kv"):
        function = getattr(scipy.special, name)
        case(function, [POSITIVE], lambda np, x, f=function: f(2, x) + f(0, x), analytic=False, jax=False)
    for name, *first in (("gammainc", 1.7), ("gammaincc", 2.3)):
        function = getattr(scipy.special, name)
        case(function, [POSITIVE], lambda np, x, f=function, first=first: f(*first, x), analytic=False, jax=False)
    case("zeta", [POSITIVE], lambda np, x: apply(RULES["zeta"], (3, x), {}), analytic=False, jax=False)
    case(scipy.special.betainc, [SHARE], lambda np, x: scipy.special.betainc(1.6, 2.3, x), analytic=False, jax=False)
