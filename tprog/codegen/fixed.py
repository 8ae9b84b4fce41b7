"""The fixed statements of an emitted program, as text: imports, constants, aliases, runtime functions, the frame of `run`.

Which of them a file holds follows from its Program. `tprog.reader.fixed` compares a file with them and refuses what somebody
changed.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalVotes,
    Compare,
    First,
    Head,
    Nearest,
    NumericalHead,
    NumericalVotes,
    Ones,
    Positions,
    Program,
    TextRule,
    TieBreak,
    Tokens,
    Value,
)

# An alphabet up to this size is a `Literal` type; a larger one stands in a table.
LARGEST_ALPHABET = 1000
# The key of the symbols in the file beside a program; no variable can have this name.
SYMBOLS_KEY = "symbols"
# An error shows the known tokens where there are no more than this.
SHOWN_TOKENS = 40
# A line of `run` that computes a variable sets an attribute of this.
NAMESPACE = "x"
# So many rows of votes that are all 0 are left out. Fewer stay: a full table is easier to read and to change.
FEWEST_SILENT = 8
# The name of a row of votes that several values have.
SHARED = "votes"
SILENT = "silent = [0] * len(get_args(Label))"
# The beginning of the constant that lists a large alphabet.
SYMBOLS_LISTED = "SYMBOLS: tuple[str, ...] = "

MAIN = """\
if __name__ == "__main__":
    try:
        print(*run(sys.argv[1:]))
    except ValueError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
"""
RUN = "def run(tokens: Sequence[str], observe: Observe | None = None) -> list[Label]:"
TABLES = '''\
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

# The ways to attend, each by the name of its runtime function; a causal one ends in `_past`.
WAYS: dict[str, TieBreak | None] = {
    "attend": Nearest(),
    "attend_ranked": Nearest("matches"),
    "attend_first": First(),
    "attend_best": ByScore(()),
    "count": None,
}
PAST = "_past"
WORD_SHAPE = "word_shape"
BESIDE = "attend_beside"
MATCHES = "matches"
# The functions that ask `matches`.
REMEMBERING = frozenset(("attend_past", "attend_ranked", "attend_ranked_past", "count_past"))


def quoted(text: str) -> str:
    """Return a string literal for any text, in double quotes unless that needs more escapes."""
    literal = repr(text)
    if literal[0] == "'" and '"' not in text:
        return '"' + literal[1:-1].replace("\\'", "'") + '"'
    return literal


def literal_text(value: Value) -> str:
    """Return the literal of a string or an integer."""
    return quoted(value) if isinstance(value, str) else str(value)


def tuple_text(texts: Sequence[str]) -> str:
    """Return the literal of a tuple of strings."""
    return f"({', '.join(map(quoted, texts))}{',' * (len(texts) == 1)})"


def runtime_name(head: Head) -> str:
    """Return the name of the runtime function by which a head attends."""
    match head:
        case NumericalHead():
            found = "count"
        case CategoricalHead(tie=Nearest("matches")):
            found = "attend_ranked"
        case CategoricalHead(tie=First()):
            found = "attend_first"
        case CategoricalHead(tie=ByScore()):
            found = "attend_best"
        case CategoricalHead(tie=Nearest("last")):
            found = "attend"
        case other:
            raise ValueError(f"no runtime function attends as {other}")
    return found + PAST * head.causal


def runtime_head(function: str) -> tuple[TieBreak | None, bool] | None:
    """Return the tie-break (None for counting) and whether it is causal, for the name of a runtime function.

    A tie-break by score is returned without scores. Other names give None.
    """
    way = function.removesuffix(PAST)
    return (WAYS[way], function.endswith(PAST)) if way in WAYS else None


def written_short(program: Program) -> bool:
    """Tell whether a Program reads texts of any length and has rules for words: such a one is long, and is written in fewer lines."""
    rules = any(isinstance(part, TextRule) for part in program.inputs)
    return rules and program.domain.max_length is None


def distance_beside(program: Program, number: int) -> int | None:
    """Return how far away an operation looks, where it is a head that needs no function of its own; else None.

    In a Program that is written short, such a head copies what stands so many positions further on.
    """
    head = program.operations[number]
    inputs = program.inputs
    places = [place for place, part in enumerate(inputs) if isinstance(part, Positions)]
    match head:
        case CategoricalHead(
            query, key, predicate=Compare("==", 1, distance), tie=Nearest("last"), causal=False
        ) if places[:1] == [query] and query == key and distance:
            plain = not head.notes and program.layers[number] == 0
            return distance if plain and written_short(program) else None
        case _:
            return None


def needed_functions(program: Program, ways: Iterable[str] | None = None) -> set[str]:
    """Return the names of the runtime functions that a program uses; `ways` are those by which its heads attend, where a file says them."""
    if ways is None:
        ways = [
            runtime_name(head) if distance_beside(program, number) is None else BESIDE
            for number, head in enumerate(program.operations)
            if isinstance(head, CategoricalHead | NumericalHead)
        ]
    needed = set(ways)
    if needed & REMEMBERING:
        needed.add(MATCHES)
    rules = [variable for variable in program.inputs if isinstance(variable, TextRule)]
    return needed | {WORD_SHAPE for rule in rules if rule.feature == "shape"}


def template_text() -> str:
    """Return the text of the runtime functions' template."""
    return Path(__file__).with_name("template.py").read_text(encoding="utf-8")


