"""The problems of chapter 07: checkpoints, schedules, and layers that can be undone."""
