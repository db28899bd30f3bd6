"""The kernel that every process imports, and the only place two services meet."""
