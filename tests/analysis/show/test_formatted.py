"""What every JSON output has."""

from tprog.analysis.show.formatted import Formatted
from tprog.cli.outputs import OUTPUTS


def test_every_output_has_a_format() -> None:
    """The version of its form stands in each output, or in what is printed besides."""
    for output in OUTPUTS:
        fields = {**output.value.__annotations__, **getattr(output.more, "__annotations__", {})}
        assert set(Formatted.__annotations__) <= set(fields), output
