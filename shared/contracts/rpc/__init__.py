"""Call contracts, one module per answering service; the gateway documents REST with the same schemas."""
