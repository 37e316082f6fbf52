"""The problems of chapter 02: the backward pass with matrices, section 7.4."""
