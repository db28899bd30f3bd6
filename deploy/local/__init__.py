"""The platform on one machine: a private broker node, an embedded database, the services and the gateway.

For development and tests, not for production. ``python -m deploy.local`` is its command line,
``deploy.local.stack.Stack`` its Python face. ``deploy.local.venv`` runs before anything is installed.
"""
