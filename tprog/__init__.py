"""tprog: Transformers that are programs."""
