"""When two names are the same: "dl/dβ", "dL_dBeta" and "dl_dbeta"."""

import unicodedata


def spelled(name: str) -> str:
    """A name as it is compared: without case, marks and spaces, and with Greek letters written out.

    >>> spelled("∂ℓ/∂β₃"), spelled("dl_dbeta_3"), spelled("λ"), spelled("lambda_")
    ('dldbeta3', 'dldbeta3', 'lambda', 'lambda')
    """
    return "".join(map(letter, unicodedata.normalize("NFKC", name[:100]).lower()))


def letter(character: str) -> str:
    """A Latin letter or a digit itself, a Greek letter by its name, and nothing for any other character."""
    if character == "∂":
        return "d"
    if character.isascii():
        return character if character.isalnum() else ""
    full = unicodedata.name(character, "")
    return full.split()[-1].lower().replace("lamda", "lambda") if full.startswith("GREEK SMALL LETTER") else ""
