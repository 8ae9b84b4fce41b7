"""A program's file as a Program: a candidate is read, then the file must be what tprog writes for it.

What may differ (the Program's own functions and tables, comments, layout, names) is listed in docs/editing.md.
"""

import ast
from pathlib import Path

from tprog.codegen.comments import docstring_provenance
from tprog.codegen.fixed import BESIDE
from tprog.errors import InvalidProgram, UnreadableSource
from tprog.evaluate import numerical_bounds
from tprog.files import read_text
from tprog.ir import NumericalVotes, Program, Provenance, validate
from tprog.reader.constants import Constants, read_domain
from tprog.reader.definitions import Definitions, definitions
from tprog.reader.fixed import check_fixed
from tprog.reader.run import check_run, read_lines
from tprog.reader.source import LARGEST_SOURCE, MOST_BITS, Source, is_published
from tprog.reader.variables import Variables
from tprog.reader.votes import read_classifier


def read_program(path: Path) -> Program:
    """Return the Program in a file, with the tables in the JSON file beside it where it has one.

    Raises:
        FileProblem: the file cannot be read.
        UnreadableSource: it holds no Program; the message names the line.
    """
    return read_source(read_text(path, LARGEST_SOURCE), name=str(path), folder=path.parent)


def read_source(text: str, *, name: str = "<string>", folder: Path | None = None) -> Program:
    """Return the Program that a text holds. Nothing of the text is executed.

    Args:
        text: the text of an emitted program, edited or not.
        name: the file's name, for errors and for finding its tables.
        folder: where the file of its tables stands, if it has one.

    Raises:
        UnreadableSource: it holds no Program; the message is `NAME:LINE: what is wrong; what to do`.
    """
    source = Source(text, name)
    try:
        return _program(definitions(source), folder, Path(name).stem)
    except UnreadableSource:
        # A published program would otherwise be refused for its first import.
        if is_published(text.encode("utf-8", "replace")):
            raise source.error(
                1, f"this is a published program; bring it in first: tprog import {name}"
            ) from None
        raise
    except MemoryError:
        raise source.error(1, "this file takes too much memory to be read; shorten it") from None
    except RecursionError:
        raise source.error(1, "the code nests too deeply to be a program; write it flat") from None
    except InvalidProgram as error:
        raise source.error(1, str(error)) from None


def _program(file: Definitions, folder: Path | None, stem: str) -> Program:
    source = file.source
    constants = Constants(file, folder, stem)
    run = file.function("run", 1)
    domain = read_domain(constants)
    lines = read_lines(source, run)
    variables = Variables(constants, domain)
    for line in lines:
        variables.add(line)
    variables.remember_layers(lines)
    program = Program(
        domain,
        tuple(variables.inputs),
        tuple(variables.operations),
        read_classifier(constants, domain, variables.numbers, variables.values),
        _provenance(file),
    )
    problems = validate(program)
    if problems:
        raise source.error(run, "; ".join(map(str, problems)))
    stored = "tables" in file.functions
    check_run(source, run, program, stored)
    ways = {line.function for line in lines if line.kind == "head"}
    ways |= {BESIDE for line in lines if line.kind == "beside"}
    check_fixed(file, program, stored, ways)
    _check_sums(file, program)
    source.check_compiles()
    return program


def _check_sums(file: Definitions, program: Program) -> None:
    """Refuse votes whose sums can exceed 64 bits: Python would go on, and the evaluator would not.

    Where inputs have no greatest length the shortest ones count, and longer ones are refused when they come.
    """
    domain = program.domain
    length = domain.context_length or domain.min_length + domain.frame_size
    bounds = numerical_bounds(program, length)
    total = 0
    for vote in program.classifier.votes:
        if isinstance(vote, NumericalVotes):
            largest, times = max(map(abs, vote.weights)), max(1, bounds[vote.variable] or 0)
        else:
            largest, times = max(abs(weight) for row in vote.weights for weight in row), 1
        total += largest * times
    if program.classifier.pooled:
        total *= length
    if max([total, *(bound or 0 for bound in bounds.values())]).bit_length() > MOST_BITS:
        where = file.constants.get("VOTES") or file.constants.get("UNIT_VOTES") or 1
        raise file.source.error(
            where, "the sums of these votes could exceed 64 bits; scale the votes down"
        )


def _provenance(file: Definitions) -> Provenance:
    if file.docstring is None:
        return Provenance()
    literal = ast.get_source_segment(file.source.text, file.docstring)
    return docstring_provenance(literal or "")
