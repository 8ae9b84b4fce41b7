"""Published programs and checkpoints: read without executing them, written, and compared with their networks.

Whatever cannot be followed, anywhere in this room, raises UnreadableSource with `FILE:LINE: what; what to do`.
"""
