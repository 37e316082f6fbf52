"""The first of the book's two derivations: networks, layer by layer (7.16–7.25).

To be read in this order: `toy` (chapter 1), then `network` with `trace` and `backprop` (chapter 2), and `bpkit.layers`,
where the equation of each layer stands. `losses` and `mlp` are what goes in; `block`, `step_memory`, `micro_batches`
and `saving` are about memory and files; `initialization` has starts that need a whole network.
"""