def large_alphabet(program: Program) -> bool:
    """Tell whether the symbols are too many for a `Literal` type."""
    return len(program.domain.alphabet) > LARGEST_ALPHABET


def import_lines(program: Program, stored: bool) -> list[str]:
    """Return the imports that a Program's file needs, in order."""
    external = stored and large_alphabet(program)
    needed = needed_functions(program)
    rules = any(isinstance(variable, TextRule) for variable in program.inputs)
    memos = ["cache"] * external + ["lru_cache"] * (MATCHES in needed)
    typing = ["Any", "Literal", *["cast"] * rules, "get_args"]
    return [
        *["import json"] * external,
        "import sys",
        "from collections.abc import Callable, Sequence",
        *[f"from functools import {', '.join(memos)}"] * bool(memos),
        *["from itertools import groupby"] * (WORD_SHAPE in needed),
        *["from pathlib import Path"] * external,
        "from types import SimpleNamespace",
        f"from typing import {', '.join(typing)}",
    ]


def constant_lines(program: Program, stored: bool) -> list[str]:
    """Return the constants of the domain and the classifier, but for types and votes."""
    domain, classifier = program.domain, program.classifier
    frame: dict[str, str] = {}
    if domain.prefix is not None:
        frame["PREFIX"] = f"[{quoted(domain.prefix)}]"
    if domain.unknown is None and not large_alphabet(program):
        inside = _data(program)
        frame["SYMBOLS"] = "get_args(Token)" + inside * (inside != "[:]")
    if domain.suffix is not None:
        frame["SUFFIX"] = f"[{quoted(domain.suffix)}]"
    lengths = {"MIN_LENGTH": str(domain.min_length)}
    if domain.max_length is not None:
        lengths["MAX_LENGTH"] = str(domain.max_length)
    lines = [_together(frame)] if frame else []
    if large_alphabet(program) and not stored:
        lines.append(SYMBOLS_LISTED + tuple_text(domain.symbols))
    lines.append(_together(lengths))
    if domain.unknown is not None:
        kind = "str" if large_alphabet(program) else "Token"
        lines.append(f"UNKNOWN: {kind} = {quoted(domain.unknown)}")
    if domain.scored is not None:
        lines.append(f"SCORED: tuple[str, ...] = {tuple_text(domain.scored)}")
    if classifier.masked:
        masked = [classifier.labels[label] for label in classifier.masked]
        lines.append(f"MASKED = {tuple_text(masked)}")
    for title, label in (("FIRST_LABEL", classifier.first), ("LAST_LABEL", classifier.last)):
        if label is not None:
            lines.append(f"{title} = {quoted(label)}")
    return lines


def _together(values: dict[str, str]) -> str:
    """Return `A = value`, or `A, B = value, value`."""
    return f"{', '.join(values)} = {', '.join(values.values())}"


def _data(program: Program) -> str:
    """Return the slice of a framed sequence that leaves the frame out."""
    ends = (program.domain.prefix is not None, program.domain.suffix is not None)
    return f"[{'1' * ends[0]}:{'-1' * ends[1]}]"


def alias_lines(program: Program, ways: Iterable[str] | None = None) -> list[str]:
    """Return the names of types that a Program's functions use; for `ways` see `needed_functions`."""
    heads = needed_functions(program, ways) - {WORD_SHAPE}
    scores = any(function.startswith("attend_best") for function in heads)
    wanted = {
        "Observe": True,
        "Head": bool(heads - {BESIDE}),
        "Column": bool(heads),
        "Scores": scores,
    }
    return [f"{title} = {ALIASES[title]}" for title, used in wanted.items() if used]


def _framed(program: Program, middle: str) -> str:
    """Return `*PREFIX, *middle, *SUFFIX`, with what there is of a frame."""
    domain = program.domain
    parts = ["*PREFIX"] * (domain.prefix is not None) + [middle] * bool(middle)
    return ", ".join(parts + ["*SUFFIX"] * (domain.suffix is not None))


