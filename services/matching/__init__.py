"""What fits what: the index of all listings a cell knows, and the matches found in it."""
