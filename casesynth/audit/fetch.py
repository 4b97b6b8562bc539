"""`make fetch`: the published report from the address in sources.csv, to check the data against it.

The one command that uses the network. The report goes to `sources/`, which git ignores: it is its authors'.
"""

import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from casesynth.core.review import Review, load
from casesynth.errors import UserError

SECONDS = 30


def address(review: Review) -> str:
    """The address in sources.csv of the document that the review re-runs.

    Raises UserError where the review names no document, or sources.csv no address for it.
    """
    published = review.settings.get("published", "")
    own = review.table("sources")
    known = dict(zip(own["id"], own["url"])) if len(own) else {}
    if not known.get(published):
        raise UserError(
            f"data/{review.name}/: no address to fetch from; expected `published:` in review.yaml to name a row of "
            "sources.csv that has a url."
        )
    return known[published]


def file_name(url: str) -> str:
    """The file's name in an address."""
    return Path(unquote(urlsplit(url).path)).name or "report"


def download(url: str, folder: Path) -> tuple[Path, bool]:
    """The file of an address in a folder, and whether it was there already. A partial file is never left.

    Raises UserError where it cannot be had.
    """
    import pooch
    import requests

    target = folder / file_name(url)
    if target.exists():
        return target, True
    pooch.get_logger().disabled = True
    fetch = pooch.HTTPDownloader(timeout=SECONDS, progressbar=sys.stderr.isatty())
    try:
        pooch.retrieve(url, known_hash=None, fname=target.name, path=folder, downloader=fetch)
    except requests.exceptions.HTTPError as error:
        raise UserError(f"{url}\n  answered: {error}\n{by_hand(target)}") from None
    except (requests.exceptions.RequestException, OSError, ValueError) as error:
        raise UserError(
            f"{url}\n  could not be reached ({type(error).__name__}). Check the network; a proxy is read from "
            f"the variable https_proxy.\n{by_hand(target)}"
        ) from None
    return target, False


def by_hand(target: Path) -> str:
    """What to do where the command cannot."""
    return (
        f"  You can also save the report with a browser, as {target.parent.name}/{target.name} or elsewhere, and run "
        "`make audit SOURCE=<its path>`."
    )


def describe(file: Path) -> str:
    """What a file is: its size, its pages where it is a PDF, and its digest.

    Raises UserError for a file named .pdf that is none: an address may answer with a page that says no.
    """
    import pooch

    from casesynth.audit.copy import pdf_pages  # pypdf takes long to load, and is needed for a PDF alone

    start = file.read_bytes()[:1024].lstrip()
    if file.suffix.lower() == ".pdf" and not start.startswith(b"%PDF"):
        raise UserError(
            f"{file} is not a PDF: it starts with {start[:40]!r}. Delete it, then try again, or save the report with a browser."
        )
    pages = f", {len(pdf_pages(file))} pages" if start.startswith(b"%PDF") else ""
    return f"{file.stat().st_size:,} bytes{pages}, SHA-256 {pooch.file_hash(str(file))}"


def fetch(name: str, url: str, folder: Path) -> str:
    """Download the report of a review, from its own address if `url` is "". Returns what to show of it.

    Raises UserError if there is no address, or no answer from it.
    """
    url = url or address(load(name))
    file, earlier = download(url, folder)
    return (
        f"{'Already there' if earlier else 'Downloaded'}: {folder.name}/{file.name}, {describe(file)}\n  from {url}\n"
        f"Check the data against it: make audit SOURCE='{folder.name}/{file.name}'"
    )
