"""The gateway: REST in front of a cell's services. It keeps nothing; it checks, asks by RPC, and answers."""
