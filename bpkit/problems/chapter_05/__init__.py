"""The problems of chapter 05: which variance, why, and what to do when it is wrong."""
