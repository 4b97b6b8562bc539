"""The settings of a review: `data/<review>/review.yaml`."""

import yaml

from casesynth import UserError, paths
from casesynth.parameters import nearest

#: What review.yaml must say of each heading.
HEADING = ["id", "name", "group", "themed"]


def load_settings(name: str) -> dict:
    """The settings of review.yaml, with what every review must say in place.

    Raises UserError for a missing folder, broken YAML, or a missing setting.
    """
    file = paths.data(name) / "review.yaml"
    if not file.parent.is_dir():
        known = sorted(p.parent.name for p in file.parents[1].glob("*/review.yaml"))
        raise UserError(
            f"there is no review data/{name}/.{nearest(name, known)} Reviews: {', '.join(known) or 'none'}."
        )
    try:
        settings = yaml.safe_load(file.read_text("utf-8"))
    except FileNotFoundError:
        raise UserError(f"data/{name}/review.yaml is missing; copy the one of another review.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"data/{name}/review.yaml is not readable as YAML: {error}") from None
    for key, kind in {"title": str, "question": str, "headings": list, "coding": str, "parameters": dict}.items():
        if not isinstance((settings or {}).get(key), kind):
            raise UserError(f"data/{name}/review.yaml: '{key}' is missing or is not a {kind.__name__}.")
    for number, heading in enumerate(settings["headings"], 1):
        missing = [key for key in HEADING if key not in heading]
        if missing:
            raise UserError(f"data/{name}/review.yaml, heading {number}: {', '.join(missing)} missing.")
    return settings
