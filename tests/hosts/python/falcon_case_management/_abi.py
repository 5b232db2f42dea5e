"""The contract of soar_plugin.h for ctypes: structs, constants, functions."""

from __future__ import annotations

import ctypes as c
import os
import threading
from typing import Any, Callable, Dict, Optional

ABI_MAJOR, ABI_MINOR = 1, 1
ABI_VERSION = ABI_MAJOR << 16 | ABI_MINOR
CALL_DRY_RUN, CALL_IN_FD, CALL_OUT_FD = 1, 2, 4
KIND_DONE, KIND_LOG, KIND_PROGRESS = 1, 2, 3
NO_TIMEOUT = 2**64 - 1
OK, NOT_FOUND, OUT_OF_RANGE, EMPTY = 0, 5, 11, 18

U32, I32, U64, PTR = c.c_uint32, c.c_int32, c.c_uint64, c.c_void_p
LOG = c.CFUNCTYPE(None, PTR, I32, PTR, U64)
GET_SECRET = c.CFUNCTYPE(I32, PTR, PTR, U64, PTR, U64, c.POINTER(U64))
PROGRESS = c.CFUNCTYPE(I32, PTR, U64, U64, U64)
NOW_MS = c.CFUNCTYPE(U64, PTR)


class Host(c.Structure):
    """soar_host"""
    _fields_ = [("struct_size", U32), ("abi_version", U32), ("ctx", PTR), ("log", LOG),
                ("get_secret", GET_SECRET), ("progress", PROGRESS), ("now_ms", NOW_MS),
                ("flags", U32), ("max_inflight", U32)]


class Call(c.Structure):
    """soar_call"""
    _fields_ = [("struct_size", U32), ("flags", U32), ("call_id", U64), ("action", c.c_char_p),
                ("action_len", U64), ("input", c.c_char_p), ("input_len", U64),
                ("timeout_ms", U64), ("trace", c.c_char_p), ("trace_len", U64), ("in_fd", I32),
                ("out_fd", I32), ("plan", c.c_char_p), ("plan_len", U64),
                ("idempotency_key", c.c_char_p), ("idempotency_key_len", U64)]


class Result(c.Structure):
    """soar_result"""
    _fields_ = [("struct_size", U32), ("status", I32), ("call_id", U64), ("kind", I32),
                ("http_status", I32), ("json", PTR), ("json_len", U64), ("done", U64),
                ("total", U64), ("owner", PTR)]

    def text(self) -> bytes:
        """A copy of the document; b"" where memory ran out."""
        return c.string_at(self.json, self.json_len) if self.json else b""


def new_result() -> Result:
    """An empty result for the plugin to fill."""
    return Result(struct_size=c.sizeof(Result))


_SIGNATURES: Dict[str, Any] = {
    "soar_abi_version": (U32, []),
    "soar_list_actions": (I32, [c.POINTER(PTR), c.POINTER(U64)]),
    "soar_init": (I32, [c.POINTER(Host), c.c_char_p, U64, c.POINTER(PTR), c.POINTER(I32),
                        c.POINTER(Result)]),
    "soar_invoke": (I32, [PTR, c.POINTER(Call), c.POINTER(Result)]),
    "soar_cancel": (I32, [PTR, U64]),
    "soar_release": (None, [c.POINTER(Result)]),
    "soar_shutdown": (I32, [PTR, U64]),
    "soar_submit": (I32, [PTR, c.POINTER(Call)]),
    "soar_next": (I32, [PTR, c.POINTER(Result)]),
}

_FILE = "falcon_case_management.so"
_PLACES = ("/usr/local/lib/soar", "/usr/lib/soar")


def plugin_path(named: Optional[str] = None) -> str:
    """The plugin's file: the named one, that of $SOARHOST_PLUGIN, or the installed one."""
    candidates = [named or os.environ.get("SOARHOST_PLUGIN") or ""]
    if not candidates[0]:
        candidates = [os.path.join(place, _FILE) for place in _PLACES]
    for path in candidates:
        if os.path.exists(path):
            return os.path.abspath(path)
    raise FileNotFoundError(
        f"no plugin at {' or '.join(candidates)}: give Client(plugin=...), set SOARHOST_PLUGIN, "
        "or make install")


class Library:
    """The loaded plugin. abi_version, list_actions, ... are its functions without their prefix."""

    abi_version: Callable[[], int]
    list_actions: Callable[..., int]
    init: Callable[..., int]
    invoke: Callable[..., int]
    cancel: Callable[..., int]
    release: Callable[..., None]
    shutdown: Callable[..., int]
    submit: Optional[Callable[..., int]]
    next: Optional[Callable[..., int]]

    def __init__(self, path: str) -> None:
        self.path = path
        # CDLL and not PyDLL: the interpreter's lock is let go while the plugin works.
        shared = c.CDLL(path)
        for name, (answer, arguments) in _SIGNATURES.items():
            function = getattr(shared, name, None)
            if function is not None:
                function.restype, function.argtypes = answer, arguments
            elif name not in ("soar_submit", "soar_next"):
                raise OSError(f"{path} is no action plugin: it has no function {name}")
            setattr(self, name[len("soar_"):], function)
        version = self.abi_version()
        if version >> 16 != ABI_MAJOR:
            raise OSError(f"{path} follows version {version >> 16}.{version & 0xffff} of the "
                          f"contract, this package {ABI_MAJOR}.x")

    def actions_json(self) -> bytes:
        """What soar_list_actions says."""
        text, size = PTR(), U64()
        self.list_actions(c.byref(text), c.byref(size))
        return c.string_at(text, size.value)


_loaded: Dict[str, Library] = {}
_loading = threading.Lock()


def load(named: Optional[str] = None) -> Library:
    """Loads the plugin, once a process and path."""
    path = plugin_path(named)
    with _loading:
        if path not in _loaded:
            _loaded[path] = Library(path)
        return _loaded[path]
