"""Small made-up texts with a pattern that can be learned."""

import random
from pathlib import Path

PLACES = ("Rome", "Oslo", "New York", "Lima", "Bonn", "San Juan")
PEOPLE = ("Ann", "Bob Hill", "Eve", "Tom Ford", "Mia")
SENTENCES = ("P lives in L .", "we met P in L", "L is far from L", "P saw P", "it rains today")
OPENERS = {"place": ("where is X ?", "in which town is X ?"), "time": ("when was X born ?",)}
MORE = {"place": ("which town has X ?",), "time": ("which year saw X ?",)}


def write_entities(path: Path, number: int = 120, seed: int = 0) -> Path:
    """Write sentences in CoNLL columns."""
    chance = random.Random(seed)
    lines = []
    for _ in range(number):
        for word in chance.choice(SENTENCES).split():
            named = {"L": (PLACES, "LOC"), "P": (PEOPLE, "PER")}.get(word)
            if named is None:
                lines.append(f"{word}\tO")
                continue
            parts = chance.choice(named[0]).split()
            lines += [f"{part}\t{'I' if at else 'B'}-{named[1]}" for at, part in enumerate(parts)]
        lines.append("")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def write_classes(path: Path, number: int = 200, seed: int = 0) -> Path:
    """Write questions with their class, a label, a tab and the words."""
    chance = random.Random(seed)
    lines = []
    for _ in range(number):
        label = chance.choice(sorted(OPENERS))
        words = chance.choice((*OPENERS[label], *MORE[label]))
        name = chance.choice((*PLACES, *PEOPLE))
        lines.append(f"{label}\t{words.replace('X', name)}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
