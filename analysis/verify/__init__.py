"""A Program against its task, another Program or a network: compared or proved."""
