"""The environment of every kernel: the same everywhere, whatever a person's own holds (COLUMNS, MATPLOTLIBRC, …)."""

import os
from collections.abc import Mapping

#: What a kernel is told of the machine; all else could change its output, and is kept from it.
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "MPLCONFIGDIR", "TMPDIR", "CASESYNTH_")
#: And for every kernel: one thread, one locale, one time zone, one hash seed.
KERNEL_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


def kernel_environment(whole: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment variables of every kernel.

    >>> sorted(kernel_environment({"PATH": "/bin", "COLUMNS": "37"}).keys() - KERNEL_ENVIRONMENT.keys())
    ['PATH']
    """
    return {name: text for name, text in whole.items() if name.startswith(PASSED_ON)} | KERNEL_ENVIRONMENT
