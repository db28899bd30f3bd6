"""Long work with progress (Job) and durable, leased, repeated duties (Schedule)."""
