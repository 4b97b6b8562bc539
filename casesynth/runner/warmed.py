"""Imported last into the process that kernels are forked from: what each would do first has been done once."""

import gc

from casesynth.core import results
from casesynth.figures import fonts

for bold in (False, True):
    fonts.advances(bold)
results.declared()
# Kernels share memory with this process until it is written to, and a collection of garbage writes to every object.
gc.collect()
gc.freeze()
