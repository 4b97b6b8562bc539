"""The documentation names what exists: its links lead somewhere, and so do the names of the architecture page."""

import importlib
import re

import pytest
import yaml

from tests.support import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def anchors(page: str) -> set[str]:
    """Where a link may point in a page: its headings as forges name them, and its own anchors."""
    headings = re.findall(r"^#+ (.+)$", page, flags=re.M)
    named = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return named | set(re.findall(r'<a id="([^"]+)"', page))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_and_headings(page):
    text = page.read_text("utf-8")
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        target = page.parent / file if file else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text("utf-8")), link


def test_the_architecture_page_names_rooms_and_functions_that_exist():
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    rooms = [path.name for path in (ROOT / "casesynth").iterdir() if (path / "__init__.py").exists()]
    names = re.findall(rf"`((?:{'|'.join(rooms)})\.[\w.]+)`", text)
    assert len(names) > 12
    for name in names:
        room, module, *rest = name.split(".")
        found = importlib.import_module(f"casesynth.{room}.{module}")
        assert not rest or hasattr(found, rest[0]), name
    assert set(rooms) <= set(re.findall(r"<b>(\w+)</b>", text)), "the picture shows every room"


def test_the_workflow_runs_the_check_of_every_submission():
    workflow = yaml.safe_load((ROOT / ".github/workflows/check.yml").read_text("utf-8"))
    assert {"run": ".ci/run"} in workflow["jobs"]["check"]["steps"]


def test_every_page_leads_to_the_glossary():
    for page in PAGES:
        if page.name not in ("glossary.md", "third-party.md"):
            assert re.search(r"\]\([\w./]*glossary\.md", page.read_text("utf-8")), page.name


def test_a_commit_is_checked_by_what_make_lint_checks():
    """The same tools run before a commit; two more hooks look at notebooks and at the size of files."""
    lint = (ROOT / "tools/lint.sh").read_text("utf-8")
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    before_commit = " ".join(hook["entry"] for hook in hooks)
    for tool in ("ruff check", "ruff format", "tools/lengths.py", "mypy", "lint-imports", "codespell", "actionlint"):
        name, *verb = tool.split()
        assert name in lint and " ".join([name, *verb]) in before_commit.replace(" --force-exclude", ""), tool
        lint = lint.replace(name, "", 1)
    named = set(re.findall(r'"\$bin/([\w-]+)"', lint)) - {"ruff"}
    assert not named, f"make lint has a tool more: {named}"
