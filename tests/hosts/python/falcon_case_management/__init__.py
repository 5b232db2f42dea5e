"""CrowdStrike Falcon Case Management: a typed host of falcon_case_management.so.

    with Client({"falcon": {"cloud": "auto", "client_id": ..., "client_secret": ...}}) as falcon:
        case = falcon.create_case(name="Suspicious login", severity=60).first
"""

from . import types
from ._config import config_text
from .aio import AsyncClient
from .client import Client, list_actions
from .errors import (Aborted, AlreadyExists, Cancelled, DataLoss, DeadlineExceeded,
                     FailedPrecondition, Internal, InvalidArgument, NotFound, OutcomeUnknown,
                     OutOfRange, Partial, PermissionDenied, ResourceExhausted, SoarError, Unauthenticated, Unavailable,
                     Unimplemented)
from .result import CallOptions, Result

__all__ = [
    "Aborted", "AlreadyExists", "AsyncClient", "CallOptions", "Cancelled", "Client", "DataLoss",
    "DeadlineExceeded", "FailedPrecondition", "Internal", "InvalidArgument", "NotFound",
    "OutOfRange", "OutcomeUnknown", "Partial", "PermissionDenied", "ResourceExhausted", "Result",
    "SoarError", "Unauthenticated", "Unavailable", "Unimplemented", "config_text", "list_actions",
    "types",
]
__version__ = "0.1.0"
