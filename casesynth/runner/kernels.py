"""Kernels for papermill: over ipc sockets in a folder of their own, and quickly where a worker serves.

Sockets in a folder avoid the race for free TCP ports between kernels that start at the same time.
A worker (`worker`) keeps one process that has the libraries loaded; a kernel is then a fork of it and starts in
a fraction of a second. jupyter_client finds `ForkedProvisioner` by its documented entry point
(`jupyter_client.kernel_provisioners` in pyproject.toml). Without a worker, or where the package is only on the
path and not installed, kernels are started in the ordinary way.
"""

import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
from contextlib import suppress
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

#: The name of `ForkedProvisioner` among the entry points.
FORKED = "casesynth-forked"
#: The folder for sockets and temporary files, which `make` removes at its end.
FOLDER = "CASESYNTH_SOCKETS"
#: Every manager that this process has made.
managers: list[Any] = []


def manager_class(environment: dict[str, str], cwd: str) -> Any:
    """A kernel manager for one notebook; its `kill_all` ends whatever it has started."""
    started = []

    class Manager(AsyncKernelManager):
        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            # Short, since a socket's path may have about 100 characters.
            short = os.environ.get(FOLDER) or ("/tmp" if Path("/tmp").is_dir() else None)
            self.folder = tempfile.mkdtemp(prefix="cs-", dir=short)
            self.transport, self.ip = "ipc", f"{self.folder}/k"
            self.connection_file = f"{self.folder}/c.json"
            started.append(self)
            managers.append(self)

        def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
            # This Python, whatever a kernel spec in the user's home folder says.
            return [sys.executable, "-m", "ipykernel_launcher", "-f", self.connection_file, *(extra_arguments or [])]

        async def _async_start_kernel(self, **settings: Any) -> None:
            settings["cwd"] = cwd
            # No settings of the user's.
            settings["env"] = environment | {"IPYTHONDIR": self.folder, "HOME": self.folder}
            settings["extra_arguments"] = ["--HistoryManager.enabled=False"]
            await super()._async_start_kernel(**settings)

        start_kernel = _async_start_kernel

        @staticmethod
        def kill_all() -> None:
            kill(started)

    return Manager


def kill(these: list) -> None:
    """End the kernels of these managers with all that they have started, and remove their folders."""
    for manager in these:
        process = getattr(manager.provisioner, "process", None)
        if process is not None and process.poll() is None:
            with suppress(ProcessLookupError):
                process.kill()  # it has no group of its own yet in the first moment of its life
                os.killpg(process.pid, signal.SIGKILL)
        shutil.rmtree(manager.folder, ignore_errors=True)


class ForkedProvisioner(LocalProvisioner):
    """Starts a kernel as a fork of the worker's loaded process."""

    process: Any
    pid: Any

    async def launch_kernel(self, cmd: list[str], **settings: Any) -> Any:
        """Start the kernel; returns what its clients need to reach it."""
        self.process = Forked(cmd, settings["env"], settings["cwd"])
        self.pid = self.pgid = self.process.pid
        return self.connection_info


class Forked:
    """A forked kernel with the part of `subprocess.Popen` that jupyter_client uses."""

    stdin = stdout = stderr = None

    def __init__(self, command: list[str], environment: dict[str, str], cwd: str) -> None:
        # One forkserver serves the whole process: the worker has started it, with the libraries loaded.
        context = multiprocessing.get_context("forkserver")
        self.process = context.Process(target=become_kernel, args=(command[3:], environment, cwd))
        self.process.start()
        self.pid: Any = self.process.pid

    def poll(self) -> int | None:
        """The exit status, if it has ended."""
        return self.process.exitcode

    def wait(self) -> int | None:
        """Wait until it has ended; returns its exit status."""
        self.process.join()
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once; jupyter_client, which would look again only after a tenth of a second, finds it gone."""
        self.process.kill()
        self.process.join(1)

    terminate = kill


def become_kernel(arguments: list[str], environment: dict[str, str], cwd: str) -> None:
    """In the forked process: a session of its own, the kernel's surroundings, then the kernel's loop."""
    os.setsid()
    threading.Thread(target=end_with_worker, daemon=True).start()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    sys.path.insert(0, "")
    sys.argv = ["ipykernel_launcher", *arguments]
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # nobody debugs here, and it takes half a second to load

    from ipykernel.kernelapp import IPKernelApp

    app = IPKernelApp.instance(parent_handle=os.getppid())  # ends itself when that process is gone
    app.initialize(arguments)
    app.start()


def end_with_worker() -> None:
    """In a kernel: when the worker ends, however it ends, end this kernel and what it has started."""
    if worker := multiprocessing.parent_process():
        worker.join()
    os.killpg(0, signal.SIGKILL)


@cache
def fork_from_now_on() -> None:
    """Start the kernels of this process by `ForkedProvisioner`, if the package is installed with its entry point."""
    if entry_points(group=KernelProvisionerFactory.GROUP_NAME, name=FORKED):
        os.environ[KernelProvisionerFactory.default_provisioner_name_env] = FORKED
