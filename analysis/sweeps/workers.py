"""Who runs trials: a process for each core of this machine, or a Ray cluster. What they report is written by whoever drives them."""

import multiprocessing
import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from importlib import import_module
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from tprog.analysis.sweeps.running import files_of, run
from tprog.analysis.sweeps.trial import Outcome, Trial
from tprog.errors import TprogError
from tprog.files import write_all
from tprog.visible import one_line

Function: TypeAlias = Callable[[Trial, Path], Outcome]
# An outcome, or why there is none.
Ended: TypeAlias = tuple[Trial, Outcome | str]

# Libraries that use all cores unless they are told: one process has one core.
_THREADS = (
    *("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"),
    "NUMBA_NUM_THREADS",
)
RETRIES = 3
"""How often Ray begins a trial again whose worker was lost."""


class NoRay(TprogError):
    """Ray is not installed, or its cluster does not answer."""

    slug = "no-ray"


class Workers(Protocol):
    """What runs several trials at once."""

    @property
    def free(self) -> int:
        """How many more it can run now."""
        ...

    @property
    def count(self) -> int:
        """How many it can run at once."""
        ...

    def submit(self, trial: Trial, folder: Path) -> None:
        """Begin a trial whose run lies in a folder."""
        ...

    def ended(self, seconds: float) -> list[Ended]:
        """Wait so long for a trial to end, and return those that have."""
        ...

    def close(self) -> None:
        """End everything, at once; what is under way is lost."""
        ...


def reason(error: BaseException) -> str:
    """Return why a trial failed, in one line."""
    if isinstance(error, BrokenProcessPool):
        return "its process was killed, or ran out of memory"
    said = one_line(error)
    return said if isinstance(error, TprogError) else f"{type(error).__name__}: {said}"


class Processes:
    """One process for each slot, begun anew only where it was lost; a lost one takes no other with it."""

    def __init__(self, count: int, function: Function = run) -> None:
        """Take how many processes there are, and what each runs."""
        self.count = count
        self._function = function
        self._idle = [self._new() for _ in range(count)]
        self._under_way: dict[Future[Outcome], tuple[Trial, ProcessPoolExecutor]] = {}

    @staticmethod
    def _new() -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(1, mp_context=context, initializer=end_with_parent)

    @property
    def free(self) -> int:
        """See `Workers`."""
        return len(self._idle)

    def submit(self, trial: Trial, folder: Path) -> None:
        """See `Workers`."""
        pool = self._idle.pop()
        with _one_thread():
            future = pool.submit(self._function, trial, folder)
        self._under_way[future] = trial, pool

    def ended(self, seconds: float) -> list[Ended]:
        """See `Workers`."""
        found: list[Ended] = []
        for future in wait(self._under_way, seconds, FIRST_COMPLETED).done:
            trial, pool = self._under_way.pop(future)
            error = future.exception()
            if isinstance(error, BrokenProcessPool):
                pool.shutdown(wait=False)
                pool = self._new()
            self._idle.append(pool)
            found.append((trial, future.result() if error is None else reason(error)))
        return found

    def close(self) -> None:
        """See `Workers`."""
        for pool in [*self._idle, *(pool for _, pool in self._under_way.values())]:
            # Nothing is worth waiting for: a training goes on from its checkpoint.
            for process in list((pool._processes or {}).values()):
                process.kill()
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let processes that begin meanwhile have one thread each: libraries read this when they load. Here all is as before after it."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def end_with_parent() -> None:
    """Leave the terminal's Ctrl-C to the parent, and end where the parent does, however that is."""
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        wait_for([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class Ray:
    """The processes of a Ray cluster, which schedules them, begins again what was lost, and carries the files here."""

    def __init__(self, address: str, function: Function = run) -> None:
        """Join a cluster by its address, or begin one on this machine with `local`.

        Raises:
            NoRay: Ray is not installed, or nothing answers.
        """
        try:
            self._ray: Any = import_module("ray")
        except ModuleNotFoundError as error:
            raise NoRay("Ray is not installed: pip install 'tprog[ray]'") from error
        where = {} if address == "local" else {"address": address}
        try:
            self._ray.init(
                **where, include_dashboard=False, log_to_driver=False, logging_level="error"
            )
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise NoRay(f"no Ray cluster at {address}: {one_line(error)}") from error
        self.count = int(self._ray.cluster_resources().get("CPU", 1))
        threads = {"env_vars": dict.fromkeys(_THREADS, "1")}
        self._run = self._ray.remote(num_cpus=1, max_retries=RETRIES, runtime_env=threads)(run_away)
        self._function = function
        self._under_way: dict[Any, tuple[Trial, Path]] = {}

    @property
    def free(self) -> int:
        """See `Workers`."""
        return self.count - len(self._under_way)

    def submit(self, trial: Trial, folder: Path) -> None:
        """See `Workers`."""
        self._under_way[self._run.remote(trial, self._function)] = trial, folder

    def ended(self, seconds: float) -> list[Ended]:
        """See `Workers`."""
        done, _ = self._ray.wait(list(self._under_way), num_returns=1, timeout=seconds)
        found: list[Ended] = []
        for reference in done:
            trial, folder = self._under_way.pop(reference)
            try:
                outcome, files = self._ray.get(reference)
                write_all({folder / name: content for name, content in files.items()})
                found.append((trial, outcome))
            except (
                Exception
            ) as error:  # Ray wraps whatever the trial raised, and what became of its worker.
                found.append((trial, reason(getattr(error, "cause", None) or error)))
        return found

    def close(self) -> None:
        """See `Workers`."""
        self._ray.shutdown()


def run_away(trial: Trial, function: Function) -> tuple[Outcome, Mapping[str, bytes]]:
    """Run a trial where its store is not, and return its outcome with the files of its run."""
    with tempfile.TemporaryDirectory() as folder:
        outcome = function(trial, Path(folder))
        return outcome, files_of(Path(folder))
