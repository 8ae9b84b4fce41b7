"""A program whose symbols, labels and title try what a terminal, XML, HTML or a shell would take for more than text."""

import json
from dataclasses import replace
from pathlib import Path

from example_programs import hist_program
from terminal import write_program

from tprog.evaluate import predict
from tprog.ir import NumericalLookup, Program, Provenance, Rectangle

SYMBOLS = (
    *("[/INST]", "[unk]", "[bold red]", "\x1b[31m", "\x1b]0;title\x07", "\x01", "\u200f", "\u202e"),
    *("</script>", "<!--", "&amp;", '"', "'", "\\", "a\nb", "a b", " ", "\u2028", "\x9b31m"),
    *("😀", "é", "01", "1", "1.0", "-x", "--json", "$(id)", "%s", "{0}"),
)
LABELS = ("\x1b[31m1", "[/INST]\n2", "</script>\u202e")
TITLE = "odd \x1b]0;owned\x07 [/INST] </script> ]]> \u202e title"
SOURCE = """\x1b]0;owned\x07 [/INST]\n# \u202e </script>
def predicate_0(q, k):
    if q in {"[/INST]", "\\x1b[31m"}:
        return k == "\u202e"
    elif q == "[/INST]":
        return k == "[bold]"

def run(tokens):
    return select(tokens, tokens, predicate_0)
"""
FOLDER = "[bold] \x1b[31m \u202e -x"


def nasty_program() -> Program:
    """Return a program that counts how often each symbol occurs."""
    program = hist_program(SYMBOLS, 2)
    classifier = replace(program.classifier, labels=LABELS)
    return replace(program, classifier=classifier, provenance=Provenance(TITLE, None))


def wrong_program() -> Program:
    """Return the same with one wrong entry."""
    program = nasty_program()
    head, lookup = program.operations
    assert isinstance(lookup, NumericalLookup)
    wrong = replace(lookup, rectangles=(lookup.rectangles[0], Rectangle(((2, 2),), 1)))
    return replace(program, operations=(head, wrong))


def write_nasty(folder: Path) -> Path:
    """Write `program.py`, a wrong `other.py`, `half.py` that is none, and `data.jsonl` into a folder with an odd name."""
    folder = folder / FOLDER
    folder.mkdir()
    write_program(folder, nasty_program())
    write_program(folder, wrong_program(), "other.py")
    inputs = [(one,) for one in SYMBOLS] + [(one, one) for one in SYMBOLS]
    inputs += [(one, SYMBOLS[0]) for one in SYMBOLS[1:]]
    answers = predict(nasty_program(), inputs)
    lines = [
        json.dumps({"tokens": tokens, "labels": labels})
        for tokens, labels in zip(inputs, answers, strict=True)
    ]
    (folder / "data.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "half.py").write_text(f'"""{SOURCE}'.replace("INST]\n", 'INST]"""\n', 1), "utf-8")
    return folder
