"""Damaged published files: each is read as a valid Program or refused in one line, quickly, and nothing of it is executed."""

import os
import random
import re
import resource
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from published.networks import tensors
from published.test_checkpoint import SIZES, SORT, saved
from published.test_program import small
from published.written import write

from tprog.errors import FileProblem, UnreadableSource
from tprog.ir import validate
from tprog.published.assemble import WrittenExample
from tprog.published.checkpoint import read_checkpoint
from tprog.published.program import read_published

REFERENCE = os.environ.get("TPROG_REFERENCE", "")
MOST_SECONDS = 10.0
MOST_MEMORY = 2 << 20  # kilobytes
CANARY = "canary.txt"

Files = dict[str, bytes]
Change = Callable[[random.Random, bytes, list[bytes]], bytes]


def truncated(draw: random.Random, content: bytes, _: list[bytes]) -> bytes:
    return content[: draw.randrange(len(content) + 1)]


def swapped_lines(draw: random.Random, content: bytes, _: list[bytes]) -> bytes:
    lines = content.split(b"\n")
    one, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def lost_line(draw: random.Random, content: bytes, _: list[bytes]) -> bytes:
    lines = content.split(b"\n")
    del lines[draw.randrange(len(lines))]
    return b"\n".join(lines)


def repeated_line(draw: random.Random, content: bytes, _: list[bytes]) -> bytes:
    lines = content.split(b"\n")
    place = draw.randrange(len(lines))
    return b"\n".join([*lines[:place], *[lines[place]] * draw.choice((2, 3, 500)), *lines[place:]])


def renamed(draw: random.Random, content: bytes, _: list[bytes]) -> bytes:
    words = re.findall(rb"[A-Za-z_]\w*", content[:100_000]) or [b"run"]
    return content.replace(draw.choice(words), draw.choice(words), draw.choice((1, 2, -1)))


def garbage(draw: random.Random, content: bytes, _: list[bytes]) -> bytes:
    place, size = draw.randrange(len(content) + 1), draw.choice((1, 4, 64))
    return content[:place] + draw.randbytes(size) + content[place + size * draw.randrange(2) :]


def changed_digit(draw: random.Random, content: bytes, _: list[bytes]) -> bytes:
    digits = [place for place, byte in enumerate(content) if 48 <= byte <= 57] or [0]
    place = draw.choice(digits)
    new = draw.choice((b"9", b"0", b"-1", b"1e9", b"99999999999999999999", b"nan", b"''"))
    return content[:place] + new + content[place + 1 :]


def foreign(draw: random.Random, _: bytes, others: list[bytes]) -> bytes:
    return draw.choice(others)


def spliced(draw: random.Random, content: bytes, others: list[bytes]) -> bytes:
    other = draw.choice(others)
    return content[: draw.randrange(len(content) + 1)] + other[draw.randrange(len(other) + 1) :]


def huge(draw: random.Random, content: bytes, _: list[bytes]) -> bytes:
    return content + draw.choice((b"# x\n", b"x = 1\n", b"(", b"a,b,c\n", b"0")) * 1_500_000


def nested(draw: random.Random, content: bytes, _: list[bytes]) -> bytes:
    depth = draw.choice((50, 400, 20_000))
    place = draw.randrange(len(content) + 1)
    opening, closing = draw.choice(((b"(", b")"), (b"[", b"]"), (b"-", b""), (b"not ", b"")))
    return content[:place] + opening * depth + b"1" + closing * depth + content[place:]


def malicious(draw: random.Random, content: bytes, _: list[bytes]) -> bytes:
    lines = content.split(b"\n")
    order = draw.choice(
        (
            b"import os; os.remove('%s')" % CANARY.encode(),
            b"open('%s', 'w')" % CANARY.encode(),
            b"__import__('os').remove('%s')" % CANARY.encode(),
            b"while True: pass",
            b"x = [0] * 10**12",
        )
    )
    indent = draw.choice((b"", b"    ", b"        "))
    lines.insert(draw.randrange(len(lines) + 1), indent + order)
    return b"\n".join(lines)


CHANGES: dict[str, tuple[Change, int]] = {
    "truncated": (truncated, 10),
    "swapped lines": (swapped_lines, 10),
    "lost line": (lost_line, 10),
    "repeated line": (repeated_line, 6),
    "renamed": (renamed, 14),
    "garbage": (garbage, 12),
    "changed digit": (changed_digit, 14),
    "foreign": (foreign, 6),
    "spliced": (spliced, 8),
    "huge": (huge, 1),
    "nested": (nested, 4),
    "malicious": (malicious, 10),
}


