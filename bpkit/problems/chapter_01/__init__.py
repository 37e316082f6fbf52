"""The problems of chapter 01: the toy example of sections 7.1–7.3."""
