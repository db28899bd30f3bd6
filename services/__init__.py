"""The services: one package each, all with the same floor plan (docs/kernel.md)."""
