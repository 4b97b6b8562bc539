"""Imported first into the process that kernels are forked from: it and its forks say nothing on the terminal.

What cells write goes to the notebook; what a kernel says as it is cut off, from its first moment on, is for nobody.
"""

import os

if os.environ.pop("CASESYNTH_QUIET", ""):  # set by the worker for that process only
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
