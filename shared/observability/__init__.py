"""What an operator sees: logs, metrics, traces, health. Every metric and log event stands in ``manifest.yaml``."""
