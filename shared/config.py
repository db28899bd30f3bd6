"""Every setting of every process: its environment variable, parser, default and one line of help.

There is no other place that reads the environment. ``python -m shared.config`` prints the table; secrets are
shown only as set or not set.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from environs import Env, EnvError

ALL_REGIONS = "01,02,04,05,06,07,08,09,10,11,12,13,14,15,16,17,18,19,21"


def _setting(name: str, parser: str, default: Any, help_text: str, *, secret: bool = False) -> Any:
    return field(metadata={"name": name, "parser": parser, "default": default, "help": help_text, "secret": secret})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process, read once at its start."""

    amqp_uri: str = _setting("AMQP_URI", "str", "amqp://guest:guest@127.0.0.1:5672//", "Broker.", secret=True)
    mongo_uri: str = _setting(
        "MONGO_URI", "str", "mongodb://127.0.0.1:27017/?replicaSet=sivuvirta", "Database, a replica set.", secret=True
    )
    database_prefix: str = _setting("SIVUVIRTA_DATABASE_PREFIX", "str", "sivuvirta", "First part of database names.")
    cell: str = _setting("SIVUVIRTA_CELL", "str", "12", "Name of this cell: the code of its first region.")
    regions: frozenset[str] = _setting("SIVUVIRTA_REGIONS", "codes", ALL_REGIONS, "Region codes homed in this cell.")
    peers: Mapping[str, str] = _setting("SIVUVIRTA_PEERS", "json", "{}", "JSON: region code to its home's gateway URL.")
    process_name: str = _setting("SIVUVIRTA_PROCESS", "str", "", "Stable name of this process; names lease holders.")
    gateway_host: str = _setting("GATEWAY_HOST", "str", "127.0.0.1", "Address the gateway listens on.")
    gateway_port: int = _setting("GATEWAY_PORT", "int", 8000, "Port of the gateway.")
    gateway_workers: int = _setting(
        "GATEWAY_WORKERS", "int", 0, "Worker processes of the gateway; 0: one for every two cores."
    )
    gateway_threads: int = _setting("GATEWAY_THREADS", "int", 24, "Threads of one gateway worker.")
    gateway_bind_cores: bool = _setting(
        "GATEWAY_BIND_CORES", "bool", False, "Whether each gateway worker keeps to one core."
    )
    operator_host: str = _setting("OPERATOR_HOST", "str", "127.0.0.1", "Address of health and metrics.")
    operator_port: int = _setting("OPERATOR_PORT", "int", 0, "Port of health and metrics; 0 picks a free one.")
    rate_limit_per_minute: int = _setting(
        "SIVUVIRTA_RATE_LIMIT", "int", 6000, "Requests a minute per principal, worker."
    )
    request_bytes_max: int = _setting("SIVUVIRTA_REQUEST_BYTES_MAX", "int", 262_144, "Largest accepted body in bytes.")
    rpc_deadline_s: float = _setting("SIVUVIRTA_RPC_DEADLINE", "float", 5.0, "Seconds a call may take.")
    rpc_workers: int = _setting("SIVUVIRTA_RPC_WORKERS", "int", 16, "Calls a service answers at once.")
    signing_key: str = _setting("SIVUVIRTA_SIGNING_KEY", "str", "", "Base64 Ed25519 seed of this signer.", secret=True)
    public_keys: Mapping[str, str] = _setting(
        "SIVUVIRTA_PUBLIC_KEYS", "json", "{}", "JSON: signer (cell/service) to base64 Ed25519 public key."
    )
    api_key_pepper: str = _setting("SIVUVIRTA_API_KEY_PEPPER", "str", "", "Base64 key of the key hash.", secret=True)
    secrets_key: str = _setting("SIVUVIRTA_SECRETS_KEY", "str", "", "Base64 key for webhook secrets.", secret=True)
    webhook_allow_loopback: bool = _setting(
        "SIVUVIRTA_WEBHOOK_ALLOW_LOOPBACK", "bool", False, "Development only: webhooks to loopback, http."
    )
    webhook_timeout_s: float = _setting("SIVUVIRTA_WEBHOOK_TIMEOUT", "float", 20.0, "Seconds a webhook receiver has.")
    webhook_retry_scale: float = _setting(
        "SIVUVIRTA_WEBHOOK_RETRY_SCALE", "float", 1.0, "Factor on the waits between webhook attempts (tests shorten)."
    )
    matching_socket: str = _setting("SIVUVIRTA_MATCHING_SOCKET", "str", "/tmp/sivuvirta-matching.sock", "Index socket.")
    outbox_days: int = _setting("SIVUVIRTA_OUTBOX_DAYS", "int", 90, "Days a published event stays in the outbox.")
    inbox_days: int = _setting("SIVUVIRTA_INBOX_DAYS", "int", 30, "Days a handled event's mark stays.")
    failpoints_dir: str = _setting("SIVUVIRTA_FAILPOINTS_DIR", "str", "", "Tests only: folder of armed failpoints.")
    retry_tiers_ms: tuple[int, ...] = _setting(
        "SIVUVIRTA_RETRY_TIERS_MS", "ints", "5000,30000,300000,1800000", "Waits of the retry tiers in ms (four)."
    )
    log_level: str = _setting("SIVUVIRTA_LOG_LEVEL", "str", "INFO", "Least level that is logged.")

    @property
    def lease_holder(self) -> str:
        """A name that outlives a restart, so that a restarted process takes back its own lease at once."""
        import socket

        return f"{socket.gethostname()}/{self.process_name or 'process'}"

    def database_name(self, service: str) -> str:
        """The one database that the service owns in this cell."""
        return f"{self.database_prefix}_{self.cell}_{service}"

    def is_home(self, region_code: str) -> bool:
        """Whether data of the region is homed in this cell."""
        return region_code in self.regions

    def speaks_for(self, cell: str, region_code: str) -> bool:
        """Whether another cell is the region's home: the gateway of the cell's first region is also that region's."""
        home = self.peers.get(region_code)
        return home is not None and home == self.peers.get(cell) and not self.is_home(region_code)


class _GivenEnv(Env):
    """Reads from a mapping instead of the process's environment."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__()
        self._given = environ

    def _get_value(self, env_key: str, default: Any) -> Any:
        return self._given.get(env_key, default)


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and parse all settings; a bad value raises ``environs.EnvError`` naming the variable."""
    env = Env() if environ is None else _GivenEnv(environ)
    read: dict[str, Callable[[str, Any], Any]] = {
        "str": env.str,
        "int": env.int,
        "float": env.float,
        "bool": env.bool,
        "json": lambda name, default: json.loads(str(env.str(name, default))),
        "codes": lambda name, default: frozenset(filter(None, map(str.strip, str(env.str(name, default)).split(",")))),
        "ints": lambda name, default: tuple(int(v) for v in str(env.str(name, default)).split(",")),
    }
    values = {}
    for item in fields(Settings):
        name = item.metadata["name"]
        try:
            values[item.name] = read[item.metadata["parser"]](name, item.metadata["default"])
        except ValueError as error:
            raise EnvError(f"{name} cannot be read: {error}") from None
    return Settings(**values)


def main() -> None:
    settings = load()
    for item in fields(Settings):
        value = getattr(settings, item.name)
        if item.metadata["secret"]:
            value = "(set)" if value else "(not set)"
        elif isinstance(value, frozenset):
            value = ",".join(sorted(value))
        print(f"{item.metadata['name']:34} {value!s:40.40} {item.metadata['help']}")


if __name__ == "__main__":
    main()
