"""The operations of the vector engine, and terms over them.

A term is an integer at each position; truth values are 0 and 1. `kernels.py` computes terms, `lowering.py` writes them as RASP.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from tprog.ir import Relation

Reach = Literal["here", "before", "all"]

ANY, TRUTH_FIRST, CONSTANT_SECOND = range(3)
"""Which terms an operation is worth trying on."""


class Operation(NamedTuple):
    """What the engine knows of an operation.

    Attributes:
        code: its number in the kernels.
        arity: how many terms it takes.
        reach: which positions it looks at: its own, those up to it, or all.
        takes: which terms are worth trying.
        symmetric: whether its two terms may be exchanged.
    """

    code: int
    arity: int
    reach: Reach
    takes: int
    symmetric: bool


SYMMETRIC = frozenset(["add", "mul", "equal", "unequal", "min", "max"])

_LISTED: tuple[tuple[str, int, Reach, int], ...] = (
    ("add sub mul equal unequal less most min max", 2, "here", ANY),
    ("mod div", 2, "here", CONSTANT_SECOND),
    ("not abs", 1, "here", ANY),
    (
        "shift sum lowest highest comb floored first fresh occurrence previous stretch opener",
        1,
        "before",
        ANY,
    ),
    ("count_equal count_less within match behind gather", 2, "before", ANY),
    ("since", 1, "before", TRUTH_FIRST),
    ("last last_before greatest least among", 2, "before", TRUTH_FIRST),
    ("ahead total minimum maximum final reverse histogram next closer rank", 1, "all", ANY),
    ("sum_back lowest_back highest_back fresh_back floored_back", 1, "all", ANY),
    ("all_equal all_less within_all sort gather_all meet", 2, "all", ANY),
    ("until", 1, "all", TRUTH_FIRST),
    ("upcoming greatest_all least_all among_all", 2, "all", TRUTH_FIRST),
)

_NAMED = [
    (name, arity, reach, takes) for names, arity, reach, takes in _LISTED for name in names.split()
]

OPERATIONS = {
    name: Operation(code, arity, reach, takes, name in SYMMETRIC)
    for code, (name, arity, reach, takes) in enumerate(_NAMED)
}
"""By name. Unlike what RASP does, `add` to `max` and `mod`, `div` (rounding down) mean what Python's operators do; further

- `most`: first <= second.
- `shift`, `ahead`: the value so many positions before or after; the fill where there is none; where 16 is added to the number -1 before the first, -2 behind the last.
- `sum`, `lowest`, `highest`: over the prefix; with `_back` over the suffix; `total`, `minimum`, `maximum`: over the sequence.
- `floored`: what the value, a running sum, would be if it had never gone below 0; `floored_back`: from the end.
- `comb`: the sum over those positions of the prefix whose distance is k modulo m; the number is 16 m + k.
- `occurrence`: how often the value has come, this time included; `histogram`: how often it comes at all.
- `fresh`, `fresh_back`: whether the value has not come before, or does not come again.
- `previous`, `next`: the position where it came before (else -1) or comes again (else the length).
- `stretch`: the first position from which on no value up to here is less than the one here.
- `opener`, `closer`: of a depth, which rises by opening and falls by closing, where what encloses a position, or ends or begins here,
  was opened (else -1) and is closed (else the length).
- `match`: the last position before at which the first was what the second is here (else -1).
- `meet`: the first position after at which it is (else the length); `behind`: the first, right behind where it last was what the second is here.
- `count_equal`, `count_less`: how many firsts of the prefix equal, or are less than, the second here; `all_…`: of all.
- `among`, `among_all`: at how many positions, up to here or anywhere, the first holds and the second is as here, less, or
  more; the number says which.
- `within`, `within_all`: at how many positions the first is as here, and the second as here, less, or more, as the number says.
- `greatest`, `least`, `greatest_all`, `least_all`: of the seconds where the first holds; else the fill.
- `gather`: the first at the position that the second says, which lies in the prefix; `gather_all`: anywhere; else the fill.
- `last`: the second where the first last held, here included; `last_before`: here not included; else the fill.
- `since`, `until`: how many positions ago the first last held, or how far ahead it next does; beyond the end where it does not.
- `upcoming`: the second where the first next holds, here included; else the fill.
- `rank`: how many sort before it, stable; `sort`: the firsts sorted by the seconds.
"""

RELATIONS: tuple[Relation, ...] = ("==", "<", ">")
"""Of a `head`, which is at the root of terms alone: its number is 3 times the way (`NEAREST_BEFORE` to `COUNT_ALL` of the kernels) plus the relation of key and query;
it is applied to condition, key, query, what is read, and the constant that stands where no key is."""

LEAVES = frozenset({"input", "code", "index", "length", "constant"})
"""Terms without arguments: channel `number` of the input, what else its tokens are numbered by, the position, the length, the constant `number`."""

SHALLOW = frozenset(["within", "within_all"])
"""Operations on cheap terms alone: which part a position is in, and what is counted there."""

HELD = {
    name: place
    for place, names in enumerate(
        (
            "shift ahead first final reverse gather gather_all sort lowest highest minimum maximum lowest_back highest_back",
            "last last_before upcoming greatest least greatest_all least_all",
        )
    )
    for name in names.split()
}
"""Operations whose values are those of one of their terms, or the fill: of which one."""

TRUTHS = frozenset(["equal", "unequal", "less", "most", "not", "fresh", "fresh_back"])
"""Operations whose results are truth values; of these `min` is *and*, `max` *or*, `unequal` the exclusive or."""


@dataclass(frozen=True, slots=True)
class Term:
    """An operation, what it is applied to, and the number that some operations have; of a `table` the rows, values before result."""

    operation: str
    arguments: tuple["Term", ...] = ()
    number: int = 0
    rows: tuple[tuple[tuple[int, ...], int], ...] = ()

    @property
    def is_truth(self) -> bool:
        """Whether its operations show that its values are truth values."""
        both = self.operation in ("min", "max") and all(one.is_truth for one in self.arguments)
        told = bool(self.rows) and all(0 <= one <= 1 for _, one in self.rows)
        return both or told or self.operation in TRUTHS

    def __str__(self) -> str:
        """Write it as a call."""
        if self.operation == "constant":
            return str(self.number)
        parts = [*map(str, self.arguments), *([str(self.number)] if self.number else [])]
        return f"{self.operation}({', '.join(parts)})" if parts else self.operation


def constant(value: int) -> Term:
    """Return the same number everywhere."""
    return Term("constant", (), value)


def of(operation: str, *arguments: Term, number: int = 0) -> Term:
    """Return an operation applied to terms."""
    return Term(operation, arguments, number)


INDEX = Term("index")

APART = 16
"""Added to the number of a `shift` or `ahead` that gives what no code is where there is nothing."""
