"""Display names for parts. Owns the words; refuses to make them distinct, which `Program.names` does.

A name says what a module computes, so that a program that was put together reads like one that was written.
"""

from tprog.learn.compose.parts import POSITIONS, TOKENS, Copy, Count, Part, Source, Table

COMPARED = {
    "==": "equal",
    "!=": "other",
    "<": "smaller",
    "<=": "smaller_or_equal",
    ">": "greater",
    ">=": "greater_or_equal",
}
FUNCTIONS = {
    "a": "number",
    "a + b": "total",
    "a - b, at least 0": "difference",
    "a where b is 1, else 0": "first",
    "a where b is not 0, else 0": "kept",
    "1 where a is b, else 0": "same",
    "1 where a is greater than b, else 0": "more",
}
LONGEST = 32
"""Letters of a name; longer ones lose what their variable is called."""


def name_of(part: Part) -> str:
    """Return a name, such as `equal_tokens_so_far`, `difference` or `token_at_total`; lower-case words.

    Args:
        part: any part but an input.
    """
    match part:
        case Count(variable=variable, wanted=wanted, causal=causal):
            what = "all" if wanted.keys is None else "some"
            if wanted.relation is not None:
                what = COMPARED[wanted.relation]
            return _short(what, _plural(variable), "_so_far" if causal else "")
        case Copy(query=query, key=key, value=value, wanted=wanted):
            copied = "token" if value == TOKENS else "value"
            if query == key == POSITIONS:
                return f"{'previous' if wanted.offset < 0 else 'next'}_{copied}"
            place = key if query == POSITIONS else query
            if place != TOKENS and POSITIONS in (query, key):
                return _short(f"{copied}_at", name_of(place), "")
            return f"{copied}_of_equal"
        case Table(texts=texts, note=note):
            return "answer" if texts else FUNCTIONS.get(note, "event")
        case Source(kind=kind):
            return kind


def _plural(variable: Part) -> str:
    if variable == TOKENS:
        return "tokens"
    name = name_of(variable)
    return name if name.endswith("s") else f"{name}s"


def _short(what: str, of: str, suffix: str) -> str:
    full = f"{what}_{of}{suffix}"
    return full if len(full) <= LONGEST else f"{what}{suffix}"
