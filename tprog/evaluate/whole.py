"""Whole domains in bounded memory. Owns going through every input; refuses to judge what it finds."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from tprog.evaluate.batch import Evaluation, Evaluator
from tprog.evaluate.inputs import Batch, IntArray, all_inputs, count_inputs, longest_data
from tprog.ir import Program

# Called with the number of inputs done and the number in all.
Progress: TypeAlias = Callable[[int, int], None]

# The greatest number of inputs in one batch, and of 8-byte entries in one Evaluation (64 MB).
LARGEST_BATCH = 16384
LARGEST_EVALUATION = 1 << 23


def evaluate_domain(
    program: Program, up_to: int | None = None, progress: Progress | None = None
) -> Iterator[tuple[Batch, Evaluation]]:
    """Yield every input with everything that a Program computes on it, shortest first, in bounded memory.

    Args:
        program: a valid Program with a closed vocabulary.
        up_to: the greatest number of data symbols; the domain's own where it is None.
        progress: called after each batch.

    Raises:
        BadInput: the inputs have no end.
        InvalidProgram: a number could exceed 64 bits.
    """
    evaluator = Evaluator(program)
    entries = len(program.variables) + 2 * len(program.classifier.labels)
    for batch in _inputs(program, up_to, progress, entries):
        yield batch, evaluator.evaluate(batch)


def predict_domain(
    program: Program, up_to: int | None = None, progress: Progress | None = None
) -> Iterator[tuple[Batch, IntArray]]:
    """Yield every input with the predictions alone (see `Evaluator.predictions`), as `evaluate_domain` does."""
    evaluator = Evaluator(program)
    for batch in _inputs(program, up_to, progress, 1):
        yield batch, evaluator.predictions(batch)


def _inputs(
    program: Program, up_to: int | None, progress: Progress | None, entries: int
) -> Iterator[Batch]:
    """Yield every input; `entries` is how many numbers are held for each position."""
    domain = program.domain
    total = count_inputs(domain, up_to) or 0
    longest = domain.frame_size + (longest_data(domain, up_to) or 1)
    chunk = max(1, min(LARGEST_BATCH, LARGEST_EVALUATION // (entries * longest)))
    done = 0
    for batch in all_inputs(domain, up_to, chunk):
        yield batch
        done += len(batch)
        if progress is not None:
            progress(done, total)
