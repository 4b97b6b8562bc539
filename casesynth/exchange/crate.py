"""Everything of one review in one file: an RO-Crate (1.1) that says how each result came about.

It follows the Process Run Crate profile (Leo et al. 2024): each run of a notebook is an action with its tool,
inputs, outputs and parameters. It holds no times of runs, so the same results give the same bytes.
"""

import json
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml
from rocrate.model.contextentity import ContextEntity
from rocrate.model.file import File
from rocrate.rocrate import ROCrate

from casesynth import __version__
from casesynth.core import paths
from casesynth.core.archives import packed
from casesynth.core.files import whole_file
from casesynth.core.paths import shown
from casesynth.core.schema import CONFIDENTIAL, publishable
from casesynth.core.settings import load_settings
from casesynth.errors import UserError

PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
LICENCES = {
    "https://creativecommons.org/licenses/by/4.0/": "Creative Commons Attribution 4.0",
    "https://spdx.org/licenses/MIT": "MIT License",
}
#: Files of the project that go into every crate, if they are there.
ALWAYS = ["README.md", "LICENSE", "docs/third-party.md", "CITATION.cff", "CHANGELOG.md", "requirements.lock"]
ALWAYS += ["data/README.md", "data/geography/uk-outline.geojson"]
FORMATS = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".geojson": "application/geo+json",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".md": "text/markdown",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".yaml": "application/yaml",
}


def runs(build: Path, review: str) -> list[dict]:
    """What each step of a run read and wrote, from its stamp. Raises UserError if nothing was run."""
    stamps = [json.loads(file.read_text("utf-8")) for file in sorted(build.glob("*.done"))]
    if not stamps:
        raise UserError(f"{shown(build)} holds no results; `casesynth make {review}` makes them.")
    return stamps


def add_file(crate: ROCrate, name: str, **more: Any) -> File:
    """A file of the project, added once; its name in the crate is its path."""
    properties = {"name": name, "encodingFormat": FORMATS.get(Path(name).suffix, "text/plain"), **more}
    return crate.dereference(name) or crate.add_file(paths.ROOT / name, name, properties=properties)


def add_context(crate: ROCrate, identifier: str, kind: str, **properties: Any) -> ContextEntity:
    """Add an entity that is not a file: a licence, a program, a parameter, a run."""
    return crate.add(ContextEntity(crate, identifier, properties={"@type": kind, **properties}))


def present(names: list[str]) -> list[str]:
    """Those of the files that this review has and that may be passed on."""
    confidential = {f"{table}.csv" for table in CONFIDENTIAL}
    return [name for name in names if (paths.ROOT / name).is_file() and Path(name).name not in confidential]


def describe(review: str, run_name: str, stamps: list[dict]) -> ROCrate:
    """The crate with all its files and runs; nothing is written yet."""
    settings = load_settings(review)
    crate = ROCrate(version="1.1")
    crate.name = f"{settings['title']} ({run_name})" if run_name != review else settings["title"]
    crate.description = settings["question"]
    cited = yaml.safe_load(
        (paths.ROOT / "CITATION.cff").read_text("utf-8")
    )  # its date is the one that a crate must have
    crate.root_dataset["datePublished"] = str(cited["date-released"])
    authors = [author.get("name") or f"{author['given-names']} {author['family-names']}" for author in cited["authors"]]
    crate.root_dataset["author"] = [
        add_context(crate, f"#author-{i}", "Organization", name=name) for i, name in enumerate(authors, 1)
    ]
    licences = [add_context(crate, url, "CreativeWork", name=name) for url, name in LICENCES.items()]
    crate.root_dataset["license"] = licences[0]
    profile = add_context(crate, PROFILE, "CreativeWork", name="Process Run Crate", version="0.5")
    crate.root_dataset["conformsTo"] = profile
    about = {"url": "https://papermill.readthedocs.io/", "softwareVersion": metadata.version("papermill")}
    tool = add_context(crate, "#papermill", "SoftwareApplication", name="papermill", **about)

    data = [path.relative_to(paths.ROOT).as_posix() for path in publishable(paths.data(review))]
    for name in present([*ALWAYS, *data]):
        add_file(crate, name)
    crate.root_dataset["mentions"] = [add_run(crate, stamp, tool, licences[1]) for stamp in stamps]
    return crate


def add_run(crate: ROCrate, stamp: dict, tool: ContextEntity, licence: ContextEntity) -> ContextEntity:
    """One run of a notebook: its tool, inputs, parameters and outputs."""
    code: dict[str, Any] = {
        "@type": ["File", "SoftwareSourceCode"],
        "programmingLanguage": "Python",
        "version": __version__,
    }
    code |= {"license": {"@id": licence.id}, "softwareRequirements": {"@id": tool.id}}
    notebook = add_file(crate, stamp["notebook"], **code)
    inputs = [add_file(crate, name) for name in present(stamp["reads"])]
    values = [
        add_context(crate, f"#{stamp['step']}/{name}", "PropertyValue", name=name, value=value)
        for name, value in sorted(stamp["parameters"].items())
    ]
    return add_context(
        crate,
        f"#run-{stamp['step']}",
        "CreateAction",
        name=f"Run of {stamp['notebook']} as step {stamp['step']} by papermill",
        actionStatus="http://schema.org/CompletedActionStatus",
        instrument=notebook,
        object=inputs + values,
        result=[add_file(crate, name) for name in stamp["writes"]],
    )


def write(crate: ROCrate, target: Path) -> None:
    """Write the crate as a zip file whose bytes depend on its contents alone."""
    with tempfile.TemporaryDirectory() as folder:
        crate.write(folder)
        files = sorted(path for path in Path(folder).rglob("*") if path.is_file())
        content = packed({file.relative_to(folder).as_posix(): file.read_bytes() for file in files})
    with whole_file(target) as partial:
        partial.write_bytes(content)


def make(review: str, build: Path, results: Path) -> Path:
    """Write the crate of a run, whose stamps are in `build`, next to its results. Returns the file."""
    target = results / f"{results.name}-crate.zip"
    write(describe(review, results.name, runs(build, review)), target)
    return target
