"""The second of the book's two derivations: differentiation of any function written in NumPy (chapters 3 and 4).

Read in this order: `tracked` (a recorded value), `graph` (reverse mode), `forward` (forward mode), `rules` (the table
that both use). `transforms` has the functions that the reader calls, from `grad` to `hvp`.
"""
