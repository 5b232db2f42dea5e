"""One exception a status. Each carries the plugin's error document."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Tuple, Type

_NAMES = ("OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS "
          "PERMISSION_DENIED RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED "
          "INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED PARTIAL EMPTY").split()


class SoarError(Exception):
    """A call that did not end with OK. Raised as the subclass of its status.

    `document` is the whole result; the attributes are what stands in its "error".
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        error: Mapping[str, Any] = document.get("error") or {}
        meta: Mapping[str, Any] = document.get("meta") or {}
        self.document: Dict[str, Any] = dict(document)
        #: Name of the status, such as "ABORTED".
        self.status: str = document.get("status", "INTERNAL")
        #: Stable short name of the cause, such as "version_conflict".
        self.reason: str = error.get("reason", "")
        #: What happened, for people.
        self.message: str = error.get("message", "no memory was left for a result")
        #: Where: a JSON Pointer into the input, a line of the configuration, or a stage.
        self.where: Optional[str] = error.get("where")
        #: What to do about it.
        self.hint: Optional[str] = error.get("hint")
        #: Whether the same call may succeed when it is made again.
        self.retryable: bool = bool(error.get("retryable", False))
        #: Seconds to wait before that, where it is known.
        self.retry_after: Optional[float] = None
        if error.get("retry_after_ms") is not None:
            self.retry_after = error["retry_after_ms"] / 1000
        #: What became of the effect: "not_sent", "not_applied", "applied" or "unknown".
        self.outcome: str = error.get("outcome", "unknown")
        #: What is there in place of what was expected, such as the version of a case.
        self.present: Dict[str, Any] = error.get("present") or {}
        self.http_status: int = document.get("http_status", 0)
        #: The service's name for the request, for its support.
        self.trace_id: Optional[str] = meta.get("trace_id")
        self.errors: List[Dict[str, Any]] = document.get("errors") or []
        #: Of a list that was asked for: what was done, and what was not.
        self.done: List[Any] = document.get("done") or []
        self.failed: List[Dict[str, Any]] = document.get("failed") or []
        super().__init__(self._text())

    def _text(self) -> str:
        text = f"{self.status}: {self.message}"
        if self.where:
            text += f" (at {self.where})"
        return f"{text} {self.hint}" if self.hint else text

    def __reduce__(self) -> Tuple[Type["SoarError"], Tuple[Dict[str, Any]]]:
        return type(self), (self.document,)  # it may cross processes


class Cancelled(SoarError):
    """Ended by cancel or close."""


class OutcomeUnknown(SoarError):
    """A write whose answer was lost: it may have been applied. Look before you repeat."""


class InvalidArgument(SoarError):
    """Input or configuration refused; nothing was sent. `where` says which member."""


class DeadlineExceeded(SoarError):
    """The call's time was up."""


class NotFound(SoarError):
    """No such action, or the service knows no such object."""


class AlreadyExists(SoarError):
    """A file or object of that name is there already."""


class PermissionDenied(SoarError):
    """Scope missing, tenant or directory not allowed, or read-only."""


class ResourceExhausted(SoarError):
    """Rate limit, size limit or quota."""


class FailedPrecondition(SoarError):
    """Not possible in this state, such as a plan that no longer holds."""


class Aborted(SoarError):
    """Changed by someone else; `present` says which version is there."""


class OutOfRange(SoarError):
    """Past the end of a list."""


class Unimplemented(SoarError):
    """Not offered by this plugin or this service."""


class Internal(SoarError):
    """The plugin or the service failed."""


class Unavailable(SoarError):
    """Service not reachable or overloaded; try again."""


class DataLoss(SoarError):
    """An answer or a file arrived damaged."""


class Unauthenticated(SoarError):
    """Credentials refused."""


class Partial(SoarError):
    """Some of what was asked was done: `done` and `failed` tell which."""


BY_STATUS: Dict[str, Type[SoarError]] = dict(zip(_NAMES[1:], (
    Cancelled, OutcomeUnknown, InvalidArgument, DeadlineExceeded, NotFound, AlreadyExists,
    PermissionDenied, ResourceExhausted, FailedPrecondition, Aborted, OutOfRange, Unimplemented,
    Internal, Unavailable, DataLoss, Unauthenticated, Partial)))


def error_of(document: Mapping[str, Any], status: int = 13) -> SoarError:
    """The exception for a result document; status counts where there is no document."""
    if not document:
        document = {"status": _NAMES[status] if 0 < status < len(_NAMES) else "INTERNAL"}
    return BY_STATUS.get(document.get("status", ""), SoarError)(document)
