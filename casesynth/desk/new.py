"""Lay out a new review: `make new REVIEW=my-review`."""

import json
import os
import sys

import jinja2

from casesynth.core import paths
from casesynth.core import schema as schema_room
from casesynth.core.schema import REQUIRED
from casesynth.core.settings import check_name
from casesynth.desk.form import TEMPLATES, Form, Question, form_text, questionnaire
from casesynth.errors import UserError

#: pandoc writes this time into the Word document, so that the same words give the same bytes.
NO_TIME = "315532800"


def asked(question: dict) -> str:
    """A question as it stands in the form.

    >>> asked({"number": "8a", "ask": "Impact: what?"})
    '8a. Impact: what?'
    """
    return f"{question['number']}. {question['ask']}"


def questionnaire_lines() -> list[str]:
    """Every question of the form, in its order."""
    own = questionnaire()
    return [own["consent"], own["case"], *map(asked, own["questions"])]


def own_form() -> Form:
    """How an export of our own questionnaire is read."""
    own = questionnaire()
    questions = [
        Question(f"q{number:02d}", question["heading"], [asked(question)])
        for number, question in enumerate(own["questions"], 1)
    ]
    return Form(case=own["case"], submitted="Completion time", consent=own["consent"], questions=questions)


def schema(name: str) -> dict:
    """The data package of a new review: the tables of every review, and those that an import from a form adds."""
    package = schema_room.package()
    added = json.loads((TEMPLATES / "form-tables.json").read_text("utf-8"))
    package = {
        "$schema": package["$schema"],
        "name": name,
        "title": f"{name}: key points and codings of case studies",
    } | {
        "version": "0.1.0",
        "resources": package["resources"],
    }
    points = next(resource for resource in package["resources"] if resource["name"] == "keypoints")["schema"]
    points["fields"] += added["keypoints"]
    points["foreignKeys"].append({"fields": ["answer"], "reference": {"resource": "responses", "fields": ["id"]}})
    for column in points["fields"]:
        if column["name"] == "summary":  # after an import it waits to be written; see review.check_meaning
            column["constraints"] = {"required": False}
    package["resources"] += added["resources"]
    return package


def render(template: str, **values) -> str:
    """A template of the package with its values."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), trim_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template(template).render(values)


def word_document(markdown: str) -> bytes:
    """The text as a Word document, the same bytes every time (by pandoc)."""
    import tempfile
    from pathlib import Path

    import pypandoc

    os.environ["SOURCE_DATE_EPOCH"] = NO_TIME
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "questionnaire.docx"
        pypandoc.convert_text(
            markdown, to="docx", format="markdown", outputfile=str(target), extra_args=["--metadata=lang=en-GB"]
        )
        return target.read_bytes()


def lay_out(name: str) -> list[str]:
    """Make `data/<name>/` and return the names of its files. Raises UserError where the folder is there already."""
    check_name(name)
    folder = paths.data(name)
    if os.path.lexists(folder):
        raise UserError(
            f"data/{name}/ is there already and is not touched. Choose another name, or move the folder away."
        )
    own, package = questionnaire(), schema(name)
    text = render("questionnaire.md", lines=questionnaire_lines())
    files = {
        "review.yaml": render(
            "review.yaml", name=name, questions=own["questions"], form=form_text(own_form())
        ).encode(),
        "datapackage.json": (json.dumps(package, indent=1, ensure_ascii=False) + "\n").encode(),
        "questionnaire.docx": word_document(text),
        "questionnaire.txt": ("\n\n".join(questionnaire_lines()) + "\n").encode(),
    }
    for resource in package["resources"]:
        if resource["name"] in REQUIRED:
            header = ",".join(column["name"] for column in resource["schema"]["fields"])
            files[resource["path"]] = f"{header}\n".encode()
    # Whole or not at all: the folder gets its name when everything is in it.
    partial = folder.with_name(f".{name}.tmp")
    partial.mkdir(parents=True)
    try:
        for file, data in files.items():
            (partial / file).write_bytes(data)
        partial.rename(folder)
    finally:
        if partial.exists():
            import shutil

            shutil.rmtree(partial)
    return sorted(files)


def main() -> int:
    """`make new`: say what was made and what to do next."""
    name = os.environ.get("REVIEW", "")
    try:
        files = lay_out(name)
    except UserError as error:
        print(f"make: {error}", file=sys.stderr)
        return 2
    print(f"data/{name}/ has {', '.join(files)}.")
    print("Next: 1. Put title and question into review.yaml.")
    print("      2. Send out questionnaire.docx, or paste questionnaire.txt into an online form, one question a line.")
    print(f'      3. make import REVIEW={name} FORM="the export of the form.xlsx"')
    print("docs/own-review.md goes through it step by step.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
