"""Syntheses of case studies that can be run again: tables in, themes, findings and a report out.

>>> import casesynth as cs
>>> review = cs.load_review("repair-cafes")
>>> whole = cs.synthesise(review, cs.Rules.of(review, min_cases=3))
>>> len(whole.themes("aims").table)
4

Nothing is imported here, so that commands stay quick: each name is loaded when it is first asked for (PEP 562).
"""

__version__ = "0.6.0"

#: What the package offers: name -> the module that has it.
OFFERED = {
    "UserError": "casesynth.errors",
    "Rules": "casesynth.core.rules",
    "load_review": "casesynth.front",
    "reviews": "casesynth.core.paths",
    "synthesise": "casesynth.front",
    "results": "casesynth.front",
    "check_claims": "casesynth.front",
    "compare_coders": "casesynth.front",
    "display": "casesynth.shown",
    "read": "casesynth.front",
    "write": "casesynth.front",
    "draw": "casesynth.front",
    "pictures": "casesynth.front",
    "say": "casesynth.front",
}
#: The rooms that a notebook uses by name, such as `cs.themes.theme_table`.
ROOMS = {
    "analysis": [
        "across_cases", "agreement", "appraisal", "barriers", "by_coder", "cerqual", "coders", "cooccurrence",
        "counterevidence", "extraction", "findings", "general", "hierarchy", "leave_out", "lenses", "machine", "matrices", "names",
        "participants", "published", "saturation", "second_extraction", "shows", "themes", "thresholds",
    ],
    "audit": ["evidence", "explorer", "ledger"],
}  # fmt: skip

__all__ = [*OFFERED, "figures", "report"]  # noqa: PLE0604  (names of OFFERED, all of them text)


def __getattr__(name: str) -> object:
    """A name of the package, loaded when it is first asked for."""
    import importlib

    if name in OFFERED:
        return getattr(importlib.import_module(OFFERED[name]), name)
    for room, modules in ROOMS.items():
        if name in modules:
            return importlib.import_module(f"casesynth.{room}.{name}")
    if name in ("figures", "report"):
        return importlib.import_module(f"casesynth.{name}")
    raise AttributeError(f"module 'casesynth' has no attribute '{name}'")


def __dir__() -> list[str]:
    """What completion shows."""
    return [*__all__, "__version__"]
