"""Where the boxes and arrows of a graph lie: layers from left to right, few crossings, rows where it is too wide."""

from bisect import bisect_right, insort
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, pairwise
from typing import NamedTuple

from bpkit.graphs.graph import Graph, Node

WIDEST = 1180.0  # px; a wider graph is folded into several rows, like a line of text
MARGIN = 16.0
LINE = 19.0  # px, of text
_ROW_GAP, _WIRE = 16.0, 11.0  # px between two boxes, between two arrows
_TRACK = 7.0  # px between two arrows that are led from the end of a row to the start of the next


class Place(NamedTuple):
    """Where a node's box lies: its centre, its size (with the derivative below it), and the height of the box alone."""

    x: float
    y: float
    width: float
    height: float
    box: float


class Wire(NamedTuple):
    """An arrow from one node to another: the points it passes, horizontally at each of them."""

    start: Node
    end: Node
    path: str
    tail: tuple[float, float]
    tip: tuple[float, float]


class Layout(NamedTuple):
    """A finished arrangement."""

    places: dict[Node, Place]
    wires: list[Wire]
    width: float
    height: float


def middle(place: Place) -> float:
    """The height at which arrows leave: the middle of the box, without the derivative below it."""
    return place.y - (place.height - place.box) / 2


class _Cells(NamedTuple):
    """What lies in each layer, and which cells of the layers before and after it each cell is joined with.

    A cell is a node, or a place kept free for a value on its way to a later layer. Cells are numbered.
    """

    layers: list[list[int]]
    before: dict[int, list[int]]
    after: dict[int, list[int]]
    node: dict[int, Node]  # of the cells that are nodes
    passing: dict[tuple[int, int], int]  # the cell in which a node's value passes a layer


def layout(graph: Graph, sizes: Mapping[Node, tuple[float, float]], *, room_below: bool = False) -> Layout:
    """Arrange boxes of the given widths and heights so that nothing overlaps and few arrows cross."""
    extra = LINE if room_below else 0.0
    layer = _layers(graph)
    layer, starts = _folded(layer, sizes)
    cells = _cells(graph, layer)
    _sort(cells)
    high = {cell: sizes[cells.node[cell]][1] + extra if cell in cells.node else 0.0 for row in cells.layers
            for cell in row}  # fmt: skip
    y = _heights(cells, high)
    return _placed(graph, cells, layer, starts, sizes, y, extra)


def _layers(graph: Graph) -> dict[Node, int]:
    """The layer of each node: its longest distance from an input; nodes that no other uses are in the last layer."""
    layer: dict[Node, int] = {}
    inputs = set(graph.inputs)
    for node in graph.nodes:
        layer[node] = 0 if node in inputs else 1 + max(layer[x] for x in graph.inputs_of(node))
    last = max(layer.values(), default=0)
    for node in graph.nodes:
        if node not in inputs and not graph.consumers(node):
            layer[node] = last
    return layer


