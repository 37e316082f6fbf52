"""The problems of chapter 06: the data, the loss, the steps, and when to stop."""
