"""The rules by which a right answer is spoiled: each makes, of one node of its syntax tree, what a slip would write."""

import ast
from collections.abc import Callable, Iterator

Rule = Callable[[ast.AST, list[str]], Iterator[ast.AST]]  # gets a node and the names at hand, gives what may replace it

EXCHANGED = {
    ast.Add: [ast.Sub], ast.Sub: [ast.Add], ast.Mult: [ast.Div], ast.Div: [ast.Mult, ast.FloorDiv],
    ast.FloorDiv: [ast.Div], ast.Mod: [ast.FloorDiv], ast.Pow: [ast.Mult], ast.MatMult: [ast.Mult],
    ast.Lt: [ast.LtE, ast.Gt], ast.LtE: [ast.Lt, ast.GtE], ast.Gt: [ast.GtE, ast.Lt], ast.GtE: [ast.Gt, ast.LtE],
    ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq], ast.Is: [ast.IsNot], ast.IsNot: [ast.Is], ast.In: [ast.NotIn],
    ast.NotIn: [ast.In], ast.And: [ast.Or], ast.Or: [ast.And], ast.BitAnd: [ast.BitOr], ast.BitOr: [ast.BitAnd],
}  # fmt: skip
NOT_COMMUTATIVE = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
OTHER_FUNCTION = {
    "max": ["min"], "min": ["max"], "maximum": ["minimum"], "minimum": ["maximum"], "sum": ["mean", "max"],
    "mean": ["sum", "median"], "argmax": ["argmin"], "argmin": ["argmax"], "sin": ["cos"], "cos": ["sin"],
    "var": ["std"], "std": ["var"], "zeros": ["ones"], "ones": ["zeros"], "zeros_like": ["ones_like"],
    "ones_like": ["zeros_like"], "append": ["extend"], "exp": ["expm1"], "log1p": ["log"], "ceil": ["floor"],
    "floor": ["ceil"], "all": ["any"], "any": ["all"], "outer": ["multiply"], "cumsum": ["cumprod"],
}  # fmt: skip
NOT_NEGATED = ("range", "zip", "enumerate", "reversed", "zeros", "zeros_like", "list", "append", "insert")
SYMMETRIC = ("max", "min", "maximum", "minimum", "logaddexp", "allclose", "array_equal", "same", "gcd")


def is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def is_loaded(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


def called(node: ast.AST) -> str:
    """The name of the function that a call calls; empty for anything else."""
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "id", getattr(function, "attr", ""))


def call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


def copied(node: ast.AST, **changes: object) -> ast.AST:
    """The same node with some fields changed; what is not changed is shared."""
    new = type(node)(**{**{name: getattr(node, name, None) for name in node._fields}, **changes})
    return ast.copy_location(new, node) if hasattr(node, "lineno") else new


def without(items: list, k: int) -> list:
    return items[:k] + items[k + 1 :]


def with_neighbours_exchanged(items: list) -> Iterator[list]:
    for k in range(len(items) - 1):
        yield [*items[:k], items[k + 1], items[k], *items[k + 2 :]]


def another_operator(node, names):
    if isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign):
        yield from (copied(node, op=other()) for other in EXCHANGED.get(type(node.op), []))
    if isinstance(node, ast.Compare):
        for k, operator in enumerate(node.ops):
            for other in EXCHANGED.get(type(operator), []):
                yield copied(node, ops=[*node.ops[:k], other(), *node.ops[k + 1 :]])


def one_operand_dropped(node, names):
    if isinstance(node, ast.BinOp):
        yield from (node.left, node.right)
    if isinstance(node, ast.BoolOp):
        rest = [without(node.values, k) for k in range(len(node.values))]
        yield from (copied(node, values=values) if len(values) > 1 else values[0] for values in rest)


def operands_exchanged(node, names):
    if isinstance(node, ast.BinOp) and isinstance(node.op, NOT_COMMUTATIVE):
        yield copied(node, left=node.right, right=node.left)


def another_sign(node, names):
    if isinstance(node, ast.UnaryOp):
        yield node.operand  # `not` too
    elif isinstance(node, ast.BinOp | ast.Call) and called(node) not in NOT_NEGATED:
        yield ast.UnaryOp(ast.USub(), node)


def another_number(node, names):
    if is_number(node):
        changed = {node.value + 1, node.value - 1, 2 * node.value, node.value / 2 if node.value % 2 else 0}
        yield from (ast.Constant(value) for value in sorted(changed - {node.value}))
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)


def index_one_off(node, names):
    if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Constant | ast.Slice | ast.Tuple):
        yield from (copied(node, slice=ast.BinOp(node.slice, op(), ast.Constant(1))) for op in (ast.Add, ast.Sub))


def bound_changed(node, names):
    """The early or the late layers only: a bound of a slice is dropped, moved by one, or the order turned round."""
    if isinstance(node, ast.Slice):
        for name in ("lower", "upper", "step"):
            bound = getattr(node, name)
            if bound is not None:
                yield copied(node, **{name: None})
                if name != "step" and not is_number(bound):
                    yield from (
                        copied(node, **{name: ast.BinOp(bound, op(), ast.Constant(1))}) for op in (ast.Add, ast.Sub)
                    )
    if called(node) == "range":
        *first, last = node.args[: min(2, len(node.args))]
        rest = node.args[2:]
        if not is_number(last):
            yield from (
                copied(node, args=[*first, ast.BinOp(last, op(), ast.Constant(1)), *rest]) for op in (ast.Add, ast.Sub)
            )
        start = first[0] if first else ast.Constant(0)
        if not is_number(start) or not first:
            yield copied(node, args=[ast.BinOp(start, ast.Add(), ast.Constant(1)), last, *rest])
        if rest and not is_number(rest[0]):
            yield copied(node, args=[*first, last])


