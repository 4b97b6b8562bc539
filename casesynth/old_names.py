"""The modules of version 0.1 that the notebooks import, each as the rooms that have its names now."""

import importlib
import types

ROOMS = {
    "agreement": "analysis.coders analysis.printed analysis.second_extraction analysis.agreement",
    "appraisal": "analysis.appraisal",
    "barriers": "analysis.barriers",
    "cerqual": "analysis.cerqual",
    "claims": "audit.ledger",
    "extraction": "analysis.extraction",
    "figures_sure": "figures",
    "general": "analysis.general",
    "goestogether": "analysis.cooccurrence",
    "lessons": "course",
    "participants": "analysis.participants",
    "paths": "core.paths",
    "robustness": "analysis.by_coder analysis.thresholds analysis.leave_out analysis.smallest_sets audit.shares",
    "saturation": "analysis.saturation",
    "standing": "core.review core.rules analysis.matrices",
    "suggest": "analysis.machine desk.suggestions",
    "tables": "core.results",
    "themes": "core.results analysis.themes",
}


def module(name: str) -> types.ModuleType:
    """A module of the old name that finds its names where they are now. Raises KeyError for any other."""
    rooms = ROOMS[name].split()
    importlib.import_module(f"casesynth.{rooms[0]}")  # it may set how tables are shown
    old = types.ModuleType(name)

    def find(wanted: str):
        wanted = {"coders": "coders_of"}.get(wanted, wanted) if name == "standing" else wanted
        for room in (importlib.import_module(f"casesynth.{room}") for room in rooms):  # no more than it takes
            if hasattr(room, wanted):
                return getattr(room, wanted)
        raise AttributeError(f"no {wanted} in {name}")

    old.__getattr__ = find
    return old
