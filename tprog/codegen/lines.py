"""The fixed statements of an emitted program, as text: imports, constants, types, and the frame of `run`.

Which of them a file holds follows from its Program, so the reader compares a file with them and refuses what somebody
changed. A line of `run` that computes a variable sets an attribute of `x`.
"""

from collections.abc import Sequence
from pathlib import Path

from tprog.codegen.attending import WORD_SHAPE, needed_functions, remembers
from tprog.ir import (
    CategoricalVotes,
    NumericalVotes,
    Ones,
    Positions,
    Program,
    TextRule,
    Tokens,
    WordTable,
)

# An alphabet up to this size is a `Literal` type; a larger one stands in a table.
LARGEST_ALPHABET = 1000

# The key of the symbols in the file beside a program; no variable can have this name.
SYMBOLS_KEY = "symbols"

# An error shows the known tokens where there are no more than this.
SHOWN_TOKENS = 40

NAMESPACE = "x"

# The beginning of the constant that lists a large alphabet.
SYMBOLS_LISTED = "SYMBOLS: tuple[str, ...] = "

MAIN = """
if __name__ == "__main__":
    try:
        print(*run(sys.argv[1:]))
    except ValueError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
"""


RUN = """
def run(tokens: Sequence[str], observe: Observe | None = None) -> list[Label]:
    pass
"""

TABLES = '''
@cache
def tables() -> dict[str, Any]:
    """Return the word tables, kept in the file beside this one."""
    return dict(json.loads(Path(__file__).with_suffix(".json").read_text("utf-8")))
'''

# Everything that a program may import, by module.
IMPORTS = {
    "__future__": ("annotations",),
    "collections.abc": ("Callable", "Sequence"),
    "functools": ("cache", "lru_cache"),
    "itertools": ("groupby",),
    "pathlib": ("Path",),
    "types": ("SimpleNamespace",),
    "typing": ("Any", "Literal", "cast", "get_args"),
}
IMPORTED_MODULES = ("json", "sys")

ALIASES = {
    "Observe": "Callable[[str, Sequence[object]], None]",
    "Head": "Callable[[Any, Any], bool]",
    "Column": "list[Any]",
    "Scores": "dict[Any, dict[Any, int]]",
}


def large_alphabet(program: Program) -> bool:
    """Tell whether the symbols are too many for a `Literal` type."""
    return len(program.domain.alphabet) > LARGEST_ALPHABET


def import_lines(program: Program, stored: bool) -> list[str]:
    """Return the imports that a Program's file needs, in order."""
    external = stored and large_alphabet(program)
    rules = [variable for variable in program.inputs if isinstance(variable, TextRule)]
    tables = [variable for variable in program.inputs if isinstance(variable, WordTable)]
    shapes = any(rule.feature == "shape" for rule in rules)
    casts = rules or (external and tables)
    memos = ["cache"] * external + ["lru_cache"] * remembers(program)
    typing = ["Any", "Literal", *["cast"] * bool(casts), "get_args"]
    return [
        *["import json"] * external,
        "import sys",
        "from collections.abc import Callable, Sequence",
        *[f"from functools import {', '.join(memos)}"] * bool(memos),
        *["from itertools import groupby"] * shapes,
        *["from pathlib import Path"] * external,
        "from types import SimpleNamespace",
        f"from typing import {', '.join(typing)}",
    ]


def quoted(text: str) -> str:
    """Return a string literal for any text, in double quotes unless that needs more escapes."""
    literal = repr(text)
    if literal[0] == "'" and '"' not in text:
        return '"' + literal[1:-1].replace("\\'", "'") + '"'
    return literal


