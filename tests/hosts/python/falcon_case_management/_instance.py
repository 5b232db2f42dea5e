"""One instance of the plugin in this process: what blocking and asyncio calls share."""

from __future__ import annotations

import ctypes as c
import itertools
import json
import logging
import os
import threading
import weakref
from typing import IO, Any, Callable, Dict, Mapping, Optional, Tuple, Union

from . import _abi
from ._config import Config, config_text
from .errors import error_of
from .result import CallOptions, Progress

#: Asked for the secrets that the configuration names as "secret:NAME".
Secrets = Union[Mapping[str, str], Callable[[str], Optional[str]]]

_LEVELS = {"error": logging.ERROR, "warn": logging.WARNING, "info": logging.INFO,
           "debug": logging.DEBUG}
_NAMES = ("", "error", "warn", "info", "debug", "audit")
_LOG = logging.getLogger("falcon_case_management")
_LOG.addHandler(logging.NullHandler())
_AUDIT = logging.getLogger("falcon_case_management.audit")
_every: "weakref.WeakSet[Instance]" = weakref.WeakSet()


def log_line(level: str, message: str) -> None:
    """A line of the plugin's, into Python's log; records of writes into a log of their own."""
    if level in _LEVELS:
        _LOG.log(_LEVELS[level], "%s", message)
    else:
        _AUDIT.info("%s", message)


def _log(_ctx: Any, level: int, text: int, size: int) -> None:
    name = _NAMES[level] if 0 < level < len(_NAMES) else "debug"
    log_line(name, c.string_at(text, size).decode("utf-8", "replace"))


_LOG_CALLBACK = _abi.LOG(_log)


class Flight:
    """A call on its way: whom to tell how far it is, and what went wrong in telling."""

    def __init__(self, progress: Optional[Progress]) -> None:
        self.progress = progress
        self.problem: Optional[BaseException] = None

    def tell(self, done: int, total: int) -> bool:
        """Whether the call shall end."""
        try:
            return bool(self.progress and self.progress(done, total))
        except BaseException as problem:  # pylint: disable=broad-except
            self.problem = problem
            return True


class Instance:
    """Opened with the first call, and again in a child after a fork."""

    def __init__(self, config: Config, plugin: Optional[str], secrets: Optional[Secrets]) -> None:
        self.config = config_text(config)
        self.library = _abi.load(plugin)
        self.secrets = secrets
        self.event_fd = -1
        self.flights: Dict[int, Flight] = {}
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._handle: Optional[int] = None
        self._pid = 0
        self._closed = False
        self._host = _abi.Host(
            struct_size=c.sizeof(_abi.Host), abi_version=_abi.ABI_VERSION, log=_LOG_CALLBACK,
            get_secret=_abi.GET_SECRET(self._get_secret), progress=_abi.PROGRESS(self._progress))
        _every.add(self)

    def after_fork(self) -> None:
        """In the child: nothing of the parent's is in flight here, and no thread holds the lock."""
        self._lock = threading.Lock()
        self._handle = None
        self.flights = {}

    def _get_secret(self, _ctx: Any, name: int, size: int, buffer: int, room: int,
                    needed: Any) -> int:
        try:
            asked = c.string_at(name, size).decode()
            asks = self.secrets if callable(self.secrets) else (self.secrets or {}).get
            found = asks(asked)
        except Exception:  # pylint: disable=broad-except
            _LOG.exception("the host's secrets could not be asked")
            found = None
        if found is None:
            return _abi.NOT_FOUND
        secret = found.encode()
        needed[0] = len(secret)
        if len(secret) > room:
            return _abi.OUT_OF_RANGE
        c.memmove(buffer, secret, len(secret))
        return _abi.OK

    def _progress(self, _ctx: Any, call_id: int, done: int, total: int) -> int:
        flight = self.flights.get(call_id)
        return int(flight is not None and flight.tell(done, total))

    def handle(self) -> int:
        """The plugin's handle, made where there is none in this process."""
        with self._lock:
            if self._closed:
                raise RuntimeError("the client is closed")
            if self._handle is None or self._pid != os.getpid():
                self._open()
            assert self._handle is not None
            return self._handle

    def _open(self) -> None:
        handle, fd, result = _abi.PTR(), _abi.I32(-1), _abi.new_result()
        status = self.library.init(c.byref(self._host), self.config, len(self.config),
                                   c.byref(handle), c.byref(fd), c.byref(result))
        text = result.text()
        self.library.release(c.byref(result))
        if status != _abi.OK:
            raise error_of(json.loads(text) if text else {}, status)
        self._handle, self.event_fd, self._pid = handle.value, fd.value, os.getpid()

    def new_call(self, action: str, given: Mapping[str, Any],
                 options: CallOptions) -> Tuple[int, _abi.Call]:
        """A call with an id of its own. Its texts live as long as it does."""
        call_id = next(self._ids)
        name, text = action.encode(), json.dumps(given).encode()
        trace, plan = (options.trace or "").encode(), (options.plan or "").encode()
        key = (options.idempotency_key or "").encode()
        call = _abi.Call(
            struct_size=c.sizeof(_abi.Call), call_id=call_id, action=name, action_len=len(name),
            input=text, input_len=len(text), timeout_ms=_milliseconds(options.timeout),
            trace=trace, trace_len=len(trace), plan=plan, plan_len=len(plan), idempotency_key=key,
            idempotency_key_len=len(key), in_fd=-1, out_fd=-1)
        if options.dry_run:
            call.flags |= _abi.CALL_DRY_RUN
        if options.source is not None:
            call.flags |= _abi.CALL_IN_FD
            call.in_fd = _descriptor(options.source)
        if options.sink is not None:
            call.flags |= _abi.CALL_OUT_FD
            call.out_fd = _descriptor(options.sink)
        return call_id, call

    def cancel(self, call_id: int) -> bool:
        """Whether a call of that id was in flight."""
        return self._handle is not None and self.library.cancel(self._handle, call_id) == _abi.OK

    def close(self, timeout: float = 10.0) -> None:
        """Ends the instance; calls in flight are cancelled and waited for."""
        with self._lock:
            handle, ours = self._handle, self._pid == os.getpid()
            self._handle, self._closed = None, True
        if handle is not None and ours:
            self.library.shutdown(handle, _milliseconds(timeout))


def _milliseconds(timeout: Optional[float]) -> int:
    if timeout is None:
        return 0
    return _abi.NO_TIMEOUT if timeout == float("inf") else max(1, int(timeout * 1000))


def _descriptor(file: Union[int, IO[Any]]) -> int:
    if isinstance(file, int):
        return file
    if file.writable():
        file.flush()
    return file.fileno()


def _after_fork() -> None:
    for instance in list(_every):
        instance.after_fork()


os.register_at_fork(after_in_child=_after_fork)
