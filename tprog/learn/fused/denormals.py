"""Numbers too small for float32's full precision. Owns how a thread treats them; refuses arithmetic.

Near the end of a training, temperatures are low and most probabilities tiny. x86 processors compute with numbers below
1.2e-38 a hundred times as slowly as with others, unless they are told to take such numbers for 0. Others are as fast.
"""

from typing import Any

from tprog.learn.fused.backend import binding, ir, types
from tprog.learn.fused.lanes import vector_function

# Results that are too small become 0, and so do operands (bits 15 and 6 of the control register MXCSR).
_FLUSH = (1 << 15) | (1 << 6)
_WORD, _BYTE = ir.IntType(32), ir.IntType(8)
_ON_X86 = binding.get_process_triple().split("-")[0] in ("x86_64", "i686", "amd64")


def _control(builder: Any, name: str, slot: Any) -> None:
    kind = ir.FunctionType(ir.VoidType(), [_BYTE.as_pointer()])
    found = builder.module.globals.get(name) or ir.Function(builder.module, kind, name)
    builder.call(found, [builder.bitcast(slot, _BYTE.as_pointer())])


def _flush(builder: Any) -> Any:
    if not _ON_X86:
        return ir.Constant(_WORD, 0)
    slot = builder.alloca(_WORD)
    _control(builder, "llvm.x86.sse.stmxcsr", slot)
    before = builder.load(slot)
    builder.store(builder.or_(before, ir.Constant(_WORD, _FLUSH)), slot)
    _control(builder, "llvm.x86.sse.ldmxcsr", slot)
    return before


def _restore(builder: Any, before: Any) -> None:
    if _ON_X86:
        slot = builder.alloca(_WORD)
        builder.store(before, slot)
        _control(builder, "llvm.x86.sse.ldmxcsr", slot)


flush_denormals = vector_function(types.uint32, (), _flush)
"""`flush_denormals()`: from now on this thread takes tiny numbers for 0. Returns what `restore_denormals` needs."""
restore_denormals = vector_function(types.void, (types.uint32,), _restore)
"""`restore_denormals(before)`: treat tiny numbers as before."""
