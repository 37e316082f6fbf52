"""Finds the call in the reader's source that makes a plain array: of a list, which is written anew with np.stack."""

import ast
import linecache
import textwrap
from types import FrameType

WITHOUT_SCIPY = {
    "scipy.special.logsumexp": "np.logaddexp.reduce(x, axis=…)",
    "scipy.special.softmax": "np.exp(x - np.logaddexp.reduce(x, axis=…, keepdims=True))",
    "scipy.special.log_softmax": "x - np.logaddexp.reduce(x, axis=…, keepdims=True)",
    "scipy.sparse": "np.matmul(A, x) for A @ x, and A.toarray() for any other use of A",
}
LONGEST = 80  # a longer call would hide the sentence around it


def array_call(frame: FrameType | None) -> tuple[str, str] | None:
    """The call in which a list becomes an array, and the one to write; None if the source cannot be found or read.

    The reader's frame is the first outside of NumPy and bpkit.
    """
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] in ("numpy", "bpkit"):
        frame = frame.f_back
    if frame is None:
        return None
    try:
        call = ast.parse(textwrap.dedent(_segment(frame)), mode="eval").body
        if not isinstance(call, ast.Call) or not isinstance(call.args[0], ast.List | ast.Tuple | ast.ListComp):
            return None
        before = ast.unparse(call)
        after = ast.unparse(_with_stack(call))
    except (SyntaxError, ValueError, IndexError):
        return None
    return (before, after) if len(before) <= LONGEST else None


def scipy_call(frame: FrameType | None) -> str | None:
    """What to say of the function of SciPy that a frame is inside of; None outside of SciPy.

    It is the last one on the way out to the reader's frame.
    """
    found = None
    while frame is not None and (place := frame.f_globals.get("__name__", "").split("."))[0] in ("numpy", "scipy"):
        if place[0] == "scipy":
            found = ".".join([*place[:2], frame.f_code.co_name])
        frame = frame.f_back
    if found is None:
        return None
    instead = WITHOUT_SCIPY.get(found) or WITHOUT_SCIPY.get(found.rpartition(".")[0], "it with NumPy")
    return f"{found} computes with plain arrays, and the derivative of x would be lost: write {instead}."


def _segment(frame: FrameType) -> str:
    """The text of the expression that a frame is at; ValueError if it is not known."""
    first, last, start, end = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    lines = linecache.getlines(frame.f_code.co_filename, frame.f_globals)
    if first is None or last is None or start is None or end is None or len(lines) < last:
        raise ValueError("the source is not known")
    found = [line.encode() for line in lines[first - 1 : last]]  # positions count bytes
    found[-1] = found[-1][:end]
    found[0] = found[0][start:]
    return b"".join(found).decode()


def _with_stack(call: ast.Call) -> ast.expr:
    """np.stack([…]) for np.array([…]) and its like; for another function, np.stack around its list."""
    rows = _stacked(call.args[0])
    if isinstance(call.func, ast.Attribute) and call.func.attr in ("array", "asarray", "asanyarray"):
        return rows
    call.args[0] = rows
    return call


def _stacked(rows: ast.expr) -> ast.expr:
    """np.stack of a list, and of each list in it."""
    if not isinstance(rows, ast.List | ast.Tuple | ast.ListComp):
        return rows
    if isinstance(rows, ast.ListComp):
        rows.elt = _stacked(rows.elt)
    else:
        rows = ast.List([_stacked(row) for row in rows.elts], ast.Load())
    return ast.Call(ast.Attribute(ast.Name("np", ast.Load()), "stack", ast.Load()), [rows], [])
