"""Lay out a new review: `casesynth new my-review`."""

import json
import os

from casesynth.core import paths
from casesynth.core import schema as core_schema
from casesynth.core.files import templates, whole_folder
from casesynth.core.schema import REQUIRED
from casesynth.core.settings import check_name
from casesynth.desk.form import TEMPLATES, asked, form_text, own_form, questionnaire
from casesynth.errors import UserError
from casesynth.report.pandoc import pandoc


def questionnaire_lines() -> list[str]:
    """Every question of the form, in its order."""
    parts = questionnaire()
    return [parts["consent"], parts["case"], *map(asked, parts["questions"])]


def lay_out(name: str) -> list[str]:
    """Make `data/<name>/`. Returns the names of its files. Raises UserError if the folder already exists."""
    check_name(name)
    folder = paths.data(name)
    if os.path.lexists(folder):
        raise UserError(
            f"data/{name}/ already exists and was left unchanged. Choose another name, or move the folder away."
        )
    known = core_schema.package()
    about = {"name": name, "title": f"{name}: key points and codings of case studies", "version": "0.1.0"}
    package = core_schema.with_answers({"$schema": known["$schema"], **about, "resources": known["resources"]})
    made, lines = templates(TEMPLATES), questionnaire_lines()
    text = made.get_template("questionnaire.md").render(lines=lines)
    settings = made.get_template("review.yaml").render(
        name=name, questions=questionnaire()["questions"], form=form_text(own_form())
    )
    files = {
        "review.yaml": settings.encode(),
        "datapackage.json": (json.dumps(package, indent=1, ensure_ascii=False) + "\n").encode(),
        "questionnaire.docx": pandoc(["--from=markdown", "--to=docx", "--metadata=lang=en-GB", "--output=-"], text),
        "questionnaire.txt": ("\n\n".join(lines) + "\n").encode(),
    }
    for resource in package["resources"]:
        if resource["name"] in REQUIRED:
            header = ",".join(column["name"] for column in resource["schema"]["fields"])
            files[resource["path"]] = f"{header}\n".encode()
    with whole_folder(folder) as partial:
        for file, data in files.items():
            (partial / file).write_bytes(data)
    return sorted(files)


def next_steps(name: str, files: list[str]) -> str:
    """What was laid out, and what to do next; lines to show."""
    return "\n".join(
        [
            f"data/{name}/ has {', '.join(files)}.",
            "Next: 1. Put title and question into review.yaml.",
            "      2. Send out questionnaire.docx, or paste questionnaire.txt into an online form, one question a line.",
            f'      3. casesynth import {name} "the export of the form.xlsx"',
            "docs/own-review.md goes through it step by step.",
        ]
    )
