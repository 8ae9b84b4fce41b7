"""The vector engine on the 62 published tasks: 200 examples of length 10 each, held to fresh inputs of length 40.

Seconds are those of the processor. `cd tests; python -m benchmarks.bench_vectors [TASK …] [--seconds N] [--fresh N]` prints a row for each task.
"""

import argparse
from time import thread_time

from benchmarks.rnn_tasks import RNN_TASKS, drawn

from tprog.synthesis.examples import wrong_rows
from tprog.synthesis.parts import Candidate, Effort
from tprog.synthesis.vectors.part import candidates


def first_for(name: str, seconds: float, seed: int) -> tuple[Candidate | None, float]:
    """Return the first candidate within a time, and how long it took."""
    examples = drawn(RNN_TASKS[name], 200, 10, seed)
    start = thread_time()
    effort = Effort(over=lambda: thread_time() - start > seconds)
    return next(candidates(examples, effort), None), thread_time() - start


def main() -> None:
    """Run the tasks and print what came of them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("tasks", nargs="*", default=sorted(RNN_TASKS))
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--fresh", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    right = 0
    for name in given.tasks:
        found, took = first_for(name, given.seconds, given.seed)
        told = "nothing"
        if found is not None:
            fresh = drawn(RNN_TASKS[name], given.fresh, 40, given.seed + 1_000)
            wrong = len(wrong_rows(found.graph, fresh))
            right += not wrong
            told = f"{found.how}, {'exact' if not wrong else f'{wrong} wrong'}"
        print(f"{name:26} {took:7.2f} s  {told}", flush=True)
    print(f"{right} of {len(given.tasks)} exact")


if __name__ == "__main__":
    main()
