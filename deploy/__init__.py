"""How Sivuvirta is run: the local stack, and configuration of the parts that are not ours."""
