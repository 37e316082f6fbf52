"""Starts that need a whole network or data, and variances through depth; `bp.init` shows them under its own name."""
