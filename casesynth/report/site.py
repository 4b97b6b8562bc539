"""A review as a folder for any static host: its surfaces, tables and notebooks, with guide, commands, data dictionary and course."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from casesynth.core import paths
from casesynth.core.review import Review
from casesynth.errors import UserError
from casesynth.report.pandoc import TEMPLATES, pandoc

#: Files of a run that the site holds, and where the reader begins.
SURFACES = "index.html brief.html brief.pdf synthesis.html synthesis.docx synthesis.pdf annex.html explorer.html evidence.json".split()
#: Documents of the project -> their pages.
GUIDE = {"data/README.md": "data-dictionary", "CONTRIBUTING.md": "contributing", "CHANGELOG.md": "changes"}


def site(review: Review) -> Path:
    """Lay out build/site/<review>/ from the results of the last `make`. Returns the folder.

    Raises UserError where the review is not built.
    """
    built, folder = paths.ROOT / "results" / review.name, paths.ROOT / "build" / "site" / review.name
    missing = [name for name in SURFACES if not (built / name).exists()]
    if missing:
        raise UserError(
            f"results/{review.name}/ has no {', '.join(missing)}; run `casesynth make {review.name}` first."
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in SURFACES:
        shutil.copy(built / name, folder)
    shutil.copytree(built / "tables", folder / "tables")
    pages, run = documents(), notebooks(built)
    for source, page in pages.items():
        body = pandoc(["--from=gfm+attributes-tex_math_dollars", "--to=html5"], source.read_text("utf-8")).decode()
        write(folder, page, title_of(body, source.stem), linked(body, source, page, pages | run, folder))
    for source, page in run.items():
        body = notebook_body(source)
        part = source.stem.partition("-themes-")[2].replace("-", " ")  # step 2 has a notebook for each heading
        title = title_of(body, source.stem) + (f": {part}" if part else "")
        write(folder, page, title, linked(body, source, page, pages | run, folder))
    contents(folder, review, [*pages.values(), *run.values()])
    (folder / ".nojekyll").write_text("")  # so that no host leaves out names that begin with a dot or underscore
    return folder


def documents() -> dict[Path, str]:
    """The documents of the project, and the address of each in the site."""
    files = {file: f"guide/{file.stem}.html" for file in sorted((paths.ROOT / "docs").glob("*.md"))}
    return files | {
        paths.ROOT / name: f"guide/{page}.html" for name, page in GUIDE.items() if (paths.ROOT / name).exists()
    }


def notebooks(built: Path) -> dict[Path, str]:
    """The executed notebooks of the run, and those of the course."""
    course = sorted((paths.ROOT / "notebooks" / "learn").glob("*.ipynb"))
    run = sorted((built / "notebooks").glob("*.ipynb"), key=lambda file: (int(file.stem.split("-")[0]), file.stem))
    return {file: f"notebooks/{file.stem}.html" for file in run} | {file: f"course/{file.stem}.html" for file in course}


def notebook_body(notebook: Path) -> str:
    """An executed notebook as HTML without a frame, prompts and signs of anchors."""
    from nbconvert import HTMLExporter

    quiet = {"exclude_anchor_links": True, "exclude_input_prompt": True, "exclude_output_prompt": True}
    return HTMLExporter(template_name="basic", **quiet).from_filename(str(notebook))[0]


def title_of(body: str, otherwise: str) -> str:
    """The first heading of a page, as plain text.

    >>> title_of("<h1 id='a'>A <em>guide</em></h1>", "guide")
    'A guide'
    """
    found = re.search(r"<h1[^>]*>(.*?)</h1>", body, re.S)
    return re.sub(r"<[^>]+>", "", found[1]).strip() if found else otherwise


def linked(body: str, source: Path, page: str, pages: dict[Path, str], folder: Path) -> str:
    """A page whose links lead to pages of the site; a link to anything that the site does not hold becomes plain text."""
    there = pages | {paths.ROOT / "README.md": "index.html"}
    here = (folder / page).parent

    def link(found: re.Match) -> str:
        address, _, part = found[2].partition("#")
        if not address or re.match(r"[a-z]+:", address):
            return found[0]
        target = (source.parent / address).resolve()
        room = "course" if page.startswith("course/") else "notebooks"
        known = there.get(target) or (f"{room}/{target.stem}.html" if target.suffix == ".ipynb" else "")
        known = known if known in [*there.values()] else ""
        if not known:
            return found[3]
        return f'<a{found[1]} href="{os.path.relpath(folder / known, here)}{"#" + part if part else ""}">{found[3]}</a>'

    return re.sub(r'<a([^>]*?)\s+href="([^"]*)"[^>]*>(.*?)</a>', link, body, flags=re.S)


def write(folder: Path, page: str, title: str, body: str) -> None:
    """A page in the frame that all pages share, with the way back to the front page."""
    frame = (TEMPLATES / "page.html").read_text("utf-8")
    style = (TEMPLATES / "page.css").read_text("utf-8")
    frame = re.sub(r"\$if\(toc\)\$.*?\$endif\$", "", frame, flags=re.S).replace("img-src data:", "img-src data: 'self'")
    up = "../" * page.count("/")
    frame = re.sub(r'href="(\w+\.html)"', rf'href="{up}\1"', frame).replace('<h1 class="title">$title$</h1>', "")
    for name, value in {"lang": "en-GB", "style": style, "title": title, "body": body}.items():
        frame = frame.replace(f"${name}$", value)
    (folder / page).parent.mkdir(parents=True, exist_ok=True)
    (folder / page).write_text(frame, "utf-8")


def contents(folder: Path, review: Review, pages: list[str]) -> None:
    """The list of everything else (more.html), a link to it on the front page, and the commit that was built."""
    parts = []
    for kind, title in (("guide", "Guide"), ("notebooks", "Notebooks of this run"), ("course", "Course")):
        own = [page for page in pages if page.startswith(f"{kind}/")]
        titles = [re.findall("<title>(.*?)</title>", (folder / page).read_text("utf-8"), re.S)[0] for page in own]
        lines = [f'<li><a href="{page}">{title}</a></li>' for page, title in zip(own, titles)]
        parts.append(f"<h2>{title}</h2><ul>{''.join(lines)}</ul>")
    write(folder, "more.html", "Guide, notebooks and course", f"<h1>Guide, notebooks and course</h1>{''.join(parts)}")
    asked = ["git", "-C", str(paths.ROOT), "rev-parse", "--short", "HEAD"]
    try:
        commit = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        commit = ""  # not a clone: an archive of the project has no commit
    words = f'{f" Commit {commit}." if commit else ""} <a href="more.html">Guide, notebooks and course</a>'
    front = folder / "index.html"
    front.write_text(front.read_text("utf-8").replace("<!-- commit -->", words), "utf-8")
