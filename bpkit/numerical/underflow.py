"""Underflow, which is no error here: a result too small for its type is 0, and that is right."""

import numpy as np

# A decorator. NumPy ignores underflow unless it is told otherwise, but under np.seterr(all="raise") exp(−800) would end
# a training, although no better number than 0 exists. Overflow and invalid operations are still reported. It is on what
# a program calls (networks, losses, derivatives, …) and on activations; each use takes half a microsecond.
ignore_underflow = np.errstate(under="ignore")