def constant_lines(program: Program, stored: bool) -> list[str]:
    """Return the constants of the domain and the classifier, but for types and votes."""
    domain, classifier = program.domain, program.classifier
    frame: dict[str, str] = {}
    if domain.prefix is not None:
        frame["PREFIX"] = f"[{quoted(domain.prefix)}]"
    if domain.unknown is None and not large_alphabet(program):
        inside = f"[{'1' * ('PREFIX' in frame)}:{'-1' * (domain.suffix is not None)}]"
        frame["SYMBOLS"] = "get_args(Token)" + inside * (inside != "[:]")
    if domain.suffix is not None:
        frame["SUFFIX"] = f"[{quoted(domain.suffix)}]"
    lengths = {"MIN_LENGTH": str(domain.min_length)}
    if domain.max_length is not None:
        lengths["MAX_LENGTH"] = str(domain.max_length)
    lines = [_together(frame)] if frame else []
    if large_alphabet(program) and not stored:
        lines.append(SYMBOLS_LISTED + _tuple(domain.symbols))
    lines.append(_together(lengths))
    if domain.unknown is not None:
        kind = "str" if large_alphabet(program) else "Token"
        lines.append(f"UNKNOWN: {kind} = {quoted(domain.unknown)}")
    if domain.scored is not None:
        lines.append(f"SCORED: tuple[str, ...] = {_tuple(domain.scored)}")
    if classifier.masked:
        lines.append(
            f"MASKED = {_tuple([classifier.labels[label] for label in classifier.masked])}"
        )
    for title, label in (("FIRST_LABEL", classifier.first), ("LAST_LABEL", classifier.last)):
        if label is not None:
            lines.append(f"{title} = {quoted(label)}")
    return lines


def _together(values: dict[str, str]) -> str:
    """Return `A = value`, or `A, B = value, value`."""
    return f"{', '.join(values)} = {', '.join(values.values())}"


def _tuple(texts: Sequence[str]) -> str:
    return f"({', '.join(map(quoted, texts))}{',' * (len(texts) == 1)})"


def alias_lines(program: Program) -> list[str]:
    """Return the names of types that a Program's functions use."""
    heads = needed_functions(program) - {WORD_SHAPE}
    scores = any(function.startswith("attend_best") for function in heads)
    wanted = {"Observe": True, "Head": bool(heads), "Column": bool(heads), "Scores": scores}
    return [f"{title} = {ALIASES[title]}" for title, used in wanted.items() if used]


def symbols_expression(program: Program, stored: bool) -> str:
    """Return the expression for the data symbols."""
    return f'tables()["{SYMBOLS_KEY}"]' if stored and large_alphabet(program) else "SYMBOLS"


def before_variables(program: Program, stored: bool) -> list[str]:
    """Return the fixed lines of `run` that read and check the tokens."""
    domain = program.domain
    prefix, suffix = domain.prefix is not None, domain.suffix is not None
    lines = ["words = list(tokens)"]
    ends = ["words[:1] == PREFIX"] * prefix + ["words[-1:] == SUFFIX"] * suffix
    inside = f"words[{'1' * prefix}:{'-1' * suffix}]"
    if ends:
        lines.append(f"if {' and '.join(ends)}:\n    words = {inside}")
    lines.append(_check(program, stored))
    if ends:
        framed = ["*PREFIX"] * prefix + ["*words"] + ["*SUFFIX"] * suffix
        lines.append(f"words = [{', '.join(framed)}]")
    if (
        large_alphabet(program)
        and domain.unknown is not None
        and any(isinstance(variable, Tokens) for variable in program.inputs)
    ):
        symbols = symbols_expression(program, stored)
        alphabet = ["*PREFIX"] * prefix + [f"*{symbols}"] + ["*SUFFIX"] * suffix
        lines.append(f"known = {{{', '.join(alphabet)}}}")
    if remembers(program):
        # Whoever looks on wants to see every predicate asked.
        lines.append("if observe:\n    matches.cache_clear()")
    return [*lines, f"{NAMESPACE} = SimpleNamespace()"]


