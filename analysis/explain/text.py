"""What a text program says in words: which words share a value, what speaks for each label, and why a text gets its labels."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tprog.analysis.measure.vote_scale import vote_scale
from tprog.evaluate.scalar import ScalarRun, interpret, ranking, value_at
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Program,
    TextRule,
    WordTable,
)
from tprog.text.documents import BEGIN, INSIDE, OUTSIDE
from tprog.text.evidence import UNSEEN
from tprog.visible import quoted

EXAMPLES = 4
"""So many words are named for a value."""
REASONS = 4
"""So many votes are told for a label."""
STRONGEST = 5
"""So many values are told for each label."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A vote in words: what it says, and how many votes it gives a label more than the rival."""

    says: str
    gain: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why words, or a whole text, get a label.

    Attributes:
        words: the words.
        label: their label; of an entity its type.
        rival: the label that comes second at the first of the words.
        reasons: the strongest votes for one against the other, the strongest first.
    """

    words: tuple[str, ...]
    label: str
    rival: str
    reasons: tuple[Reason, ...]


def is_text(program: Program) -> bool:
    """Tell whether a program reads any words, and has tables or rules for them."""
    return program.domain.unknown is not None and any(
        isinstance(variable, WordTable | TextRule) for variable in program.inputs
    )


def legend(program: Program, table: WordTable, value: int, most: int = EXAMPLES) -> tuple[str, ...]:
    """Return some words with a value, in the order of the domain, which is the commonest first in what we learn."""
    frame = {program.domain.prefix, program.domain.suffix, program.domain.unknown}
    found: list[str] = []
    for word, entry in zip(program.domain.alphabet, table.table, strict=True):
        if entry == value and word not in frame:
            found.append(word)
            if len(found) == most:
                break
    return tuple(found)


def legend_lines(program: Program) -> Iterator[str]:
    """Yield a line for each value of each table that some word has, such as `tag  B-LOC3: Rome, Oslo`."""
    for number, variable in enumerate(program.inputs):
        if isinstance(variable, WordTable):
            for place, value in enumerate(variable.values.values):
                words = legend(program, variable, place)
                if words:
                    yield f"{program.names[number]}  {value}: {', '.join(map(quoted, words))}"


def alike(program: Program, number: int, value: int) -> tuple[str, ...]:
    """Return some words that a value of a variable stands for: those of the table that the variable is, or that it copies from."""
    while isinstance(part := program.variables[number], CategoricalHead):
        number = part.value
    if not isinstance(part, WordTable) or part.values.values[value] == UNSEEN:
        return ()  # What words share of which nothing is known is just that.
    return legend(program, part, value)


def strongest(program: Program) -> Iterator[str]:
    """Yield a line for each label: the values whose votes raise it most above the mean of all labels."""
    scale = vote_scale(program)
    for place, label in enumerate(program.classifier.labels):
        rated = []
        for vote in program.classifier.votes:
            if isinstance(vote, CategoricalVotes):
                rated += [
                    (sum(row) / len(row) - row[place], vote.variable, value)
                    for value, row in enumerate(vote.weights)
                ]
        best = []
        for less, variable, value in sorted(one for one in rated if one[0] < 0)[:STRONGEST]:
            shown = quoted(str(program.finite_values(variable).values[value]))
            like = ", ".join(map(quoted, alike(program, variable, value)[:EXAMPLES]))
            words = f" ({like})" if like else ""
            best.append(f"{program.names[variable]} {shown}{words} {scale.text(round(-less))}")
        yield f"{label}: {'; '.join(best)}"


def verdicts(program: Program, tokens: Sequence[str]) -> list[Verdict]:
    """Return why a text gets its label, or why each of its entities does.

    Raises:
        BadInput: the tokens lie outside the Program's domain.
    """
    found = interpret(program, program.domain.frame(tokens))
    if program.classifier.pooled:
        words = found.framed[program.domain.data_slice(len(found.framed))]
        return [_verdict(program, found, words, range(len(found.framed)), 0)]
    return [
        _verdict(program, found, found.framed[start:stop], range(start, start + 1), start)
        for start, stop in _entities(found, program)
    ]


def _entities(found: ScalarRun, program: Program) -> Iterator[tuple[int, int]]:
    """Yield where each entity begins and ends: a label that is not `O`, and what goes on with it."""
    data = program.domain.data_slice(len(found.framed))
    place = data.start
    while place < data.stop:
        label = found.predictions[place]
        stop = place + 1
        if label != OUTSIDE:
            going_on = INSIDE + label.removeprefix(BEGIN).removeprefix(INSIDE)
            while stop < data.stop and found.predictions[stop] == going_on:
                stop += 1
            yield place, stop
        place = stop


def _verdict(
    program: Program, found: ScalarRun, words: Sequence[str], positions: range, entry: int
) -> Verdict:
    """Return the reasons for the label of an entry of the sums, from the votes at some positions."""
    first, *others = ranking(program, found.sums[entry])
    rival = others[0] if others else first
    reasons = []
    for number, vote in enumerate(program.classifier.votes):
        for position in positions:
            row = found.votes[number][position]
            gain = row[first] - row[rival]
            if gain > 0:
                reasons.append(Reason(phrase(program, found, vote.variable, position), gain))
    reasons.sort(key=lambda reason: (-reason.gain, reason.says))
    labels = program.classifier.labels
    label = labels[first]
    if not program.classifier.pooled:
        label = label.removeprefix(BEGIN).removeprefix(INSIDE)
    return Verdict(tuple(words), label, labels[rival], tuple(reasons[:REASONS]))


def phrase(program: Program, found: ScalarRun, variable: int, position: int) -> str:
    """Return in words what a variable says at a position, such as `tag of 'Rome' is B-LOC3, as of 'Oslo', 'Lima'`."""
    part = program.variables[variable]
    entry = found.values[variable][position]
    value = value_at(program, variable, entry)
    word = repr(found.framed[position])
    match part:
        case CategoricalHead(value=source):
            return phrase(program, found, source, found.heads[variable].attended[position])
        case CategoricalLookup(arguments=(head, *_)) if head in found.heads:
            fetched = value_at(program, head, found.values[head][position])
            return f"{word} speaks for {value} ({program.names[head]}: {fetched})"
        case CategoricalLookup(arguments=arguments):
            parts = dict.fromkeys(phrase(program, found, each, position) for each in arguments)
            return f"{program.names[variable]} is {value}, since {' and '.join(parts)}"
        case WordTable():
            like = [each for each in alike(program, variable, entry) if repr(each) != word]
            also = f", as of {', '.join(map(repr, like[: EXAMPLES - 1]))}" if like else ""
            return f"{program.names[variable]} of {word} is {value}{also}"
        case TextRule():
            return _ruled(part, word, entry)
        case _:
            return f"{program.names[variable]} of {word} is {value}"


def _ruled(rule: TextRule, word: str, entry: int) -> str:
    """Return in words what a rule says of a word's text."""
    value = rule.values.values[entry]
    if rule.feature == "length":
        return f"{word} has length {value}"
    if rule.feature == "lower":
        return f"{word} is {'no' if entry == rule.otherwise else 'a'} common word"
    kind = {"shape": "shape", "prefix": "beginning", "suffix": "ending"}[rule.feature]
    if entry == rule.otherwise:
        return f"{word} has a rare {kind}"
    return f"{word} has the {kind} {value}"


def verdict_lines(program: Program, tokens: Sequence[str]) -> Iterator[str]:
    """Yield what `verdicts` found, a line for each label and one for each reason."""
    found, scale = verdicts(program, tokens), vote_scale(program)
    if not found:
        yield "no entities: every word is O"
    for verdict in found:
        yield f"{' '.join(map(quoted, verdict.words))}: {verdict.label}, rather than {verdict.rival}"
        for reason in verdict.reasons:
            yield f"  {scale.text(reason.gain)}  {reason.says}"
