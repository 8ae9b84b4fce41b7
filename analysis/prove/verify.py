"""Verifying: a comparison on inputs, and where these are too many a proof, by rewriting both Programs or by z3."""

from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec

from tprog.analysis.measure.predictors import Answering, Counterexample
from tprog.analysis.verify.compare import Progress, Prover, Question, compare
from tprog.analysis.verify.verdict import Verdict
from tprog.evaluate.scalar import interpret
from tprog.ir import Program

INSTALL = "no proof by a solver was tried; pip install 'tprog[proof]' adds one"


def verify(
    checked: Answering,
    against: Answering,
    *,
    limit: int | None = None,
    up_to: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
    names: tuple[str | None, str | None] = (None, None),
    progress: Progress | None = None,
    proof: float | None = None,
) -> Verdict:
    """Compare two things that give labels, on every input where there are at most `limit`; prove what is beyond.

    Args:
        checked: what is to be right: a Program, an `EmittedProgram`, or any predictor such as a network.
        against: the reference: a task (its truth), another Program or predictor.
        limit: the most inputs to compare; by default 400,000, or 100,000 for an emitted program.
        up_to: the greatest number of data symbols; all lengths where it is None.
        seconds: when to stop, undecided unless a difference was found; None for no end.
        seed: of the sample, where there is one.
        names: what to call the two sides in the verdict.
        progress: called with the inputs compared so far and how many there will be (None: not known).
        proof: the most seconds to spend on proving that two Programs are equal where inputs are too many to compare;
            None for no proof.

    Raises:
        UsageError: the two sides are not defined on a common set of inputs, or `limit` is below 1.
    """
    return compare(
        checked,
        against,
        limit=limit,
        up_to=up_to,
        seconds=seconds,
        seed=seed,
        names=names,
        progress=progress,
        provers=() if proof is None else PROVERS,
        proof=proof or 0.0,
    )


def by_rewriting(asked: Question) -> Verdict:
    """Return the verdict on two Programs that become the same one by sound rewritings; the known one on others."""
    from tprog.analysis.prove.by_rewriting import same_by_rewriting

    checked, against, verdict = asked.checked, asked.against, asked.known
    if not isinstance(checked, Program) or not isinstance(against, Program):
        return verdict
    if not same_by_rewriting(checked, against):
        return verdict
    # Rewritings hold on inputs of any length.
    endless = checked.domain.max_length is None
    notes = () if endless else verdict.notes
    return replace(verdict, outcome="equal", proof="rewriting", notes=notes)


def by_solver(asked: Question) -> Verdict:
    """Return what a solver makes of two Programs on which a sample shows no difference."""
    checked, against, verdict = asked.checked, asked.against, asked.known
    if not isinstance(checked, Program) or not isinstance(against, Program):
        return verdict
    if not asked.all_lengths:
        return verdict
    if find_spec("z3") is None:
        return replace(verdict, notes=(*verdict.notes, INSTALL))
    from tprog.analysis.prove.by_z3 import provable, prove

    if asked.seconds <= 0 or not provable(checked, against):
        return verdict
    proof = prove(checked, against, verdict.lengths, asked.seconds)
    if proof.outcome == "equal":
        return replace(verdict, outcome="equal", proof="solver")
    if proof.tokens is None:
        known = (
            ""
            if proof.done is None
            else f", except that no input up to length {proof.done} differs"
        )
        note = f"z3 was asked for {proof.seconds:.0f} s and could not decide{known}"
        return replace(verdict, notes=(*verdict.notes, note))
    example = counterexample(checked, against, proof.tokens)
    return replace(
        verdict,
        outcome="different",
        proof="solver",
        inputs=verdict.inputs + 1,
        differing_inputs=1,
        differing_positions=len(example.places),
        complete_up_to=len(proof.tokens),
        counterexample=example,
    )


# Asked in this order. A new one is a function from a question to a verdict, and a line here.
PROVERS = (Prover(by_rewriting, at_once=True), Prover(by_solver))


def counterexample(checked: Program, against: Program, tokens: Sequence[str]) -> Counterexample:
    """Return what two Programs answer on an input, at the positions that the second one scores."""
    expected, got = (_labels(program, tokens) for program in (against, checked))
    scored = against.domain.scored
    if scored is not None and not against.classifier.pooled:
        expected, got = (
            tuple(
                label if token in scored else None
                for label, token in zip(labels, tokens, strict=True)
            )
            for labels in (expected, got)
        )
    return Counterexample(tuple(tokens), expected, got)


def _labels(program: Program, tokens: Sequence[str]) -> tuple[str | None, ...]:
    found = interpret(program, program.domain.frame(tokens)).predictions
    return found if program.classifier.pooled else found[program.domain.data_slice(len(found))]
