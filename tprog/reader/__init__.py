"""Source text as Programs; nothing of it is executed.

What is no program raises `UnreadableSource`, in every module here, with the file, the line, what is wrong and what to do.
"""

from tprog.reader.program import read_program, read_source

__all__ = ["read_program", "read_source"]
