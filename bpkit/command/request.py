"""What the reader asks for: the words after `python -m bpkit`, read and checked."""

from collections.abc import Sequence
from typing import Literal, NamedTuple


class Request(NamedTuple):
    """One command and its options."""

    command: Literal["open", "test", "site", "course", "grade", "handout", "help"] = "open"
    port: int | None = None
    browser: bool = True
    quick: bool = False
    for_pytest: tuple[str, ...] = ()
    for_site: tuple[str, ...] = ()


def read_request(words: Sequence[str]) -> Request:
    """Return the request that `words` make; end with one sentence if they make none.

    >>> read_request(["open", "--port", "8890"])
    Request(command='open', port=8890, browser=True, quick=False, for_pytest=(), for_site=())
    """
    if words[:1] == ["test"]:
        return Request("test", quick="--quick" in words, for_pytest=tuple(w for w in words[1:] if w != "--quick"))
    if words[:1] == ["site"] and not {"-h", "--help"} & set(words):
        return Request("site", for_site=tuple(words[1:]))
    if words[:1] in (["course"], ["grade"]):  # bpkit.command.course reads the rest
        return Request("help" if {"-h", "--help"} & set(words) else "course" if words[0] == "course" else "grade")
    if words and words[0] in ("slides", "pdf", "figures"):  # bpkit.command.handout reads the rest
        return Request("help" if {"-h", "--help"} & set(words) else "handout")
    request = Request()
    rest = list(words[1:] if words[:1] in (["open"], ["site"]) else words)
    while rest:
        word = rest.pop(0)
        option, _, value = word.partition("=")
        if word in ("-h", "--help"):
            return Request("help")
        elif word == "--no-browser":
            request = request._replace(browser=False)
        elif option == "--port":
            request = request._replace(port=_port(value or (rest.pop(0) if rest else "")))
        else:
            raise SystemExit(f"{word!r} is not a word this command knows: `python -m bpkit --help` lists them all.")
    return request


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535:
        return int(text)
    came = repr(text) if text else "nothing"
    raise SystemExit(f"--port needs a whole number from 1 to 65535, such as --port 8890, but {came} came.")
