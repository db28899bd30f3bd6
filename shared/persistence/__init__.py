"""Everything that touches MongoDB: client, unit of work, scoped repositories, indexes, migrations, leases."""
