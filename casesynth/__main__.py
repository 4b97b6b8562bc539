"""`python -m casesynth`: the command, as the Makefile calls it."""

import sys

from casesynth.cli import main

sys.exit(main())
