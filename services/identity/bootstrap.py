"""Makes the first operator and its key: ``python -m services.identity.bootstrap [--new-key]``.

Works on identity's database alone, before the service has ever run or beside it. The last line on standard output is
JSON with ``api_key``: the key, shown once, or null when the operator stood already and no new key was asked for.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys

from pymongo.errors import PyMongoError

from services.identity import use_cases
from services.identity.domain import SECRET_BYTES, IssuedApiKey, KeyHasher
from services.identity.service import PROCESS
from shared import config
from shared.errors import Conflict
from shared.observability import logs
from shared.persistence.mongo import is_away
from shared.persistence.unit_of_work import Transaction
from shared.runtime import Runtime
from shared.tenancy import Caller, Role


def bootstrap(runtime: Runtime, *, new_key: bool = False) -> str:
    """The key of the first operator, fresh. Raises Conflict when the operator stands and no ``new_key`` is asked."""
    runtime.prepare(PROCESS)
    hasher = KeyHasher(runtime.settings.api_key_pepper)

    def work(tx: Transaction) -> IssuedApiKey:
        account, made = use_cases.first_operator(tx, runtime.settings)
        if not made and not new_key:
            raise Conflict(f"The first operator ({account.id}) stands already and its key was shown once.")
        caller = Caller(account.id, None, frozenset({Role.OPERATOR}), "")
        return use_cases.issue_key(tx, caller, hasher, secrets.token_bytes(SECRET_BYTES), account.id)

    return runtime.unit_of_work.run(work).text


def main() -> int:
    parser = argparse.ArgumentParser(prog="bootstrap", description="Make the first operator and show its key once.")
    parser.add_argument("--new-key", action="store_true", help="issue another key when the operator stands already")
    arguments = parser.parse_args()
    settings = config.load()
    logs.configure("identity-bootstrap", "WARNING")
    runtime = Runtime(settings, "identity")
    try:
        runtime.ping_database()
        print(json.dumps({"api_key": bootstrap(runtime, new_key=arguments.new_key)}))
    except Conflict as known:
        print(f"{known.detail} Another key: --new-key.", file=sys.stderr)
        print(json.dumps({"api_key": None}))
    except PyMongoError as error:
        if not is_away(error):
            raise
        print("The database does not answer; start the platform first.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
