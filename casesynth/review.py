"""`load` under its name of version 0.1, until the notebooks use the front door."""

from casesynth.audit.ledger import load_checked as load

__all__ = ["load"]
