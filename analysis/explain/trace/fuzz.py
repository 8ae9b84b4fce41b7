"""Coverage-guided search for failing inputs (a fuzzer).

Random inputs of the task come first. Then inputs are mutated, and those are kept and mutated further that run a branch which
no input ran before, or a new combination of branches of two parts next to each other. Branches are counted by the batch
evaluator, so tens of thousands of inputs are tried in seconds.
"""

from collections.abc import Sequence

import numpy as np

from tprog.analysis.explain.cells import parts
from tprog.analysis.explain.trace.examples import (
    LabelledExample,
    LabelledExamples,
    given_examples,
    task_examples,
)
from tprog.analysis.explain.trace.running import Progress, evaluated
from tprog.analysis.explain.trace.spectrum import rows_fired
from tprog.errors import BadInput
from tprog.evaluate import Evaluator, encode
from tprog.evaluate.inputs import IntArray
from tprog.ir import Domain, Program
from tprog.tasks.task import Task

# Inputs of a round, inputs kept for changing, and passing inputs that go with the failing ones.
ROUND, MOST_KEPT, PASSING = 1000, 2000, 1000
# Enough failing inputs to tell causes apart.
MOST_FAILING = 1000

Tokens = tuple[str, ...]


def find_errors(
    program: Program, task: Task, tries: int, seed: int, progress: Progress | None = None
) -> LabelledExamples:
    """Return failing inputs, and passing ones beside them, after about so many tries; equal seeds find equal inputs."""
    random = np.random.default_rng(seed)
    reached: set[int] = set()
    kept: list[Tokens] = []
    seen: set[Tokens] = set()
    failing: list[LabelledExample] = []
    passing: list[LabelledExample] = []
    drawn = [one.tokens for one in task_examples(program, task, ROUND, seed).examples]
    tried = 0
    evaluator = Evaluator(program)
    while tried < tries and drawn and len(failing) < MOST_FAILING:
        examples = _labelled(program, task, drawn)
        seen.update(drawn)
        tried += len(drawn)
        new = _new(program, evaluator, examples, reached)
        kept = [*kept, *(examples.examples[row].tokens for row in new)][-MOST_KEPT:]
        for group, run in zip(examples.groups, evaluated(examples), strict=True):
            wrong = np.asarray(run.wrong.any(axis=1))
            for place, row in enumerate(group.rows.tolist()):
                (failing if wrong[place] else passing).append(examples.examples[row])
        if progress is not None:
            progress("looking for errors", min(tried, tries), tries)
        # Failing inputs have failing neighbours.
        pool = [*kept, *(one.tokens for one in failing[-ROUND:])] or drawn
        drawn = _changed(program.domain, pool, seen, random)
    order = random.permutation(len(passing))[: max(PASSING, 2 * len(failing))]
    chosen = [*failing, *(passing[number] for number in sorted(order.tolist()))]
    return given_examples(program, chosen, f"search of {tried:,} inputs")


def _labelled(program: Program, task: Task, drawn: Sequence[Tokens]) -> LabelledExamples:
    """Return the inputs that the task gives labels."""
    found: list[LabelledExample] = []
    for tokens in drawn:
        try:
            found.append(LabelledExample(tokens, task.truth(tokens)))
        except BadInput:
            continue
    return given_examples(program, found, "search")


def _new(
    program: Program, evaluator: Evaluator, examples: LabelledExamples, reached: set[int]
) -> list[int]:
    """Return the examples that reach something new, and count it as reached."""
    if not examples.examples:
        return []
    own = [part for part in parts(program) if part.kind != "votes"]
    news: list[int] = []
    for rows, batch in encode(program.domain, [one.tokens for one in examples.examples]):
        columns = evaluator.evaluate(batch).values
        fired = [rows_fired(program, part.variable, columns) for part in own]
        signs: list[IntArray] = []
        for number, found in enumerate(fired):
            signs.append(found * len(own) + number)
            if number:
                # Pairs of neighbouring parts at one position; numbered apart from single branches by their sign.
                before = fired[number - 1]
                signs.append(-((found * 100_003 + before) * len(own) + number) - 1)
        if not signs:
            continue
        table = np.concatenate(signs, axis=1)
        for place, row in enumerate(rows.tolist()):
            found_here = set(table[place].tolist())
            if not found_here <= reached:
                reached |= found_here
                news.append(row)
    return sorted(news)


def _changed(
    domain: Domain, pool: Sequence[Tokens], seen: set[Tokens], random: np.random.Generator
) -> list[Tokens]:
    """Return new inputs, each a small change of one in the pool."""
    found: dict[Tokens, None] = {}
    for _ in range(4 * ROUND):
        if len(found) == ROUND:
            break
        tokens = mutant(domain, pool[int(random.integers(len(pool)))], pool, random)
        if tokens not in seen:
            found[tokens] = None
    return list(found)


def mutant(
    domain: Domain, tokens: Tokens, pool: Sequence[Tokens], random: np.random.Generator
) -> Tokens:
    """Return a sequence of the domain: a token replaced, put in, left out, swapped, or the end of another."""
    symbols, size = domain.symbols, len(tokens)
    longest = domain.max_length if domain.max_length is not None else size + 1
    place = int(random.integers(size))
    token = symbols[int(random.integers(len(symbols)))]
    kind = int(random.integers(5))
    if kind == 0 and size < longest:
        return (*tokens[:place], token, *tokens[place:])
    if kind == 1 and size > domain.min_length:
        return (*tokens[:place], *tokens[place + 1 :])
    if kind == 2:
        other = int(random.integers(size))
        swapped = list(tokens)
        swapped[place], swapped[other] = swapped[other], swapped[place]
        return tuple(swapped)
    if kind == 3:
        another = pool[int(random.integers(len(pool)))]
        return (*tokens[:place], *another[place:size], *tokens[max(place, len(another)) :])
    return (*tokens[:place], token, *tokens[place + 1 :])