def another_function(node, names):
    if called(node) in OTHER_FUNCTION:
        field = "id" if isinstance(node.func, ast.Name) else "attr"
        for other in OTHER_FUNCTION[called(node)]:
            yield copied(node, func=copied(node.func, **{field: other}))
    if called(node) == "append":
        yield copied(node, func=copied(node.func, attr="insert"), args=[ast.Constant(0), *node.args])
    if called(node) == "insert" and len(node.args) == 2:
        yield copied(node, func=copied(node.func, attr="append"), args=node.args[1:])
    if called(node) == "pop" and not node.args:
        yield copied(node, args=[ast.Constant(0)])


def call_dropped(node, names):
    """The function is forgotten and its argument stands alone: sin[f] becomes f, reversed(x) becomes x."""
    if isinstance(node, ast.Call) and len(node.args) == 1 and called(node) not in ("range", "zeros", "append"):
        yield node.args[0]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and called(node) in ("sum", "copy", "max"):
        yield node.func.value


def argument_changed(node, names):
    if not isinstance(node, ast.Call):
        return
    if called(node) not in SYMMETRIC:
        yield from (copied(node, args=arguments) for arguments in with_neighbours_exchanged(node.args))
    for k, keyword in enumerate(node.keywords):
        yield copied(node, keywords=without(node.keywords, k))
        if keyword.arg == "axis" and is_number(keyword.value):
            other = ast.keyword("axis", ast.Constant(1 - keyword.value.value))
            yield copied(node, keywords=[*node.keywords[:k], other, *node.keywords[k + 1 :]])
    if len(node.args) > 1 and called(node) != "isinstance":
        yield from (copied(node, args=without(node.args, k)) for k in range(len(node.args)))


def transposed(node, names):
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        for side in ("left", "right"):
            operand = getattr(node, side)
            if getattr(operand, "attr", "") != "T":
                yield copied(node, **{side: ast.Attribute(operand, "T", ast.Load())})


def whole_numbers(node, names):
    if called(node) in ("zeros", "ones", "zeros_like", "full") and not node.keywords:
        yield copied(node, keywords=[ast.keyword("dtype", ast.Name("int", ast.Load()))])


def parts_exchanged(node, names):
    if isinstance(node, ast.Tuple | ast.List) and is_loaded(node):
        yield from (copied(node, elts=elements) for elements in with_neighbours_exchanged(node.elts))
    if isinstance(node, ast.List) and len(node.elts) > 1:
        yield from (copied(node, elts=without(node.elts, k)) for k in range(len(node.elts)))
    if isinstance(node, ast.Dict):
        yield from (copied(node, values=values) for values in with_neighbours_exchanged(node.values))
    if isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse)


def another_name(node, names):
    if isinstance(node, ast.Name) and is_loaded(node) and node.id in names:
        k = names.index(node.id)
        others = {names[k - 1], names[(k + 1) % len(names)]} - {node.id}
        yield from (ast.Name(name, ast.Load()) for name in sorted(others))
        yield ast.Constant(1)


def another_condition(node, names):
    if isinstance(node, ast.If | ast.While | ast.IfExp) and not isinstance(node, ast.IfExp):
        yield from (copied(node, test=ast.Constant(value)) for value in (True, False))
    if isinstance(node, ast.comprehension) and node.ifs:
        yield from (copied(node, ifs=without(node.ifs, k)) for k in range(len(node.ifs)))


def statement_dropped(node, names):
    if isinstance(
        node, ast.Assign | ast.AugAssign | ast.Expr | ast.If | ast.For | ast.While | ast.Break | ast.Continue
    ):
        yield ast.Pass()
    if isinstance(node, ast.Break | ast.Continue):
        yield ast.Continue() if isinstance(node, ast.Break) else ast.Break()
    if isinstance(node, ast.AugAssign):
        yield ast.Assign([node.target], node.value)


def other_turns(node, names):
    """A loop leaves out its first or last turn, stops after the first, or runs the other way round."""
    if isinstance(node, ast.For | ast.comprehension):
        turns = call("list", node.iter)
        for part in (ast.Slice(ast.Constant(1)), ast.Slice(None, ast.Constant(-1)), ast.Slice(None, ast.Constant(1))):
            yield copied(node, iter=ast.Subscript(turns, part, ast.Load()))
        if called(node.iter) != "reversed":
            yield copied(node, iter=call("reversed", turns))


RULES: tuple[Rule, ...] = (
    another_operator, one_operand_dropped, operands_exchanged, another_sign, another_number, index_one_off,
    bound_changed, another_function, call_dropped, argument_changed, transposed, whole_numbers, parts_exchanged,
    another_name, another_condition, statement_dropped, other_turns,
)  # fmt: skip
