"""The standard Transformer that programs are compared with (paper, section B.2)."""
