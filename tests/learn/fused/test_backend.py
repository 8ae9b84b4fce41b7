"""Numba and LLVM: what this folder takes of them is there."""

from tprog.learn.fused import backend


def test_addresses_have_their_own_types() -> None:
    """Addresses of different numbers are told apart."""
    kinds = (backend.FLOATS, backend.LONGS, backend.WORDS)
    assert len(set(kinds)) == 3
    assert all(isinstance(kind, backend.types.CPointer) for kind in kinds)
    assert backend.ir.FloatType() == backend.ir.FloatType()
    assert backend.binding.get_host_cpu_features() is not None
