"""Resources: listings, the haves and wants of organisations."""
