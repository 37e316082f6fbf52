"""Answers to the problems as readers write them, right and wrong, independent of the checks' own tables."""
