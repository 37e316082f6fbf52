"""The problems of chapter 09: weights, label shift, detection, and going on from old weights."""
