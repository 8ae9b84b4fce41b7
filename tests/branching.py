"""Random functions of branches, which note the branches that they take."""

import itertools
from dataclasses import dataclass, field
from random import Random
from typing import Any

POOL = (0, 1, 2, 3, -1, True, False, None, "a", "b", "", 1.0, 2.5, (0, "a"), (1, "b"), ())
NAMES = ("x", "y", "z")
MOST_TURNS = 30  # of the loops of one call
DEEPEST = 3


class Stop(Exception):
    """A loop goes on and on."""


@dataclass
class Branchy:
    """A random function, whose every branch begins with `hit.add(line)`.

    Attributes:
        random: where chance comes from.
        typed: whether `x` and `y` are annotated with the values that they are called with.
        loops: whether it has loops, `try`, assignments, a third parameter and tests that can raise an error.
        chains: for each chain of branches the numbers that these note; before it, the first is noted with a minus.
    """

    random: Random
    typed: bool
    loops: bool = True
    lines: list[str] = field(default_factory=list)
    chains: list[list[int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Write the function."""
        flat = [value for value in POOL if not isinstance(value, tuple | float)]
        self.values = [self.random.sample(flat, self.random.randint(1, 4)) for _ in range(2)]
        notes = [f": Literal[{str(list(one))[1:-1]}]" if self.typed else "" for one in self.values]
        self.lines = ["from typing import Literal", f"FIXED = {self.constant()}"]
        self.lines.append(f"def f(x{notes[0]}, y{notes[1]}, z={self.constant()}):")
        self.block(1)

    @property
    def text(self) -> str:
        """The source."""
        return "\n".join(self.lines)

    def taken(self) -> set[int]:
        """Return the lines of the branches that some arguments lead to, by running the function on all of them."""
        hit: set[int] = set()
        turns = 0

        def tick() -> None:
            nonlocal turns
            turns += 1
            if turns > MOST_TURNS:
                raise Stop

        scope: dict[str, Any] = {"hit": hit, "tick": tick}
        exec(compile(self.text, "f", "exec"), scope)
        pools = self.values if self.typed else [[*POOL, 99, "zz"]] * 2
        for arguments in itertools.product(*pools):
            for rest in ((), (self.random.choice(POOL),)):
                turns = 0
                try:
                    scope["f"](*arguments, *rest)
                except (TypeError, Stop):
                    continue
        return hit

    def constant(self) -> str:
        """Return a constant."""
        return repr(self.random.choice(POOL))

    def several(self) -> str:
        """Return constants with commas."""
        return ", ".join(self.constant() for _ in range(self.random.randint(1, 4)))

    def test(self, depth: int = 0) -> str:
        """Return a test."""
        names = NAMES if self.loops else NAMES[:2]
        name, other = self.random.choice(names), self.random.choice(names)
        sign = self.random.choice(("<", "<=", ">", ">="))
        whole = [
            lambda: f"not ({self.test(depth + 1)})",
            lambda: f"({self.test(depth + 1)} and {self.test(depth + 1)})",
            lambda: f"({self.test(depth + 1)} or {self.test(depth + 1)})",
        ]
        simple = [
            lambda: f"{name} == {self.constant()}",
            lambda: f"{name} in {{{self.several()}}}",
            lambda: f"{name} in {{{self.several()}}}",
            lambda: f"{name} not in ({self.several()},)",
            lambda: f"{name} != {self.constant()}",
            lambda: f"{name} is None",
            lambda: name,
            lambda: f"{name} == {other}",
            lambda: f"({name}, {other}) in {{(0, 1), (1, 'a'), ('a', 'b'), (True, 2)}}",
            lambda: f"{name} == FIXED",
        ]
        risky = [
            lambda: f"({name} := {self.constant()}) == {self.constant()}",
            lambda: f"{name} {sign} {self.random.choice((0, 1, 2, 3))}",
            lambda: f"0 <= {name} < {self.random.choice((1, 2, 3))}",
        ]
        choices = simple + (whole if depth < 2 else []) + (risky if self.loops else [])
        return self.random.choice(choices)()

    def block(self, depth: int) -> None:
        """Write the statements of a block."""
        for _ in range(self.random.randint(1, 3)):
            kind = self.random.randrange(12 if self.loops else 8)
            if kind < 6 and depth < DEEPEST:
                self.chain(depth)
            elif kind == 6:
                self.line(depth, f"return {self.constant()}")
                return
            elif kind == 7:
                self.line(depth, "pass")
            elif kind == 8:
                value = self.random.choice((self.constant(), *NAMES, "(x, y)", "FIXED"))
                self.line(depth, f"{self.random.choice(NAMES)} = {value}")
            elif kind == 9 and depth < DEEPEST:
                name = self.random.choice(NAMES)
                self.branch(depth, f"for {name} in ({self.constant()}, {self.constant()}):")
                self.line(depth + 1, self.random.choice(("break", "continue", "pass")))
            elif kind == 10 and depth < DEEPEST:
                for head in ("try:", "except TypeError:", "finally:"):
                    self.line(depth, head)
                    self.block(depth + 1)
            elif depth < DEEPEST:
                self.branch(depth, f"while {self.test()}:")
        self.line(depth, "tick()")

    def chain(self, depth: int) -> None:
        """Write an `if` with its `elif`s and `else`."""
        self.line(depth, f"hit.add({-len(self.lines) - 2})")
        chain: list[int] = []
        self.chains.append(chain)
        for number in range(self.random.randint(1, 4)):
            chain.append(len(self.lines) + 1)
            self.branch(depth, f"{'elif' if number else 'if'} {self.test()}:")
        if self.random.random() < 0.5:
            self.line(depth, "else:")
            chain.append(len(self.lines) + 1)
            self.line(depth + 1, f"hit.add({chain[-1]})")
            self.block(depth + 1)

    def branch(self, depth: int, head: str) -> None:
        """Write a branch, which notes the line of its head."""
        self.line(depth, head)
        self.line(depth + 1, f"hit.add({len(self.lines)})")
        self.block(depth + 1)

    def line(self, depth: int, text: str) -> None:
        """Write one line."""
        self.lines.append("    " * depth + text)
