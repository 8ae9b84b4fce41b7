"""How often each part of a Program is used."""

from collections import Counter

from effort import scaled
from hypothesis import assume, given, settings
from strategies import programs

from tprog.analysis.show.report.usage import SAMPLE, count_usage
from tprog.evaluate import all_inputs
from tprog.evaluate.scalar import interpret
from tprog.ir import Lookup, Program
from tprog.locate import load
from tprog.tasks.registry import get_task


@settings(max_examples=scaled(20))
@given(programs(max_inputs=40))
def test_counts_are_those_of_the_interpreter(program: Program) -> None:
    """Values, points of look-ups and matching queries are counted as the scalar interpreter finds them."""
    assume(program.domain.unknown is None)
    usage = count_usage(program)
    values: list[Counter[int]] = [Counter() for _ in program.variables]
    calls: dict[int, Counter[tuple[int, ...]]] = {number: Counter() for number in usage.calls}
    matched: dict[int, Counter[int]] = {number: Counter() for number in usage.matched}
    inputs = 0
    for batch in all_inputs(program.domain):
        for row in range(len(batch)):
            run = interpret(program, tuple(batch.words[i] for i in batch.indices[row]))
            inputs += 1
            for number, entries in enumerate(run.values):
                values[number].update(entries)
            for number, head in run.heads.items():
                query = run.values[program.operations[number - len(program.inputs)].reads[0]]
                matched[number].update(
                    q for q, found in zip(query, head.matches, strict=True) if found
                )
            for number in calls:
                lookup = program.variables[number]
                assert isinstance(lookup, Lookup)
                read = [run.values[argument] for argument in lookup.arguments]
                calls[number].update(zip(*read, strict=True))
    assert usage.inputs == inputs
    assert usage.exhaustive
    assert list(usage.values) == values
    assert usage.calls == calls
    assert usage.matched == matched


def test_a_task_gives_its_own_inputs() -> None:
    """A task with few inputs is run on all of them, one with many on a sample of fixed size."""
    program = load("induction")
    usage = count_usage(program, get_task("induction"))
    assert usage.inputs <= SAMPLE
    assert usage.positions > usage.inputs
    assert not usage.exhaustive