def bases(folder: Path) -> list[Files]:
    """Return the files of small programs and runs, and of published ones where they are at hand."""
    found = []
    examples = [WrittenExample(("<s>", "a", "b"), ("<pad>", "x", "y"))]
    for name, program in (("one", small()), ("two", replace(small()))):
        (folder / name).mkdir()
        write(program, folder / name, "program", examples if name == "two" else ())
        found.append(files_of(folder / name))
    for seed, arguments in enumerate((SORT, replace(SORT, n_heads_num=0, n_num_mlps=0))):
        run = saved(folder / f"run{seed}", arguments, tensors(arguments, *SIZES, seed=seed))
        found += [files_of(run)] * 2
    return found


def published_bases() -> list[Files]:
    """Return the files of published programs; the text ones are left out, since each takes half a second to read."""
    programs = sorted(Path(REFERENCE).glob("programs/rasp*/*/*.py")) if REFERENCE else []
    return [files_of(path.parent) for path in programs]


def files_of(folder: Path) -> Files:
    """Return the files of a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def attempt(folder: Path, files: Files) -> str:
    """Write files and read them; return `read` or `refused`."""
    for old in folder.iterdir():
        old.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    before = files_of(folder)
    began = time.monotonic()
    used = time.process_time()
    try:
        if "model.pt" in files:
            found = read_checkpoint(folder)
        else:
            (name,) = [name for name in files if name.endswith(".py")]
            found = read_published(folder / name)
    except (UnreadableSource, FileProblem) as error:
        refusal = str(error)
        missing = isinstance(error, FileProblem)
    else:
        refusal, missing = "", False
        assert not validate(found.program)
    # Other work on the machine is not the reader's, so the processor's time counts where the clock's is over.
    assert min(time.monotonic() - began, time.process_time() - used) < MOST_SECONDS
    assert files_of(folder) == before
    if not refusal:
        return "read"
    assert "\n" not in refusal
    place, _, rest = refusal.removeprefix(f"{folder}/").partition(":")
    # A file that is missing has no lines.
    assert missing or (place in files and rest.partition(":")[0].isdigit()), refusal
    return "refused"


def damage(count: int, folder: Path, seed: int) -> Counter[tuple[str, str]]:
    """Read so many damaged inputs and count what came of each change."""
    draw = random.Random(seed)
    for name in ("bases", "work"):
        (folder / name).mkdir()
    (folder / CANARY).write_text("alive")
    os.chdir(folder)
    own, theirs = bases(folder / "bases"), published_bases()
    everything = [content for files in own for content in files.values()]
    outcomes: Counter[tuple[str, str]] = Counter()
    names = list(CHANGES)
    weights = [CHANGES[name][1] for name in names]
    for number in range(count):
        files = dict(draw.choice(theirs if theirs and number % 20 == 0 else own))
        for _ in range(draw.choice((1, 1, 1, 2, 4))):
            (name,) = draw.choices(names, weights)
            target = draw.choice(sorted(files))
            change = CHANGES[name][0]
            files[target] = change(draw, files[target], everything)
        if draw.random() < 0.02:
            del files[draw.choice([one for one in files if not one.endswith((".py", ".pt"))])]
        outcomes[name, attempt(folder / "work", files)] += 1
        assert (folder / CANARY).read_text() == "alive"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < MOST_MEMORY
    return outcomes


def test_some_damaged_files_are_read_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred damaged inputs end in a Program or in a line."""
    monkeypatch.chdir(tmp_path)
    outcomes = damage(100, tmp_path, seed=1)
    assert {outcome for _, outcome in outcomes} == {"read", "refused"}


@pytest.mark.slow
def test_ten_thousand_damaged_files_are_read_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback, no hang beyond 10 seconds, no memory beyond 2 GiB, nothing executed."""
    monkeypatch.chdir(tmp_path)
    began = time.monotonic()
    outcomes = damage(10_000, tmp_path, seed=0)
    with capsys.disabled():
        print(f"\n{sum(outcomes.values())} damaged inputs in {time.monotonic() - began:.0f} s")
        for name in CHANGES:
            read, refused = (outcomes[name, what] for what in ("read", "refused"))
            print(f"  {name:14} {read:5} read {refused:5} refused")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        print(f"  at most {peak} MiB of memory in the whole process")
