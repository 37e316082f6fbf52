"""Brings a word to the form in which it is compared: however a symbol, an index or a hyphen is written."""

import re
import unicodedata

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "η": "eta", "θ": "theta", "κ": "kappa",
    "λ": "lambda", "μ": "mu", "π": "pi", "σ": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi", "χ": "chi", "ψ": "psi",
    "ω": "omega", "ϑ": "theta", "ϵ": "epsilon",
}  # fmt: skip


def comparable(text: str) -> str:
    """Return a word as it is compared: its letters and numbers, in lower case, with `_` between them.

    >>> [comparable(text) for text in ("β_3", "beta[3]", "Beta3", "$\\\\beta_{3}$", "beta₃")]
    ['beta_3', 'beta_3', 'beta_3', 'beta_3', 'beta_3']
    >>> [comparable(text) for text in (" No transpose.", "no-transpose", "(c)", "a, c, e", "ace")]
    ['no_transpose', 'no_transpose', 'c', 'ace', 'ace']
    """
    lowered = unicodedata.normalize("NFKC", text).lower()  # ₃ is 3 then
    spelled = "".join(GREEK.get(letter, letter) for letter in lowered.replace("∂", "d"))
    pieces = re.findall(r"[^\W\d_]+|\d+", spelled)
    if pieces and all(len(piece) == 1 and piece.isalpha() for piece in pieces):
        return "".join(pieces)  # a choice of several letters
    return "_".join(pieces) or lowered.strip()


def letters(name: str) -> str:
    """Return a name as it is compared with the names of an answer's parts: its letters and numbers alone.

    >>> [letters(text) for text in ("∂ℓ/∂β₃", "dl_dbeta_3", "dL_dBeta3")]
    ['dldbeta3', 'dldbeta3', 'dldbeta3']
    """
    return comparable(name).replace("_", "")
