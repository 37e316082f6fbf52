"""The problems of chapter 08: sums over ranks, shards, pipelines, split layers, and gradients that are out of date."""
