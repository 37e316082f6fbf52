"""The class kit: `python -m bpkit course DIR` makes an nbgrader course, `python -m bpkit grade DIR` grades a class.

Unlike the rest of the command it runs after the extra `teach` is there; what is not of the standard library is imported
inside functions all the same, so that reading the words of the command line needs nothing.
"""
