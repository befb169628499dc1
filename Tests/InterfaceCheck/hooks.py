"""What the document can't tell schemathesis: which records there are."""

import json
import os

import schemathesis
from hypothesis import strategies

KNOWN = json.loads(os.environ["ISTHMUS_CHECK_KNOWN"])


def values(operation):
    """Names in the operation's path, with values that something has."""
    # A connector's events don't end by themselves.
    if operation.path == "/connectors/{name}/events":
        return {}
    for prefix, found in KNOWN.items():
        if operation.path == prefix or operation.path.startswith(f"{prefix}/"):
            return {prefix.rsplit("{", 1)[1].rstrip("}"): found}
    return {}


@schemathesis.hook
def before_generate_path_parameters(context, strategy):
    known = values(context.operation)
    if not known:
        return strategy
    real = strategies.fixed_dictionaries({name: strategies.sampled_from(found) for name, found in known.items()})
    return strategies.one_of(real, strategy)
