"""The source of a function as a program of its own, so that other processes can import it."""

import dis
import inspect
import textwrap
import types
from collections.abc import Callable
from typing import Any


def program_of(f: Callable[..., Any]) -> str:
    """Return a program that defines `f` and the functions it calls, and imports the modules that these use.

    Raises TypeError for what is no function with a name, and for one that uses other things from around it.

    >>> import textwrap
    >>> def shorter(comm):
    ...     return textwrap.shorten("one two", 5)
    >>> print(program_of(shorter))  # doctest: +ELLIPSIS
    import textwrap
    ...
    def shorter(comm):
        return textwrap.shorten("one two", 5)
    <BLANKLINE>
    """
    if not isinstance(f, types.FunctionType) or f.__name__ == "<lambda>":
        raise TypeError(
            f"f is {getattr(f, '__name__', f'a {type(f).__name__}')}, expected a function written with def."
        )
    imports: dict[str, str] = {}
    sources: dict[str, str] = {}
    _collect(f, imports, sources)
    return "\n".join(imports.values()) + "\n\n\n" + "\n\n".join(sources.values())


def _collect(f: types.FunctionType, imports: dict[str, str], sources: dict[str, str]) -> None:
    """Add the source of a function, and of those it calls, before it."""
    sources[f.__name__] = ""  # a function that calls itself is there already
    around = {name: f.__globals__[name] for name in _global_names(f.__code__) if name in f.__globals__}
    for name, value in {**around, **inspect.getclosurevars(f).nonlocals}.items():
        module = getattr(value, "__module__", None)
        if isinstance(value, types.ModuleType):
            imports[name] = f"import {value.__name__}" + (f" as {name}" if name != value.__name__ else "")
        elif isinstance(value, types.FunctionType) and module == f.__module__ and value.__name__ == name:
            if name not in sources:
                _collect(value, imports, sources)
        elif isinstance(value, types.FunctionType | type) and module not in (None, "__main__"):
            imports[name] = f"from {module} import {value.__name__}" + (f" as {name}" if name != value.__name__ else "")
        else:
            raise TypeError(
                f"{f.__name__} uses `{name}` from around it, which other processes do not have: pass it as an argument."
            )
    try:
        source = textwrap.dedent(inspect.getsource(f))
    except OSError:
        raise TypeError(
            f"the source of {f.__name__} is not known: define it in a file or in a notebook's cell."
        ) from None
    del sources[f.__name__]
    sources[f.__name__] = source


def _global_names(code: types.CodeType) -> list[str]:
    """The global names that a function reads, in the functions inside it, too."""
    own = [one.argval for one in dis.get_instructions(code) if one.opname == "LOAD_GLOBAL"]
    inner = [name for part in code.co_consts if isinstance(part, types.CodeType) for name in _global_names(part)]
    return list(dict.fromkeys(own + inner))
