"""Pages for the terminal, as rich renderables. Owns their look; refuses to work anything out."""
