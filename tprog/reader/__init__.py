"""Source text as Programs. Owns reading; refuses to execute what it reads."""

from tprog.reader.program import read_program, read_source

__all__ = ["read_program", "read_source"]
