"""The eight published tasks as RASP graphs, written from what the tasks ask for."""

from tprog.rasp.graph import (
    LENGTH,
    Aggregate,
    And,
    Closest,
    Const,
    Indices,
    Map,
    Or,
    Select,
    Selector,
    SOp,
    Tokens,
    Value,
    Width,
)

T, AT = Tokens(), Indices()


def apply(function: str, *arguments: SOp | Value) -> SOp:
    """Return a function of s-ops, of which constants may be given as values."""
    return Map(function, tuple(one if isinstance(one, SOp) else Const(one) for one in arguments))


def where(truth: SOp) -> Selector:
    """Return the selector of the keys where an s-op is true."""
    return Select(truth, Const(True), "==")


SAME, BEFORE, UPTO = Select(T, T, "=="), Select(AT, AT, "<"), Select(AT, AT, "<=")

REVERSE = Aggregate(Select(AT, apply("-", apply("-", LENGTH, 1), AT), "=="), T, "?")
HIST = Width(SAME)
FIRST = apply("==", Width(And(SAME, BEFORE)), 0)
SORT = Aggregate(
    Select(Width(Or(Select(T, T, "<"), And(SAME, BEFORE))), AT, "=="),
    T,
    "?",
)
DOUBLE_HIST = Width(And(Select(HIST, HIST, "=="), where(FIRST)))
RANK = Width(And(where(FIRST), Or(Select(HIST, HIST, ">"), And(Select(HIST, HIST, "=="), BEFORE))))
MOST_FREQ = Aggregate(Select(apply("if", RANK, FIRST, -1), AT, "=="), T, "<s>")


def _seen(truth: SOp) -> SOp:
    return Width(And(where(truth), UPTO))


def _judged(failed: SOp, depth: SOp) -> SOp:
    return apply("if", "F", failed, apply("if", "T", apply("==", depth, 0), "P"))


DEPTH_1 = apply("-", _seen(apply("==", T, "(")), _seen(apply("==", T, ")")))
DYCK1 = _judged(apply(">", _seen(apply("<", DEPTH_1, 0)), 0), DEPTH_1)

OPENS = apply("or", apply("==", T, "("), apply("==", T, "{"))
DEPTH_2 = apply("-", _seen(OPENS), _seen(apply("not", OPENS)))
LEVEL = apply("if", DEPTH_2, OPENS, apply("+", DEPTH_2, 1))
MATE = Aggregate(Closest(And(And(Select(LEVEL, LEVEL, "=="), where(OPENS)), BEFORE)), T, "?")
FITS = apply(
    "or",
    apply("and", apply("==", T, ")"), apply("==", MATE, "(")),
    apply("and", apply("==", T, "}"), apply("==", MATE, "{")),
)
BROKEN = apply("or", apply("not", apply("or", OPENS, FITS)), apply("<", DEPTH_2, 0))
DYCK2 = _judged(apply(">", _seen(BROKEN), 0), DEPTH_2)

PREVIOUS = Aggregate(Select(AT, apply("-", AT, 1), "=="), T, "?")
INDUCTION = Aggregate(Closest(And(Select(PREVIOUS, T, "=="), UPTO)), T, "<unk>")

FORMS: dict[str, tuple[SOp, int]] = {
    "reverse": (REVERSE, 2),
    "hist": (HIST, 1),
    "double_hist": (DOUBLE_HIST, 2),
    "sort": (SORT, 2),
    "most_freq": (MOST_FREQ, 3),
    "dyck1": (DYCK1, 3),
    "dyck2": (DYCK2, 5),
    "induction": (INDUCTION, 2),
}
"""The graph of each task, and in how many layers at the most it compiles."""
