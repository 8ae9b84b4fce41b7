"""The operations' columns: names do not collide."""

import pytest

from tprog.learn.fused import tape

KINDS = {
    "inputs": ("SIZE", "TARGET", "TABLE"),
    "read": ("ROWS", "EXTENT", "CANDIDATES", "LIST", "GATES", "READ_TO", "READ_SLOPE"),
    "clamp": ("CLAMP_EXTENT", "CLAMP_FROM", "CLAMP_TO", "CLAMP_SLOPE", "CLAMP_CAP"),
    "attend": (
        *(
            "HEADS",
            "QUERIES",
            "KEYS",
            "VALUES",
            "QUERY",
            "KEY",
            "VALUE",
            "QUERY_SLOPE",
            "KEY_SLOPE",
        ),
        *("VALUE_SLOPE", "PREDICATE", "CAUSAL", "WRITES", "WANTS", "MATCH", "TOTAL", "ATTENTION"),
        *("WANTS_SLOPE", "MATCH_SLOPE", "BIAS", "TIE", "SCORES", "SCORED", "LONGEST"),
    ),
    "count": (
        *(
            "HEADS",
            "QUERIES",
            "KEYS",
            "VALUES",
            "QUERY",
            "KEY",
            "VALUE",
            "QUERY_SLOPE",
            "KEY_SLOPE",
        ),
        *("VALUE_SLOPE", "PREDICATE", "CAUSAL", "WRITES"),
        *("SUMMED", "WANTED", "SUMMED_SLOPE", "WANTED_SLOPE"),
    ),
    "perceive": (
        *("LOOKUPS", "PARTS", "PART_LIST", "HIDDEN", "OUTPUTS", "W_IN", "B_IN", "W_OUT", "B_OUT"),
        *("LOOKUP_WRITES", "ACTIVE", "ACTIVE_SLOPE", "INPUTS"),
    ),
    "look_up": (
        *("LOOKUPS", "ARITY", "ARGUMENTS", "OUTPUTS", "ENTRIES", "JOINT", "JOINT_SLOPE", "POINTS"),
        "LOOKUP_WRITES",
    ),
    "box": ("ARITY", "ARGUMENTS", "OUTPUTS", "BOXES", "BOUNDS", "LOOKUP_WRITES"),
    "vote": (
        *("LABELS", "LOGITS", "LOGITS_SLOPE", "SEGMENTS", "SEGMENT_LIST", "VOTES", "MASKED_LIST"),
        *("POOL", "POOL_SLOPE", "VOTE_ROWS"),
    ),
}


@pytest.mark.parametrize("names", KINDS.values(), ids=KINDS.keys())
def test_columns_of_a_kind_differ(names: tuple[str, ...]) -> None:
    """No two columns of one kind of operation are the same, none is the kind's, and all fit a row."""
    columns = [getattr(tape, name) for name in names]
    assert len({tape.KIND, *columns}) == len(names) + 1
    assert max(columns) < tape.OPERATION_COLUMNS
