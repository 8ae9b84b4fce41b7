"""Planted programs for tests of tracing: a perfect hist with one wrong branch."""

from dataclasses import replace
from itertools import islice, product

from example_programs import hist_program

from tprog.analysis.explain.cells import Branch, Part, with_content
from tprog.analysis.explain.trace import (
    LabelledExample,
    LabelledExamples,
    given_examples,
    task_examples,
)
from tprog.evaluate import predict
from tprog.ir import Domain, Program, Provenance, Rectangle
from tprog.tasks.registry import get_task

SPEC = "hist:vocabulary=5,length=5"
# The look-up that names the count says 1 where it counted 2.
FAULT = Branch(Part(4, "look-up"), 1)


def sound_hist() -> Program:
    """Return a perfect hist over three symbols, up to four of them."""
    program = hist_program(("0", "1", "2"))
    return replace(program, provenance=Provenance("hist, by hand", SPEC))


def faulty_hist() -> Program:
    """Return the same with the fault."""
    return with_content(sound_hist(), FAULT, Rectangle(((2, 2),), 1))


def some_examples(program: Program, count: int = 60) -> LabelledExamples:
    """Return examples of hist."""
    return task_examples(program, get_task(SPEC), count, 0)


def every_input(domain: Domain, most: int = 24) -> list[tuple[str, ...]]:
    """Return the inputs of a domain, the shortest first, at most so many; an open vocabulary's own symbols alone."""
    longest = domain.min_length + 2 if domain.max_length is None else domain.max_length
    lengths = range(domain.min_length, longest + 1)
    found = (tokens for length in lengths for tokens in product(domain.symbols, repeat=length))
    return list(islice(found, most))


def labelled_by(program: Program, other: Program) -> LabelledExamples:
    """Return examples of `other` whose labels are those that `program` gives."""
    inputs = every_input(program.domain)
    answers = predict(program, inputs)
    pairs = zip(inputs, answers, strict=True)
    return given_examples(other, (LabelledExample(one, tuple(right)) for one, right in pairs), "")
