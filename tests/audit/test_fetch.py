"""`make fetch` against a server of the test's own, with a PDF of an invented report."""

import functools
import hashlib
import http.server
import threading

import pytest

from tests.support import garden


@pytest.fixture
def served(tmp_path):
    """A folder, and the address at which it is served."""
    folder = tmp_path / "served"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def fetch(data, to, *more):
    return garden.call("fetch", data, data.name, "--folder", to, *more)


def test_the_report_of_sources_csv_is_fetched_and_described(served, tmp_path):
    folder, address = served
    pdf = garden.write_pdf(folder / "garden report.pdf")
    data = garden.make_data(tmp_path / "data", f"{address}/garden%20report.pdf")
    done = fetch(data, tmp_path / "sources")
    got = tmp_path / "sources" / "garden report.pdf"
    assert done.returncode == 0, done.stderr
    assert got.read_bytes() == pdf.read_bytes()
    assert hashlib.sha256(pdf.read_bytes()).hexdigest() in done.stdout
    assert "4 pages" in done.stdout and "make audit SOURCE='sources/garden report.pdf'" in done.stdout
    again = fetch(data, tmp_path / "sources")
    assert again.returncode == 0 and "Already there" in again.stdout


def test_without_a_network_it_explains_itself(served, tmp_path):
    _, address = served
    closed = "http://127.0.0.1:1/report.pdf"
    data = garden.make_data(tmp_path / "data", closed)
    done = fetch(data, tmp_path / "sources")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert closed in done.stderr and "Check the network" in done.stderr and "make audit SOURCE=" in done.stderr
    missing = fetch(data, tmp_path / "sources", "--url", f"{address}/gone.pdf")
    assert missing.returncode == 2 and "404" in missing.stderr
    left = list((tmp_path / "sources").rglob("*")) if (tmp_path / "sources").exists() else []
    assert left == []


def test_a_page_in_the_place_of_the_pdf_is_noticed(served, tmp_path):
    folder, address = served
    (folder / "report.pdf").write_text("<html>Please log in</html>")
    done = fetch(garden.make_data(tmp_path / "data"), tmp_path / "sources", "--url", f"{address}/report.pdf")
    assert done.returncode == 2 and "is not a PDF" in done.stderr


def test_a_review_without_an_address_says_so(tmp_path):
    data = garden.make_data(tmp_path / "data", "")
    done = fetch(data, tmp_path / "sources")
    assert done.returncode == 2 and "no address to fetch from" in done.stderr
