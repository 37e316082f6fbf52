"""The first of the book's two derivations: networks, layer by layer (7.16–7.25).

To be read in this order: `toy` (chapter 1), then `network` with `trace` and `backprop` (chapter 2), and `bpkit.layers`,
where the equation of each layer stands. `losses` and `mlp` are what goes in. `parameter_layout`, `block` and
`step_memory` say where numbers lie in memory, `micro_batches` and `saving` are for large networks and for files, and
`initialization` has starts that need a whole network.
"""