def _folded(layer: Mapping[Node, int], sizes: Mapping[Node, tuple[float, float]]) -> tuple[dict[Node, int], list[int]]:
    """Break a wide graph into rows of about equal width; each but the first starts with a layer without nodes."""
    widths = [0.0] * (max(layer.values(), default=0) + 1)
    for node, number in layer.items():
        widths[number] = max(widths[number], sizes[node][0])
    total = sum(widths) + 34 * len(widths)
    rows = int(-(-total // WIDEST))
    breaks: list[int] = []
    reached = 0.0
    for number, wide in enumerate(widths):
        if number and reached + wide / 2 > (len(breaks) + 1) * total / rows:
            breaks.append(number)
        reached += wide + 34
    moved = {node: number + bisect_right(breaks, number) for node, number in layer.items()}
    return moved, [0, *(number + i for i, number in enumerate(breaks))]


def _cells(graph: Graph, layer: Mapping[Node, int]) -> _Cells:
    layers: list[list[int]] = [[] for _ in range(max(layer.values(), default=0) + 1)]
    identity = {node: i for i, node in enumerate(graph.nodes)}
    cells = _Cells(layers, {}, {}, {}, {})
    free = count(len(identity))

    def add(cell: int, number: int) -> int:
        layers[number].append(cell)
        cells.before[cell], cells.after[cell] = [], []
        return cell

    def join(cell: int, following: int) -> None:
        cells.after[cell].append(following)
        cells.before[following].append(cell)

    for node, i in identity.items():
        cells.node[add(i, layer[node])] = node
        for x in graph.inputs_of(node):
            at = identity[x]
            for number in range(layer[x] + 1, layer[node]):  # one line for all that use x, however far away
                passing = cells.passing.get((identity[x], number))
                if passing is None:
                    passing = cells.passing[identity[x], number] = add(next(free), number)
                    join(at, passing)
                at = passing
            join(at, i)
    return cells


def _sort(cells: _Cells) -> None:
    """Sweep to and fro, moving each cell to the middle of those it is joined with; keep the fewest crossings."""
    best, fewest = [list(row) for row in cells.layers], _crossings(cells)
    for sweep in range(8):
        if fewest == 0:
            break
        forth = sweep % 2 == 0
        rows = cells.layers[1:] if forth else cells.layers[-2::-1]
        joined = cells.before if forth else cells.after
        position = {cell: i for row in cells.layers for i, cell in enumerate(row)}
        for row in rows:
            row.sort(key=lambda cell: _mean([position[other] for other in joined[cell]], position[cell]))
            position.update((cell, i) for i, cell in enumerate(row))
        crossings = _crossings(cells)
        if crossings < fewest:
            best, fewest = [list(row) for row in cells.layers], crossings
    cells.layers[:] = best


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise


def _crossings(cells: _Cells) -> int:
    total = 0
    for row, following in pairwise(cells.layers):
        position = {cell: i for i, cell in enumerate(following)}
        ends: list[int] = []
        for cell in row:
            here = [position[other] for other in cells.after[cell]]
            total += sum(len(ends) - bisect_right(ends, end) for end in here)
            for end in here:
                insort(ends, end)
    return total


def _heights(cells: _Cells, high: Mapping[int, float]) -> dict[int, float]:
    """Pull every cell towards those it is joined with, as far as the order and the space between two of them allow."""
    y: dict[int, float] = {}
    for row in cells.layers:
        total = 0.0
        for cell, space in zip(row, _spaces(row, high, cells), strict=True):
            total += space
            y[cell] = total
        for cell in row:
            y[cell] -= total / 2
    for sweep in range(10):
        rows = cells.layers if sweep % 2 == 0 else cells.layers[::-1]
        for row in rows:
            wanted, weights = [], []
            for cell in row:
                joined = cells.before[cell] + cells.after[cell]
                if sweep < 4:
                    joined = (cells.before if sweep % 2 == 0 else cells.after)[cell] or joined
                wanted.append(_mean([y[other] for other in joined], y[cell]))
                weights.append(1.0 if cell in cells.node else 2.0)  # long lines should be straight
            y.update(zip(row, _spread(wanted, weights, _spaces(row, high, cells)), strict=True))
    return y


def _spaces(row: Sequence[int], high: Mapping[int, float], cells: _Cells) -> list[float]:
    """How far each cell must be from the one above it."""
    spaces = [0.0] if row else []
    for above, cell in pairwise(row):
        gap = _WIRE if above not in cells.node and cell not in cells.node else _ROW_GAP
        spaces.append((high[above] + high[cell]) / 2 + gap)
    return spaces


def _spread(wanted: Sequence[float], weights: Sequence[float], spaces: Sequence[float]) -> list[float]:
    """The places nearest to the wanted ones (least squares) that keep the order and the spaces."""
    groups: list[tuple[float, float, int]] = []  # mean, weight and number of cells that stand as close as they may
    offset, offsets = 0.0, []
    for want, weight, space in zip(wanted, weights, spaces, strict=True):
        offset += space
        offsets.append(offset)
        mean, members = want - offset, 1
        while groups and groups[-1][0] > mean:
            other, heavy, more = groups.pop()
            mean, weight, members = (mean * weight + other * heavy) / (weight + heavy), weight + heavy, members + more
        groups.append((mean, weight, members))
    means = [mean for mean, _, members in groups for _ in range(members)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]


class _Drawing(NamedTuple):
    """Where the layers and cells are on the sheet."""

    left: list[float]  # of each layer
    right: list[float]
    y: dict[int, float]
    bottom: dict[int, float]  # of the row that ends before a layer
    width: float


def _placed(
    graph: Graph, cells: _Cells, layer: Mapping[Node, int], starts: Sequence[int],
    sizes: Mapping[Node, tuple[float, float]], y: dict[int, float], extra: float,
) -> Layout:  # fmt: skip
    """Put layers side by side, rows below each other, and lead the arrows."""
    rows = list(zip(starts, [*starts[1:], len(cells.layers)], strict=True))
    lines = max((len(cells.layers[start]) for start in starts[1:]), default=0)  # led from a row to the next
    side = MARGIN + lines * _TRACK + (8 if lines else 0)
    left, right = [0.0] * len(cells.layers), [0.0] * len(cells.layers)
    bottom, top, width = {}, MARGIN, 0.0
    few = 1.5 if len(cells.layers) <= 8 else 1.0  # small graphs have room for gentler curves
    for start, stop in rows:
        x = side
        for number in range(start, stop):
            here = cells.layers[number]
            if number > start:
                steep = max((abs(y[c] - y[b]) for c in here for b in cells.before[c]), default=0.0)
                x += few * min(max(20 + 0.13 * steep, 26), 56)
            left[number] = x
            x += max((sizes[cells.node[c]][0] for c in here if c in cells.node), default=0.0)
            right[number] = x
        width = max(width, x + side + MARGIN)
        members = [c for number in range(start, stop) for c in cells.layers[number]]
        half = {c: (sizes[cells.node[c]][1] + extra) / 2 if c in cells.node else 4.0 for c in members}
        highest = min((y[c] - half[c] for c in members), default=0.0)
        y.update({c: y[c] - highest + top for c in members})
        top = max((y[c] + half[c] for c in members), default=top)
        bottom[stop] = top
        top += 2 * MARGIN + lines * _TRACK
    height = bottom[rows[-1][1]] + MARGIN
    drawing = _Drawing(left, right, y, bottom, width)
    places = {}
    for cell, node in cells.node.items():
        wide, high = sizes[node]
        middle = (left[layer[node]] + right[layer[node]]) / 2
        places[node] = Place(middle, y[cell], wide, high + extra, high)
    return Layout(places, list(_wires(graph, cells, layer, starts, places, drawing)), width, height)


def _wires(
    graph: Graph, cells: _Cells, layer: Mapping[Node, int], starts: Sequence[int], places: Mapping[Node, Place],
    drawing: _Drawing,
) -> Iterator[Wire]:  # fmt: skip
    identity = {node: i for i, node in enumerate(graph.nodes)}
    for node in graph.nodes:
        place, number = places[node], layer[node]
        sources = graph.inputs_of(node)
        ends = {x: drawing.y[cells.passing.get((identity[x], number - 1), identity[x])] for x in sources}
        ordered = sorted(sources, key=lambda x: ends[x])
        reach = min(place.box - 14, 11.0 * (len(ordered) - 1))
        for i, x in enumerate(ordered):
            port = middle(place) + (reach * (i / (len(ordered) - 1) - 0.5) if len(ordered) > 1 else 0.0)
            tip = (place.x - place.width / 2, port)
            tail = (places[x].x + places[x].width / 2, middle(places[x]))
            way = _path(identity[x], x, tail, layer, number, tip, cells, starts, drawing)
            yield Wire(x, node, way, tail, tip)


def _path(
    source: int, x: Node, tail: tuple[float, float], layer: Mapping[Node, int], number: int,
    tip: tuple[float, float], cells: _Cells, starts: Sequence[int], drawing: _Drawing,
) -> str:  # fmt: skip
    """The way from a node through the places kept free for its value, to the tip of the arrow."""
    at_x, at_y = tail
    parts = [f"M{at_x:.1f} {at_y:.1f}H{drawing.right[layer[x]]:.1f}"]
    at_x = drawing.right[layer[x]]
    for passed in range(layer[x] + 1, number):
        cell = cells.passing[source, passed]
        y = drawing.y[cell]
        if passed in starts:
            parts.append(_turn(cells.layers[passed].index(cell), len(cells.layers[passed]), at_y, y, passed, drawing))
        else:
            parts.append(_curve(at_x, at_y, drawing.left[passed], y))
        parts.append(f"H{drawing.right[passed]:.1f}")
        at_x, at_y = drawing.right[passed], y
    parts.append(_curve(at_x, at_y, min(drawing.left[number], tip[0] - 7), tip[1]))
    parts.append(f"H{tip[0] - 6:.1f}")
    return "".join(parts)


def _curve(x1: float, y1: float, x2: float, y2: float) -> str:
    """From one point to another, horizontal at both ends."""
    middle = (x1 + x2) / 2
    return f"C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"


def _turn(i: int, of: int, y1: float, y2: float, start: int, drawing: _Drawing) -> str:
    """From the end of a row to the start of the next, so that the i-th of several such lines crosses no other."""
    right = drawing.width - MARGIN - 6 - i * _TRACK
    corridor = drawing.bottom[start] + MARGIN + (of - 1 - i) * _TRACK
    left = MARGIN + (of - 1 - i) * _TRACK
    bend = 6.0
    return (
        f"H{right - bend:.1f}q{bend} 0 {bend} {bend}V{corridor - bend:.1f}q0 {bend} -{bend} {bend}"
        f"H{left + bend:.1f}q-{bend} 0 -{bend} {bend}V{y2 - bend:.1f}q0 {bend} {bend} {bend}"
    )
