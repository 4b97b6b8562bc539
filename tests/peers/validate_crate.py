"""Validate an RO-Crate by a public validator, in an environment of its own: python -m tests.peers.validate_crate CRATE.zip.

The validator fetches the JSON-LD context of RO-Crate. Here it gets the copy that the rocrate library carries, so
that the outcome does not rest on a network. Where the validator cannot be installed, that is said, and nothing fails.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.support import ROOT

VALIDATOR = "roc-validator==0.13.0"
FOLDER = ROOT / "build" / "crate-validator"
RUN = r"""
import io, json, sys
from pathlib import Path
import requests, rdflib.plugins.shared.jsonld.context as jsonld
CONTEXT = "https://w3id.org/ro/crate/1.1/context"
text = Path(sys.argv.pop(1)).read_bytes()
fetch, send = jsonld.source_to_json, requests.adapters.HTTPAdapter.send
def local_fetch(source, *words, **named):
    return (json.loads(text), None) if CONTEXT in str(source) else fetch(source, *words, **named)
def local_send(self, request, **named):
    if request.url != CONTEXT:
        return send(self, request, **named)
    answer = requests.Response()
    answer.status_code, answer.url, answer.request = 200, request.url, request
    answer.raw, answer.headers["Content-Type"] = io.BytesIO(text), "application/ld+json"
    return answer
jsonld.source_to_json, requests.adapters.HTTPAdapter.send = local_fetch, local_send
from rocrate_validator.cli.main import cli
cli()
"""


def install() -> str:
    """The validator's Python, installed at the first call; empty where that does not work."""
    python = FOLDER / "bin" / "python"
    if (FOLDER / "installed").exists() and (FOLDER / "installed").read_text("utf-8") == VALIDATOR:
        return str(python)
    shutil.rmtree(FOLDER, ignore_errors=True)
    for words in (["venv", "-q", str(FOLDER)], ["pip", "install", "-q", "--python", str(python), VALIDATOR]):
        if subprocess.run([sys.executable, "-m", "uv", *words], capture_output=True).returncode:
            return ""
    (FOLDER / "installed").write_text(VALIDATOR, "utf-8")
    return str(python)


def main(crate: str) -> int:
    python = install()
    if not python:
        print(f"not validated: {VALIDATOR} cannot be installed here")
        return 0
    import rocrate

    context = Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld"
    words = ["-y", "--disable-color", "validate", "-p", "process-run-crate", "-v", "--no-paging", "--no-cache"]
    done = subprocess.run([python, "-c", RUN, str(context), *words, crate], capture_output=True, text=True)
    outcome = "not valid" if done.returncode else "valid"
    print(f"{VALIDATOR}, Process Run Crate 0.5 on RO-Crate 1.1, required: {outcome}")
    if done.returncode:
        print(done.stdout + done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
