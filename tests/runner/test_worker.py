"""Which step the worker runs next."""

import threading
import time

from casesynth.runner.record import Record
from casesynth.runner.worker import Server


def test_of_the_steps_that_wait_the_most_urgent_is_next(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    done = []
    with Server("socket", places=1) as server:

        def step(rank: int) -> None:
            with server.place(rank):
                done.append(rank)

        with server.place(0):
            steps = [threading.Thread(target=step, args=[rank]) for rank in (3, 1, 2)]
            for each in steps:
                each.start()
            end = time.monotonic() + 10
            while len(server.waiting) < len(steps) and time.monotonic() < end:
                time.sleep(0.01)
            assert not done
        for each in steps:
            each.join(10)
    assert done == [1, 2, 3]


def test_where_a_step_has_failed_those_that_wait_are_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "casesynth.runner.step.run_here", lambda words, ready: Record("1-data-extraction", 0, "no room")
    )
    words = ["--step", "1-data-extraction", "--parameters", "build/tiny/parameters.yaml"]
    with Server("socket", places=1) as server:
        assert server.run(words, 1).error == "no room"
        assert not server.run(words, 1).error and server.run(words, 1).current
        other = [*words[:3], "build/other/parameters.yaml"]
        assert server.run(other, 1).error
