"""The lock's temporary folder goes when make ends, also where a kernel still writes into it."""

from shutil import rmtree

from casesynth.runner import lock


def test_a_folder_that_is_written_into_as_it_is_removed_goes_too(tmp_path, monkeypatch):
    folder, left = tmp_path / "cs-busy", [3]
    folder.mkdir()

    def interrupted(path: str, **settings: bool) -> None:
        """Removes the folder, into which a kernel then writes again, three times."""
        rmtree(path, **settings)
        if left[0]:
            left[0] -= 1
            (folder / "kernel").mkdir(parents=True)

    monkeypatch.setattr(lock.shutil, "rmtree", interrupted)
    lock.remove_folder(str(folder))
    assert not folder.exists() and left == [0]


def test_another_folder_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    lock.remove_folder(str(tmp_path / "mine"))
    lock.remove_folder("")
    assert (tmp_path / "mine").exists()
