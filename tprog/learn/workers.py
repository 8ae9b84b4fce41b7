"""Warm starts in processes of their own. Owns the processes and what goes between them; refuses to know what is learned.

`python -m tprog.learn.workers` is started for each job, so that the caller's own main module is never imported again
(as `multiprocessing` would). The job goes in and reports come out as pickles over pipes that nobody else can reach.
"""

import os
import pickle
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO, Any, Literal, TypeAlias

from tprog.errors import TprogError
from tprog.learn.settings import OnProgress, ShouldStop
from tprog.learn.warm_start import WarmResult, WarmStart, warm_start

Message: TypeAlias = tuple[Literal["progress", "result", "error"], Any]

_LENGTH = struct.Struct("<Q")
# Seconds that a process has to end by itself once it is told to.
PATIENCE = 10.0


def warm_starts(
    jobs: Sequence[WarmStart],
    workers: int,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> list[WarmResult | TprogError]:
    """Run warm starts, at most so many at once, and return for each its result or why it failed.

    Args:
        jobs: what to train.
        workers: processes; 1 runs the jobs one by one in this process.
        on_progress: called in the caller's thread.
        should_stop: asked often; every job then ends with the best so far.
    """
    if workers == 1 or len(jobs) == 1:
        return [_tried(job, on_progress, should_stop) for job in jobs]
    found: list[WarmResult | TprogError | None] = [None] * len(jobs)
    inbox: queue.Queue[tuple[int, Message]] = queue.Queue()
    waiting = list(range(len(jobs)))
    running: dict[int, _Worker] = {}
    told = False
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                number = waiting.pop(0)
                running[number] = _Worker(number, jobs[number], inbox)
                if told:
                    running[number].tell_to_stop()
            if not told and should_stop is not None and should_stop():
                told = True
                for worker in running.values():
                    worker.tell_to_stop()
            try:
                number, (kind, content) = inbox.get(timeout=0.1)
            except queue.Empty:
                continue
            if kind == "progress":
                if on_progress is not None:
                    on_progress(content)
                continue
            found[number] = content
            running.pop(number).close()
    finally:
        for worker in running.values():
            worker.kill()
    return [result if result is not None else TprogError("no result") for result in found]


def _tried(
    job: WarmStart, on_progress: OnProgress | None, should_stop: ShouldStop | None
) -> WarmResult | TprogError:
    try:
        return warm_start(job, on_progress, should_stop)
    except TprogError as error:
        return error


class _Worker:
    """One process and the thread that listens to it."""

    def __init__(
        self, number: int, job: WarmStart, inbox: "queue.Queue[tuple[int, Message]]"
    ) -> None:
        environment = {
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tprog.learn.workers"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            # An interrupt from the keyboard is for the caller alone, who then tells the processes to stop.
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin = self._process.stdin
        listener = threading.Thread(
            target=_listen, args=(number, self._process.stdout, inbox), daemon=True
        )
        listener.start()
        self._listener = listener
        # A process that is gone already is reported by the listener.
        with suppress(BrokenPipeError):
            _send(self._stdin, job)

    def tell_to_stop(self) -> None:
        """Close the pipe to the process, which is how it learns that it should end with the best so far."""
        with suppress(BrokenPipeError):
            self._stdin.close()

    def close(self) -> None:
        """Wait for a process that has sent its result."""
        self.tell_to_stop()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join(PATIENCE)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def kill(self) -> None:
        """End the process at once; its checkpoint stays."""
        self._process.kill()
        self.close()


def _listen(number: int, pipe: IO[bytes], inbox: "queue.Queue[tuple[int, Message]]") -> None:
    while True:
        try:
            message: Message = _receive(pipe)
        except (EOFError, OSError, ValueError):
            inbox.put(
                (number, ("error", TprogError(f"the process of warm start {number} has died")))
            )
            return
        inbox.put((number, message))
        if message[0] != "progress":
            return


def _send(pipe: IO[bytes], message: object) -> None:
    content = pickle.dumps(message)
    pipe.write(_LENGTH.pack(len(content)) + content)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> Any:
    (size,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    return pickle.loads(_exactly(pipe, size))


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    content = pipe.read(size)
    if len(content) < size:
        raise EOFError
    return content


def serve(commands: IO[bytes], reports: IO[bytes], work: Callable[..., WarmResult]) -> None:
    """Do one job: read it, report its progress, send its result or its error; stop when `commands` ends."""
    job: WarmStart = _receive(commands)
    stopped = threading.Event()

    def watch() -> None:
        commands.read()
        stopped.set()

    threading.Thread(target=watch, daemon=True).start()
    try:
        result = work(job, lambda progress: _send(reports, ("progress", progress)), stopped.is_set)
    except TprogError as error:
        _send(reports, ("error", error))
    else:
        _send(reports, ("result", result))


def main() -> None:
    """Serve one job over standard input and output."""
    import torch

    torch.set_num_threads(1)
    reports = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Anything that a library prints must not end up between the reports.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # Where the caller is gone nobody wants the result; the checkpoint of the last epoch is written.
    with suppress(BrokenPipeError):
        serve(sys.stdin.buffer, reports, warm_start)
        reports.close()
    # The thread that waits for the end of standard input would hold up an orderly exit.
    os._exit(0)


if __name__ == "__main__":
    main()
