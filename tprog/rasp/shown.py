"""Values in the published interpreter's words and layout."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from tprog.rasp.graph import Value
from tprog.rasp.interpreter import Asked, Interpreter, Named, Outcome, Settings
from tprog.rasp.values import Function, Held, Result, is_selector, is_sop, plain, quoted


def outcome_text(outcome: Outcome, interpreter: Interpreter) -> str:
    """Return what a statement's outcome looks like, lines that end in line breaks."""
    settings = interpreter.settings
    if isinstance(outcome, Named):
        return "".join(_named(outcome.name, outcome.value, interpreter))
    if isinstance(outcome, Asked):
        examples = {"s-op": settings.example, "selector": settings.selector_example}
        kinds = examples if outcome.kind is None else [outcome.kind]
        return "".join(f"\t{kind} example: {quoted(examples[kind])}\n" for kind in kinds)
    if outcome.rows is not None:
        return "\t = \n" + _matrix(outcome, "")
    if settings.full:
        return "\t = " + _full(outcome, "", "")
    return f"\t =  {sequence(outcome.values)}\n"


def _named(
    name: str | None, value: Any, interpreter: Interpreter, indent: str = "", first: str = ""
) -> Iterator[str]:
    """Yield a value under its name.

    Args:
        name: its name; where it is None, an s-op's or selector's own.
        value: the value.
        interpreter: computes examples.
        indent: tabs before each line.
        first: what stands before the value's kind, such as the key in a dict.
    """
    settings = interpreter.settings
    if isinstance(value, Held):
        name = name if name is not None else value.name
        kind = "s-op" if is_sop(value) else "selector"
        yield f"{indent} {first}    {kind}: {name}\n"
        if is_sop(value) and settings.sops and settings.example is not None:
            yield _example(name, interpreter.apply(value, settings.example), settings, indent)
        if is_selector(value) and settings.selectors and settings.selector_example is not None:
            yield f"{indent} \t Example:\n"
            yield _matrix(interpreter.apply(value, settings.selector_example), indent)
    elif isinstance(value, Function):
        yield f"{indent} {first}    {value}\n"
    elif isinstance(value, list | dict):
        yield from _collection(name, value, interpreter, indent, first)
    else:
        yield f"{indent}    value: {'' if name is None else f'{name} = '} {quoted(value)}\n"


def _collection(
    name: str | None, value: Any, interpreter: Interpreter, indent: str, first: str
) -> Iterator[str]:
    kind, ends, deeper = ("list", "[]", 2) if isinstance(value, list) else ("dict", "{}", 3)
    head = f"   {kind}: " + ("" if name is None else f"{name} = ")
    items: Sequence[tuple[str, Any]] = (
        [("", one) for one in value]
        if isinstance(value, list)
        else [(f"{quoted(key)} : ", one) for key, one in value.items()]
    )
    yield f"{indent} {first} {head}"
    if not any(isinstance(one, list | dict | Held) for _, one in items):
        yield f"{plain(value)}\n"
        return
    yield f"{indent} {ends[0]}\n"
    for key, one in items:
        yield from _named(None, one, interpreter, indent + "\t" * deeper, key)
    yield f"{indent}{' ' * (len(head) + 2)}{ends[1]}\n"


def _example(name: str, result: Result, settings: Settings, indent: str) -> str:
    applied = f"{name}({quoted(result.given)}) ="
    if not settings.full:
        return f"{indent} \t Example: {applied} {sequence(result.values)}\n"
    return f"{indent} \t Example:" + _full(result, indent, applied)


def type_name(values: Sequence[Value]) -> str:
    """Return the type of a sequence's values, in the plural."""
    for kind, name in ((str, "strings"), (bool, "bools"), (int, "ints")):
        if all(isinstance(one, kind) for one in values):
            return name
    return "floats"


def sequence(values: Sequence[Value]) -> str:
    """Return a sequence: one value that repeats once, then the type."""
    texts = [element(one) for one in values]
    repeated = len(texts) > 1 and len(set(values)) == 1
    text = f"[{texts[0]}]*{len(texts)}" if repeated else f"[{', '.join(texts)}]"
    return f"{text} ({type_name(values)})"


def element(value: Value) -> str:
    """Return a value as it stands in a sequence."""
    if isinstance(value, Fraction | float):
        return str(round(float(value), 3))
    return str(value)[0] if isinstance(value, bool) else str(value)


def _matrix(result: Result, indent: str) -> str:
    labels = [str(plain(one)) for one in result.given]
    lines = [f"{indent} \t\t\t     {' '.join(labels)}"]
    for label, row in zip(labels, result.rows or (), strict=True):
        cells = " ".join("1" if one else " " for one in row)
        lines.append(f"{indent} \t\t\t {label} | {cells}")
    return "".join(f"{line}\n" for line in lines)


def _full(result: Result, indent: str, applied: str) -> str:
    """Return the rest of a line and the aligned input and output below it."""
    if len(set(result.values)) == 1:
        shown = sequence(result.values)
        return f" {applied} {shown} [skipped full display: identical values]\n"
    rows = [_aligned(list(result.given)), _aligned(list(result.values))]
    width = max(len(one) for row in rows for one in row)
    lines = [" ".join(one.rjust(width) for one in row) for row in rows]
    return (
        f"\n{indent} \t\tinput:   {lines[0]} \t ({type_name(rows[0])})"
        f"\n{indent} \t\toutput:  {lines[1]} \t ({type_name(result.values)})\n"
    )


def _aligned(values: list[Any]) -> list[str]:
    if isinstance(values[0], bool):
        true, false = values.count(True), values.count(False)
        marks = {True: "T" if true <= false else "", False: "F" if false <= true else ""}
        return [marks[one] for one in values]
    return [str(plain(one)) for one in values]
