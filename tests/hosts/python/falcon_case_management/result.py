"""What a call gives, and what may be said about a call beside its input."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import IO, Any, Callable, Dict, Generic, List, Optional, TypeVar, Union

R = TypeVar("R")
#: Called with what is done and what is to do in all (0: not known); True ends the call.
Progress = Callable[[int, int], Optional[bool]]


@dataclass(frozen=True)
class CallOptions:
    """How a call is made; given to any action as `call=`.

    timeout: seconds for all of it; None = as configured, float("inf") = none.
    dry_run: plan it and send nothing; the result has `request` and `plan`.
    plan: `result.plan["text"]` of a dry run: carried out only if it would send the very same.
    idempotency_key: calls with the same key make one write.
    trace: a W3C traceparent, sent along.
    progress: called while files or long lists move.
    source, sink: an open file, or a descriptor, in place of the file to upload or to write.
    """

    timeout: Optional[float] = None
    dry_run: bool = False
    plan: Optional[str] = None
    idempotency_key: Optional[str] = None
    trace: Optional[str] = None
    progress: Optional[Progress] = None
    source: Union[int, IO[Any], None] = None
    sink: Union[int, IO[Any], None] = None


class Result(Generic[R]):
    """The document of a call that ended well."""

    def __init__(self, text: bytes) -> None:
        #: The document as it came.
        self.text = text
        self.document: Dict[str, Any] = json.loads(text)

    @property
    def resources(self) -> List[R]:
        """What was asked for or changed; [] where the action has none."""
        return self.document.get("resources") or []

    @property
    def first(self) -> R:
        """The only or first of them; LookupError where there is none."""
        return self.resources[0]

    @property
    def file(self) -> Dict[str, Any]:
        """Of a download: path, name, bytes, content_type; {} otherwise."""
        return self.document.get("file") or {}

    @property
    def value(self) -> Any:
        """What an action answers that has neither resources nor a file."""
        return self.document.get("value")

    @property
    def meta(self) -> Dict[str, Any]:
        """trace_id, pagination, requests, attempts, tenant, ..."""
        meta: Dict[str, Any] = self.document["meta"]
        return meta

    @property
    def trace_id(self) -> Optional[str]:
        """The service's name for the request, for its support."""
        return self.meta.get("trace_id")

    @property
    def total(self) -> Optional[int]:
        """How many there are in all pages together, where the service says so."""
        return (self.meta.get("pagination") or {}).get("total")

    @property
    def http_status(self) -> int:
        """Status of the last answer; 0 = there was none."""
        return int(self.document["http_status"])

    @property
    def request(self) -> Dict[str, Any]:
        """Of a dry run: what would be sent."""
        return self.document.get("request") or {}

    @property
    def plan(self) -> Dict[str, Any]:
        """Of a dry run: what it would do; `plan["text"]` binds a later call to it."""
        return self.document.get("plan") or {}

    def __repr__(self) -> str:
        shown = self.text[:200].decode("utf-8", "replace")
        return f"<Result {shown}{'...' if len(self.text) > 200 else ''}>"
