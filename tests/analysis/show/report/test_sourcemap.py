"""Where the parts of a Program stand in its file, and how often each line ran."""

from example_programs import reverse_program
from hypothesis import given, settings
from strategies import programs

from tprog.analysis.show.report.sourcemap import map_source
from tprog.analysis.show.report.usage import count_usage
from tprog.codegen import emit
from tprog.ir import Program
from tprog.locate import load, locate


@settings(max_examples=15)
@given(programs(max_inputs=40))
def test_every_part_stands_where_its_name_is(program: Program) -> None:
    """The first place of a head or look-up is its function; counts stand on lines that exist."""
    source = emit(program)
    lines = source.splitlines()
    found = map_source(program, source, count_usage(program))
    for number in range(len(program.inputs), len(program.variables)):
        first, last = found.places[number][0]
        body = lines[first - 1 : last]
        assert any(line.startswith(f"def {program.names[number]}(") for line in body)
        assert not body[0].startswith("# Layer")
    assert all(1 <= line <= len(lines) and count >= 0 for line, count in found.counts.items())


def test_counts_of_a_known_program() -> None:
    """The rows of votes that are used add up to the positions, and so do the branches of a look-up."""
    program = reverse_program()
    source = emit(program)
    usage = count_usage(program)
    found = map_source(program, source, usage)
    votes = found.places[program.classifier.votes[0].variable][-1]
    rows = sum(found.counts.get(line, 0) for line in range(votes[0], votes[1] + 1))
    assert rows == usage.positions
    number = next(iter(usage.calls))
    first, last = found.places[number][0]
    lines = source.splitlines()
    returned = [
        line for line in range(first, last + 1) if lines[line - 1].strip().startswith("return")
    ]
    assert sum(found.counts[line] for line in returned) == usage.positions
    for test in found.tests.get(number, ()):
        assert test.taken + test.skipped <= usage.positions


def test_nothing_is_counted_without_usage_or_without_python() -> None:
    """Without usage there are places alone; a text that is no Python has neither."""
    program = load("hist")
    source = locate("hist").program.read_text(encoding="utf-8")
    assert map_source(program, source, None).counts == {}
    assert any(map_source(program, source, None).places)
    assert not any(map_source(program, "def (", None).places)
