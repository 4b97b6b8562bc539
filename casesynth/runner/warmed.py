"""Imported last into the process that kernels are forked from: what every kernel would do first has then been done once."""

import gc
import importlib

from casesynth.core import results
from casesynth.figures import fonts

#: Loaded as a kernel starts, or as it shows its first result.
for name in ("IPython.core.debugger", "pdb", "IPython.core.magics", "IPython.core.completer", "PIL.PngImagePlugin"):
    importlib.import_module(name)
for bold in (False, True):
    fonts.advances(bold)
results.declared()
# Kernels share these objects with this process for as long as nobody writes to them, and a collection writes to every one.
gc.collect()
gc.freeze()
