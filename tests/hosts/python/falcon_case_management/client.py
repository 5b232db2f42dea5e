"""Calls that block. Any thread; after a fork the child's first call opens an instance of its own."""

from __future__ import annotations

import ctypes as c
import json
import threading
import weakref
from types import TracebackType
from typing import Any, Dict, List, Mapping, Optional, Tuple, Type

from . import _abi
from ._config import Config
from ._instance import Flight, Instance, Secrets
from .actions import Actions
from .errors import error_of
from .result import CallOptions, Result

_PLAIN = CallOptions()


def list_actions(plugin: Optional[str] = None) -> List[Dict[str, Any]]:
    """All actions of the plugin: name, title, inputSchema, outputSchema, annotations, ..."""
    tools: List[Dict[str, Any]] = json.loads(_abi.load(plugin).actions_json())["tools"]
    return tools


class Client(Actions):
    """One tenant. Every action is a method; close it, or use it in a with statement.

    config: libconfig text or a mapping, such as {"falcon": {"cloud": "auto", ...}}.
    plugin: the plugin's file; else $SOARHOST_PLUGIN, else the installed one.
    secrets: a mapping or a function for what the configuration names as "secret:NAME".

    A call that is interrupted (Ctrl-C, a signal handler that raises) is cancelled at the service.
    """

    def __init__(self, config: Config, *, plugin: Optional[str] = None,
                 secrets: Optional[Secrets] = None) -> None:
        self._given = (config, plugin, secrets)
        self._instance = Instance(config, plugin, secrets)
        self._end = weakref.finalize(self, self._instance.close)

    def __reduce__(self) -> Tuple[Any, ...]:
        return _again, (type(self), *self._given)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def close(self) -> None:
        """Cancels what is in flight and ends the instance."""
        self._end()

    def invoke(self, action: str, given: Mapping[str, Any],
               call: Optional[CallOptions] = None) -> Result[Any]:
        """Carries out any action by name. Raises the exception of its status."""
        options = call or _PLAIN
        instance = self._instance
        handle = instance.handle()
        call_id, raw = instance.new_call(action, given, options)
        flight = instance.flights[call_id] = Flight(options.progress)
        try:
            status, text = self._run(handle, call_id, raw)
        finally:
            del instance.flights[call_id]
        if flight.problem is not None:
            raise flight.problem
        if status != _abi.OK:
            raise error_of(json.loads(text) if text else {}, status)
        return Result(text)

    def _run(self, handle: int, call_id: int, raw: _abi.Call) -> Tuple[int, bytes]:
        library, outcome = self._instance.library, []

        def invoke() -> None:
            result = _abi.new_result()
            status = library.invoke(handle, c.byref(raw), c.byref(result))
            outcome.append((status, result.text()))
            library.release(c.byref(result))

        if threading.current_thread() is not threading.main_thread():
            invoke()
            return outcome[0]
        # Signals reach Python in the main thread, and only while it is in Python: so it waits there.
        worker = threading.Thread(target=invoke, name="falcon_case_management call", daemon=True)
        worker.start()
        try:
            worker.join()
        except BaseException:
            while worker.is_alive():  # the call may not have been in flight yet
                self._instance.cancel(call_id)
                worker.join(0.02)
            raise
        return outcome[0]

    def _act(self, action: str, given: Dict[str, Any], call: Optional[CallOptions]) -> Result[Any]:
        return self.invoke(action, {name: value for name, value in given.items()
                                    if value is not None}, call)


def _again(kind: Type[Client], config: Config, plugin: Optional[str],
           secrets: Optional[Secrets]) -> Client:
    return kind(config, plugin=plugin, secrets=secrets)
