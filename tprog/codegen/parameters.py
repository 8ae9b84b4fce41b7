"""Parameter names: what a head or look-up reads, in the singular. Owns the wording; refuses to give it meaning."""

import keyword

from tprog.ir import Positions, Program, Tokens


def parameter_names(program: Program, reads: tuple[int, ...]) -> tuple[str, ...]:
    """Return distinct parameter names for the variables that a function reads."""
    return _distinct([_singular(program, variable) for variable in reads])


def head_parameters(program: Program, query: int) -> tuple[str, str]:
    """Return the names of a predicate's two parameters: what the query reads, and `key`."""
    own, other = _distinct([_singular(program, query), "key"])
    return own, other


def _singular(program: Program, variable: int) -> str:
    found = program.names[variable]
    short = found.removesuffix("s")
    plural = isinstance(program.variables[variable], Tokens | Positions)
    return short if plural and short.isidentifier() and not keyword.iskeyword(short) else found


def _distinct(wanted: list[str]) -> tuple[str, ...]:
    taken: list[str] = []
    for found in wanted:
        unique = found
        while unique in taken:
            unique = f"{unique}_again"
        taken.append(unique)
    return tuple(taken)
