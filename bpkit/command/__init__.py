"""The command `python -m bpkit`: it runs on a bare Python, so everything here uses the standard library alone."""
