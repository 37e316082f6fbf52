"""The second of the book's two derivations: differentiation of any function written in NumPy (chapters 3 and 4).

To be read in this order: `tracked` (what a recorded value is), `graph` (reverse mode), `forward` (forward mode), and
`rules`, the table both of them use. `transforms` has what the reader calls, from `grad` to `hvp`.
"""
