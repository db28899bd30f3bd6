"""Identity: agencies as tenants, service accounts, API keys, and the signed caller behind a key."""
