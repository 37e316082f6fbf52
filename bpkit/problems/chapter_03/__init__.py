"""The problems of chapter 03: computational graphs and reverse mode."""
