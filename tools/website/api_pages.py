"""Writes the reference of the library from its docstrings: a page for each module that readers import from."""

import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import fill
from types import ModuleType, UnionType
from typing import Any

MODULES = ("bpkit", "bpkit.layers", "bpkit.toy", "bpkit.init", "bpkit.optim", "bpkit.data", "bpkit.checkpoint",
           "bpkit.machines", "bpkit.shift", "bpkit.plot", "bpkit.widgets")  # fmt: skip
SPECIAL = re.compile(r"([\\*_<>$#\[\]~^|{}])")
AS_IT_IS = re.compile(r"(`[^`]*`|(?<![\w*])\*\w[\w -]*\*(?![\w*]))")  # code, and words in italics


def write_api(folder: Path) -> None:
    """Write index.md and a page for each module into `folder`."""
    folder.mkdir(parents=True)
    rows = []
    for name in MODULES:
        module = module_named(name)
        (folder / f"{name}.md").write_text("\n".join(page(name, module)), encoding="utf-8")
        first = (module.__doc__ or "").partition("\n")[0].removeprefix(f"{name}: ")
        rows.append(f"- [`{name}`]({name}.md): {escaped(first)}")
    listed = "\n".join(MODULES)
    head = "# The library\n\nEvery public name, with its own words from the code.\n\n"
    tree = f"```{{toctree}}\n:hidden:\n:maxdepth: 1\n\n{listed}\n```\n"
    (folder / "index.md").write_text(head + "\n".join(rows) + "\n\n" + tree, encoding="utf-8")


def module_named(name: str) -> ModuleType:
    """Return a module by the name that readers use, such as bpkit.toy."""
    top, _, attribute = name.partition(".")
    module: ModuleType = importlib.import_module(top)
    return getattr(module, attribute) if attribute and hasattr(module, attribute) else importlib.import_module(name)


def page(name: str, module: ModuleType) -> Iterator[str]:
    yield f"# {name}\n"
    yield from paragraphs(module.__doc__ or "")
    for word in public(module):
        thing = getattr(module, word)
        if not inspect.ismodule(thing):
            yield from entry(f"{name.replace('bpkit', 'bp', 1)}.{word}", thing, level=2)


def public(module: ModuleType) -> list[str]:
    """The names a module offers: those in __all__, else the functions and classes that it defines."""
    defined = [word for word, thing in vars(module).items() if getattr(thing, "__module__", "") == module.__name__]
    names = getattr(module, "__all__", [word for word in defined if not word.startswith("_")])
    shown = set(names) - (set(importlib.import_module("bpkit.layers").__all__) if module.__name__ == "bpkit" else set())
    return sorted(shown, key=lambda word: (word.lower(), word))


def entry(name: str, thing: Any, level: int) -> Iterator[str]:
    """The heading, signature and docstring of one function or class, and then a class's methods."""
    yield f"{'#' * level} {escaped(name)}\n"
    if isinstance(thing, UnionType):
        yield f"One of {', '.join(f'`{one.__name__}`' for one in thing.__args__)}.\n"
        return
    if callable(thing):
        line = name.rpartition(".")[2] + signature(thing)
        yield f"```python\n{fill(line, 72, subsequent_indent='    ', break_long_words=False)}\n```\n"
    yield from paragraphs(inspect.getdoc(thing) or "")
    if inspect.isclass(thing):
        for word, method in vars(thing).items():
            method = getattr(method, "__func__", method)
            if not word.startswith("_") and inspect.isfunction(method) and method.__doc__:
                yield from entry(f"{name.rpartition('.')[2]}.{word}", method, level + 1)


def signature(thing: Any) -> str:
    """The arguments, and what they are if they are left out; the words below tell what they must be.

    >>> signature(lambda x, *, rng=None: x)
    '(x, *, rng=None)'
    """
    try:
        found = inspect.signature(thing)
    except ValueError:
        return "(*args)"  # an exception's: Python does not tell it
    bare = [one.replace(annotation=inspect.Parameter.empty) for one in found.parameters.values()]
    shown = found.replace(parameters=bare, return_annotation=inspect.Signature.empty)
    return re.sub(r"<(?:function|class) '?(?:\w+\.)*(\w+)'?[^>]*>", r"\1", str(shown))


def paragraphs(text: str) -> Iterator[str]:
    """A docstring as Markdown: its examples as code, everything indented as it stands, the rest as words."""
    for part in re.split(r"\n\s*\n", inspect.cleandoc(text)):
        if part.startswith(">>>"):
            yield f"```pycon\n{part}\n```\n"
        elif part.startswith("    ") or "\n    " in part:
            yield f"```text\n{part}\n```\n"
        else:
            yield escaped(part) + "\n"


def escaped(text: str) -> str:
    """Text as Markdown shows it unchanged, except between backquotes and for words between asterisks.

    >>> escaped("a_b is `a_b`, a *word*, 2*a*b")
    'a\\\\_b is `a_b`, a *word*, 2\\\\*a\\\\*b'
    """
    pieces = AS_IT_IS.split(text)  # every second piece is what the pattern found
    return "".join(piece if k % 2 else SPECIAL.sub(r"\\\1", piece) for k, piece in enumerate(pieces))
