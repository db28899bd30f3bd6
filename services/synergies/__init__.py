"""Synergies: what people make of a listing, from the first interest on."""
