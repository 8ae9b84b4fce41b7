"""An ordinary Transformer from any Program with a greatest length.

`build.build(program)` makes the circuit: which variable stands in which dimensions of the residual stream, and what every head and neuron
computes. `model.Transformer` is the plain network, `files` writes, reads and hands it to transformer_lens.
"""
