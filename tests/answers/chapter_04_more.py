"""Right and wrong answers to 4.n; a wrong one has words its diagnosis must contain."""

import math

import numpy as np


def wrong_4_n(bends=lambda c: c <= 0, outside=lambda length, radius: length >= radius, curvature=None, radius_end=None,
              beta=lambda new, old: new / old, sign=-1, more=0, words=lambda end: end, order=("curvature", "radius"),
              small=1e-10):  # fmt: skip
    def cross(p, d, radius, alpha):
        a, b, c = d @ d, p @ d, p @ p - radius**2
        return p + (math.sqrt(b * b - a * c) - b) / a * d

    at_curvature, at_radius = curvature or cross, radius_end or cross

    def answer(gradient, hvp, radius, iterations):
        p, r = 0 * gradient, sign * gradient
        d = r.copy()
        for _ in range(iterations + more):
            if np.linalg.norm(r) <= small * np.linalg.norm(gradient):
                return p, words("solved")
            hd = hvp(d)
            ends = bool(bends(d @ hd))
            alpha = (r @ r) / (d @ hd) if d @ hd != 0 else 1e30
            leaves = bool(outside(np.linalg.norm(p + alpha * d), radius))
            if order[0] == "radius" and leaves:
                return at_radius(p, d, radius, alpha), words("radius")
            if ends:
                return at_curvature(p, d, radius, alpha), words("curvature")
            if leaves:
                return at_radius(p, d, radius, alpha), words("radius")
            p = p + alpha * d
            new = r - alpha * hd
            d = new + beta(new @ new, r @ r) * d
            r = new
        return p, words("iterations")

    return answer


def with_lists_4_n(gradient, hvp, radius, iterations):
    """Without linear algebra: sums over entries."""

    def dot(u, v):
        return sum(a * b for a, b in zip(u, v, strict=True))

    g = gradient.tolist()
    p, r, d = [0.0] * len(g), [-x for x in g], [-x for x in g]
    for _ in range(iterations):
        if math.sqrt(dot(r, r)) <= 1e-10 * math.sqrt(dot(g, g)):
            return {"end": "solved", "step": p}
        hd = list(hvp(np.array(d)))
        curvature = dot(d, hd)
        ahead = None
        if curvature > 0:
            alpha = dot(r, r) / curvature
            ahead = [x + alpha * y for x, y in zip(p, d, strict=True)]
        if ahead is None or math.hypot(*ahead) >= radius:
            # τ by bisection: the length grows along d
            low, high = 0.0, 2 * radius / math.sqrt(dot(d, d))
            for _ in range(200):
                tau = (low + high) / 2
                if math.hypot(*[x + tau * y for x, y in zip(p, d, strict=True)]) < radius:
                    low = tau
                else:
                    high = tau
            step = [x + low * y for x, y in zip(p, d, strict=True)]
            return {"end": "curvature" if ahead is None else "radius", "step": step}
        old = dot(r, r)
        p, r = ahead, [x - alpha * y for x, y in zip(r, hd, strict=True)]
        d = [x + dot(r, r) / old * y for x, y in zip(r, d, strict=True)]
    return {"end": "iterations", "step": p}


def by_subspaces_4_n(gradient, hvp, radius, iterations):
    """The points as minima over growing subspaces; the directions are their differences."""
    g = np.asarray(gradient, dtype=float)
    if not g.any():
        return np.zeros_like(g), "solved"
    p, basis, r, d = np.zeros_like(g), [], -g, -g
    for _ in range(iterations):
        if np.linalg.norm(r) <= 1e-10 * np.linalg.norm(g):
            return p, "solved"
        hd = hvp(d)
        if d @ hd <= 0:
            return p + max(np.roots([d @ d, 2 * p @ d, p @ p - radius**2]).real) * d, "curvature"
        basis.append(d)
        V = np.stack(basis, axis=1)
        HV = np.stack([hvp(v) for v in basis], axis=1)
        ahead = V @ np.linalg.solve(V.T @ HV, -V.T @ g)
        if np.linalg.norm(ahead) >= radius * (1 - 1e-14):
            return p + max(np.roots([d @ d, 2 * p @ d, p @ p - radius**2]).real) * d, "radius"
        p, r = ahead, -g - hvp(ahead)
        d = r - V @ np.linalg.solve(V.T @ HV, HV.T @ r)  # conjugate to all before
    return p, "iterations"


def at_start(p, d, radius, alpha):
    return radius * d / np.linalg.norm(d)


def back(p, d, radius, alpha):
    a, b, c = d @ d, p @ d, p @ p - radius**2
    return p - (math.sqrt(b * b - a * c) + b) / a * d


def stays(p, d, radius, alpha):
    return p


def draws_in(p, d, radius, alpha):
    return (p + alpha * d) * radius / np.linalg.norm(p + alpha * d)


def whole(p, d, radius, alpha):
    return p + radius * d / np.linalg.norm(d)


def against_gradient_4_n(gradient, hvp, radius, iterations):
    step, end = wrong_4_n()(gradient, hvp, radius, iterations)
    return (-radius * gradient / np.linalg.norm(gradient) if end == "curvature" else step), end


def only_newton_4_n(gradient, hvp, radius, iterations):
    H = np.stack([hvp(e) for e in np.eye(len(gradient))])
    return np.linalg.solve(H, -gradient), "solved"


RIGHT = {"4.n": [wrong_4_n(), with_lists_4_n, by_subspaces_4_n]}
WRONG = {
    "4.n": [
        (wrong_4_n(bends=lambda c: False), "the curvature is never looked at"),
        (wrong_4_n(bends=lambda c: c < 0), "a curvature of exactly 0"),
        (wrong_4_n(outside=lambda length, radius: False), "the radius is never looked at"),
        (wrong_4_n(outside=lambda length, radius: length > radius), "exactly on the radius"),
        (wrong_4_n(order=("radius", "curvature")), "the curvature is looked at first"),
        (wrong_4_n(curvature=stays), "`step`: where the curvature is negative this stays at p"),
        (wrong_4_n(radius_end=stays), "`step`: where the next point is outside this stays at p"),
        (wrong_4_n(curvature=stays, radius_end=stays), "`step`: this stays at p"),
        (wrong_4_n(curvature=back), "`step`: where the curvature is negative this goes the other way"),
        (wrong_4_n(curvature=back, radius_end=back), "`step`: this goes the other way"),
        (wrong_4_n(curvature=at_start, radius_end=at_start), "`step`: p is forgotten"),
        (wrong_4_n(curvature=at_start), "`step`: where the curvature is negative p is forgotten"),
        (wrong_4_n(curvature=whole, radius_end=whole), "as far as Δ from p"),
        (wrong_4_n(radius_end=draws_in), "draws it in towards 0"),
        (against_gradient_4_n, "goes against the gradient"),
        (wrong_4_n(beta=lambda new, old: 0), "steepest descent"),
        (wrong_4_n(sign=1), "the right side is −gradient"),
        (wrong_4_n(more=1), "one iteration too many"),
        (wrong_4_n(words=lambda end: "radius" if end == "curvature" else end), "`end`: a step that goes to the radius"),
        (lambda gradient, hvp, radius, iterations: wrong_4_n()(gradient, hvp, radius, iterations)[0], "parts"),
        (only_newton_4_n, "`step`: this solves Hp = −∇L"),
    ]
}
