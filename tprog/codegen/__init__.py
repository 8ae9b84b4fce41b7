"""Programs as Python files, by LibCST; nothing is executed.

The modules that build trees are imported when something is emitted, so that reading a program stays quick.
"""

from tprog.ir import Program


def emit(program: Program) -> str:
    """Return a Program as the text of one Python file: typed, formatted, deterministic, standard library alone.

    Raises:
        InvalidProgram: the Program breaks a rule of the IR.
    """
    from tprog.codegen.module import program_text

    return program_text(program, stored=False)


def count_lines(program: Program, most: int) -> int:
    """Return how many lines `emit` writes, or of more than `most` how many they are before formatting, which would take minutes.

    Raises:
        InvalidProgram: the Program breaks a rule of the IR.
    """
    from tprog.codegen.module import formatted, unformatted

    text = unformatted(program, stored=False)
    rough = text.count("\n")
    return rough if rough > most else formatted(text).count("\n")


def emit_files(program: Program, stem: str) -> dict[str, str]:
    """Return a Program as files, by name: `STEM.py`, and `STEM.json` where its word tables are large.

    Raises:
        InvalidProgram: the Program breaks a rule of the IR.
    """
    from tprog.codegen.inputs import stored_tables
    from tprog.codegen.module import program_text

    text = program_text(program, stored=True)
    tables = stored_tables(program)
    return {f"{stem}.py": text} | ({} if tables is None else {f"{stem}.json": tables})


__all__ = ["count_lines", "emit", "emit_files"]