def _check(program: Program, stored: bool) -> str:
    domain = program.domain
    symbols = symbols_expression(program, stored)
    frame = ["*PREFIX"] * (domain.prefix is not None) + ["*SUFFIX"] * (domain.suffix is not None)
    problems = ["len(words) < MIN_LENGTH"]
    wanted = "at least {MIN_LENGTH}"
    if domain.max_length is not None:
        problems = ["not MIN_LENGTH <= len(words) <= MAX_LENGTH"]
        wanted = "{MIN_LENGTH} to {MAX_LENGTH}"
    if domain.unknown is None:
        problems.append(f"not set(words) <= set({symbols})")
        shown = f" of {{{symbols}}}" if len(domain.symbols) <= SHOWN_TOKENS else " known tokens"
    else:
        shown = " words"
        if frame:
            problems.append(f"set(words) & {{{', '.join(frame)}}}")
            shown = " words that are no frame symbols"
    return (
        f'if {" or ".join(problems)}:\n    raise ValueError(f"give {wanted}{shown}, not {{words}}")'
    )


def after_variables(program: Program) -> list[str]:
    """Return the fixed lines of `run` that show the variables to `observe` and add up the votes."""
    classifier = program.classifier
    lines = [
        f"for name, values in vars({NAMESPACE}).items():\n    if observe:\n        observe(name, values)"
    ]
    rows = "[[t[v] for v in vars(x)[n]] for n, t in VOTES.items()]"
    units = "[[[v * w for w in u] for v in vars(x)[n]] for n, u in UNIT_VOTES.items()]"
    kinds = {type(vote) for vote in classifier.votes}
    if CategoricalVotes in kinds:
        lines.append(f"rows = {rows}")
        if NumericalVotes in kinds:
            lines.append(f"rows += {units}")
    elif NumericalVotes in kinds:
        lines.append(f"rows = {units}")
    if not classifier.votes:
        lines.append("sums = [[0] * len(get_args(Label)) for _ in words]")
    elif classifier.pooled:
        lines.append("sums = [[sum(votes) for votes in zip(*sum(rows, []))]]")
    else:
        lines.append("sums = [[sum(votes) for votes in zip(*row)] for row in zip(*rows)]")
    return [*lines, *_labels(program)]


def _labels(program: Program) -> list[str]:
    """Return the lines that name the label with the largest sum, the first of equal ones."""
    prefix, suffix = (frame is not None for frame in (program.domain.prefix, program.domain.suffix))
    data = f"sums[{'1' * prefix}:{'-1' * suffix}]" if prefix or suffix else "sums"
    if program.classifier.pooled:
        data = "sums" if program.classifier.votes else "sums[:1]"
    if not program.classifier.masked:
        return [f"return [get_args(Label)[s.index(max(s))] for s in {data}]"]
    return [
        "allowed = [i for i, label in enumerate(get_args(Label)) if label not in MASKED]",
        f"return [get_args(Label)[max(allowed, key=s.__getitem__)] for s in {data}]",
    ]


def basic_input(program: Program, variable: Tokens | Positions | Ones) -> str:
    """Return the expression for one of the basic inputs."""
    match variable:
        case Tokens():
            if program.domain.unknown is None:
                return "words"
            alphabet = "known" if large_alphabet(program) else "get_args(Token)"
            return f"[word if word in {alphabet} else UNKNOWN for word in words]"
        case Positions():
            return "list(range(len(words)))"
        case Ones():
            return "[1] * len(words)"


def word_lookup(program: Program, table: str) -> str:
    """Return the expression that looks every word up in a table, given as an expression."""
    if program.domain.unknown is None:
        return f"[{table}[word] for word in words]"
    return f"[{table}.get(word, {table}[UNKNOWN]) for word in words]"


def scores_name(head: str) -> str:
    """Return the name of the constant that holds a head's scores."""
    return f"{head.upper()}_SCORES"


def template_text() -> str:
    """Return the text of the runtime functions' template."""
    return Path(__file__).with_name("template.py").read_text(encoding="utf-8")


def stored_lookup(program: Program, kind: str, key: str) -> str:
    """Return the body of the function that looks a word up in a stored table, for a result of type `kind`."""
    entry = "table[word]" if program.domain.unknown is None else "table.get(word, table[UNKNOWN])"
    return f'table = tables()["{key}"]\nreturn cast({kind}, {entry})\n'
