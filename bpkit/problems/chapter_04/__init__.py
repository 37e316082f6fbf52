"""The problems of chapter 04: what the two modes cost, second derivatives, and derivatives inside derivatives."""
