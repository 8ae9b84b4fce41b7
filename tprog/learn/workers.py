"""Warm starts side by side, in threads.

Compiled steps release the interpreter's lock, so two threads use two cores; no result depends on how many there are.
"""

import queue
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import torch

from tprog.errors import FileProblem, TprogError
from tprog.learn.settings import OnProgress, Progress, ShouldStop
from tprog.learn.warm_start import WarmResult, WarmStart, warm_start

if TYPE_CHECKING:
    from tprog.learn.together import Together

# Seconds between two looks at whether a thread has something to report.
PATIENCE = 0.1


def warm_starts(
    jobs: Sequence[WarmStart],
    workers: int,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> list[WarmResult | TprogError]:
    """Run warm starts, at most so many at once, and return for each its result or why it failed.

    Args:
        jobs: what to train, at least one; all with the same engine.
        workers: threads; 1 runs the jobs one by one in this thread.
        on_progress: called in the caller's thread.
        should_stop: asked before each step; every job then ends with the best so far.

    Raises:
        FileProblem: a checkpoint cannot be written; the other jobs end too.
    """
    together = None
    if jobs[0].settings.engine == "batched":
        from tprog.learn.together import Together

        # All take their steps at once, whatever the number of workers is.
        together, workers = Together(len(jobs)), len(jobs)
    elif workers == 1 or len(jobs) == 1:
        return [_tried(job, on_progress, should_stop) for job in jobs]
    reports: queue.Queue[Progress] = queue.Queue()
    over = False

    def stopped() -> bool:
        return over or (should_stop is not None and should_stop())

    # The number of torch's threads is a setting of each thread.
    with ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        try:
            running = [pool.submit(_tried, job, reports.put, stopped, together) for job in jobs]
            while not all(future.done() for future in running):
                _pass_on(reports, on_progress, PATIENCE)
                # An error that is nobody's own, such as a full disk, ends all of them.
                over = any(future.done() and future.exception() for future in running)
            while not reports.empty():
                _pass_on(reports, on_progress, 0.0)
        finally:
            # Whatever goes wrong here, the threads must come to an end.
            over = True
    return [future.result() for future in running]


def _pass_on(
    reports: "queue.Queue[Progress]", on_progress: OnProgress | None, patience: float
) -> None:
    try:
        progress = reports.get(timeout=patience) if patience else reports.get_nowait()
    except queue.Empty:
        return
    if on_progress is not None:
        on_progress(progress)


def _tried(
    job: WarmStart,
    on_progress: OnProgress | None,
    should_stop: ShouldStop | None,
    together: "Together | None" = None,
) -> WarmResult | TprogError:
    try:
        if together is None:
            return warm_start(job, on_progress, should_stop)
        return warm_start(job, on_progress, should_stop, partial(together.steps, job.number))
    except FileProblem:
        raise
    except TprogError as error:
        return error
    finally:
        if together is not None:
            together.leave()
