"""Syntheses of case studies that can be run again: tables in, themes, findings and a report out."""

__version__ = "0.1.0"


def __getattr__(name: str):
    """The names of version 0.1, until the notebooks use the front door."""
    import importlib

    if name == "UserError":
        return importlib.import_module("casesynth.errors").UserError
    try:
        return importlib.import_module("casesynth.old_names").module(name)
    except KeyError:
        raise AttributeError(f"module 'casesynth' has no attribute '{name}'") from None