def before_variables(program: Program, stored: bool) -> list[str]:
    """Return the fixed lines of `run` that read and check the tokens."""
    domain = program.domain
    external = stored and large_alphabet(program)
    symbols = f'tables()["{SYMBOLS_KEY}"]' if external else "SYMBOLS"
    lines = ["words = list(tokens)"]
    ends = ["words[:1] == PREFIX"] * (domain.prefix is not None)
    ends += ["words[-1:] == SUFFIX"] * (domain.suffix is not None)
    if ends:
        lines.append(f"if {' and '.join(ends)}:\n    words = words{_data(program)}")
    lines.append(_check(program, symbols))
    if ends:
        lines.append(f"words = [{_framed(program, '*words')}]")
    tokens = any(isinstance(variable, Tokens) for variable in program.inputs)
    if large_alphabet(program) and domain.unknown is not None and tokens:
        lines.append(f"known = {{{_framed(program, f'*{symbols}')}}}")
    if MATCHES in needed_functions(program):
        # Whoever looks on wants to see every predicate asked.
        lines.append("if observe:\n    matches.cache_clear()")
    return [*lines, f"{NAMESPACE} = SimpleNamespace()"]


def _check(program: Program, symbols: str) -> str:
    domain = program.domain
    problems, wanted = ["len(words) < MIN_LENGTH"], "at least {MIN_LENGTH}"
    if domain.max_length is not None:
        problems = ["not MIN_LENGTH <= len(words) <= MAX_LENGTH"]
        wanted = "{MIN_LENGTH} to {MAX_LENGTH}"
    frame = _framed(program, "")
    if domain.unknown is None:
        problems.append(f"not set(words) <= set({symbols})")
        shown = f" of {{{symbols}}}" if len(domain.symbols) <= SHOWN_TOKENS else " known tokens"
    else:
        shown = " words that are no frame symbols" if frame else " words"
        problems += [f"set(words) & {{{frame}}}"] * bool(frame)
    message = f'f"give {wanted}{shown}, not {{words}}"'
    return f"if {' or '.join(problems)}:\n    raise ValueError({message})"


def has_gaps(program: Program) -> bool:
    """Tell whether rows of votes are left out of a Program's file: those that are all 0, where there are many."""
    votes = [vote for vote in program.classifier.votes if isinstance(vote, CategoricalVotes)]
    return sum(not any(row) for vote in votes for row in vote.weights) >= FEWEST_SILENT


def after_variables(program: Program, gaps: bool) -> list[str]:
    """Return the fixed lines of `run` that show the variables to `observe` and add up the votes.

    Args:
        program: the Program.
        gaps: whether values may have no row of votes.
    """
    classifier = program.classifier
    lines = [
        f"for name, values in vars({NAMESPACE}).items():\n    if observe:\n        observe(name, values)"
    ]
    row = "t.get(v, silent)" if gaps else "t[v]"
    rows = f"[[{row} for v in vars(x)[n]] for n, t in VOTES.items()]"
    units = "[[[v * w for w in u] for v in vars(x)[n]] for n, u in UNIT_VOTES.items()]"
    kinds = {type(vote) for vote in classifier.votes}
    if CategoricalVotes in kinds:
        lines += [*[SILENT] * gaps, f"rows = {rows}"]
    if NumericalVotes in kinds:
        lines.append(f"rows {'+=' if CategoricalVotes in kinds else '='} {units}")
    if not kinds:
        lines.append("sums = [[0] * len(get_args(Label)) for _ in words]")
    elif classifier.pooled:
        lines.append("sums = [[sum(votes) for votes in zip(*sum(rows, []))]]")
    else:
        lines.append("sums = [[sum(votes) for votes in zip(*row)] for row in zip(*rows)]")
    # The label with the largest sum, the first of equal ones.
    inside = _data(program)
    data = "sums" + inside * (inside != "[:]")
    if classifier.pooled:
        data = "sums" if kinds else "sums[:1]"
    if not classifier.masked:
        return [*lines, f"return [get_args(Label)[s.index(max(s))] for s in {data}]"]
    return [
        *lines,
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
    return f"[{word_entry(program, table)} for word in words]"


def word_entry(program: Program, table: str) -> str:
    """Return the expression for the entry of `word` in a table, given as an expression."""
    if program.domain.unknown is None:
        return f"{table}[word]"
    return f"{table}.get(word, {table}[UNKNOWN])"


def stored_table(key: str) -> str:
    """Return the expression of a table in the file beside the program."""
    return f'tables()["{key}"]'


def scores_name(head: str) -> str:
    """Return the name of the constant that holds a head's scores."""
    return f"{head.upper()}_SCORES"
