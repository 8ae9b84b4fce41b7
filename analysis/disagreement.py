"""Comparing what a published source computes with what its network computes, or remembering what an import measured."""

from tprog.analysis.verify.compare import Progress, compare
from tprog.ir import Program
from tprog.json_values import from_json_values
from tprog.manifest import Manifest
from tprog.published.meanings import METRIC, Meaning, Parting, as_network, most_compared


def part(
    source: Program,
    network: Program,
    meaning: Meaning,
    *,
    limit: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Parting:
    """Compare a Program with the source's tie-break and the same with the network's.

    Args:
        source: the one.
        network: the other.
        meaning: which of the two a user has.
        limit: the most inputs to compare.
        seed: of the sample, where there is one.
        progress: see `compare`.
    """
    limit = limit or most_compared(source)
    found = compare(network, source, limit=limit, seed=seed, progress=progress)
    example = found.counterexample
    return Parting(
        meaning,
        found.inputs,
        found.differing_inputs,
        found.exhaustive,
        found.how,
        *(() if example is None else (example.tokens, example.expected, example.got)),
    )


def known_parting(
    program: Program,
    source: str,
    manifest: Manifest | None,
    *,
    recompute: bool = False,
    limit: int | None = None,
    progress: Progress | None = None,
) -> Parting | None:
    """Return where an imported program parts from its other meaning; None where it has none.

    What the import measured stands in the manifest while that speaks of this file. A program with the network's tie-break
    no longer knows its source's, so that for it the manifest is all there is.

    Args:
        program: the Program.
        source: the text of its file.
        manifest: the manifest beside it, if there is one.
        recompute: whether to measure again what can be.
        limit: the most inputs to compare.
        progress: see `compare`.
    """
    found = None
    if manifest is not None and manifest.matches(source):
        found = from_json_values(manifest.metrics.get(METRIC), Parting)
    network = as_network(program)
    if network == program or (found is not None and not recompute):
        return found
    return part(program, network, "source", limit=limit, progress=progress)
