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
    "robustness": "analysis.by_coder analysis.thresholds audit.shares analysis.leave_out analysis.smallest_sets",
    "saturation": "analysis.saturation",
    "standing": "core.review core.rules analysis.matrices",
    "suggest": "desk.suggestions analysis.machine",
    "tables": "core.results",
    "themes": "core.results analysis.themes",
}


def module(name: str) -> types.ModuleType:
    """A module of the old name that finds its names where they are now. Raises KeyError for any other."""
    rooms = [importlib.import_module(f"casesynth.{room}") for room in ROOMS[name].split()]
    old = types.ModuleType(name)

    def find(wanted: str):
        wanted = {"coders": "coders_of", "Thresholds": "Rules"}.get(wanted, wanted) if name == "standing" else wanted
        for room in rooms:
            if hasattr(room, wanted):
                return getattr(room, wanted)
        raise AttributeError(f"no {wanted} in {name}")

    old.__getattr__ = find
    return old
