"""Calls for asyncio: the plugin's event descriptor on the loop, no thread of ours."""

from __future__ import annotations

import asyncio
import ctypes as c
import json
import os
import weakref
from types import TracebackType
from typing import Any, Dict, Mapping, Optional, Tuple, Type

from . import _abi
from ._config import Config
from ._instance import Flight, Instance, Secrets, log_line
from .actions import AsyncActions
from .errors import error_of
from .result import CallOptions, Result

_PLAIN = CallOptions()
_AT_ONCE = 256  # events taken before others on the loop get their turn

_Outcome = Tuple[int, bytes]


class AsyncClient(AsyncActions):
    """As Client, with coroutines. Of one loop at a time; thousands of calls may be in flight.

    Cancelling a task, or asyncio.timeout, cancels its call at the service and waits for what became
    of it: the CancelledError has the plugin's exception as its __cause__, which tells by `outcome`
    whether a write may have been applied.
    """

    def __init__(self, config: Config, *, plugin: Optional[str] = None,
                 secrets: Optional[Secrets] = None) -> None:
        self._instance = Instance(config, plugin, secrets)
        if self._instance.library.submit is None:
            raise OSError("the plugin has no asynchronous calls: soar_submit is missing")
        self._end = weakref.finalize(self, self._instance.close)
        self._waiting: Dict[int, "asyncio.Future[_Outcome]"] = {}
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._pid = 0

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                        trace: Optional[TracebackType]) -> None:
        await self.close()

    async def close(self) -> None:
        """Cancels what is in flight, waits for it, and ends the instance."""
        loop = asyncio.get_running_loop()
        if self._pid == os.getpid() and self._loop is loop:
            for call_id in list(self._waiting):
                self._instance.cancel(call_id)
            if self._waiting:
                await asyncio.wait(list(self._waiting.values()))
            loop.remove_reader(self._instance.event_fd)
            self._loop = None
        await loop.run_in_executor(None, self._end)

    def _attach(self) -> int:
        """The handle, with its events on the running loop."""
        loop = asyncio.get_running_loop()
        handle = self._instance.handle()
        if self._loop is loop and self._pid == os.getpid():
            return handle
        if self._pid != os.getpid():
            self._waiting = {}
        elif self._waiting:
            raise RuntimeError("the client has calls in flight on another loop")
        elif self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._instance.event_fd)
        loop.add_reader(self._instance.event_fd, self._take, handle)
        self._loop, self._pid = loop, os.getpid()
        return handle

    def _take(self, handle: int) -> None:
        take = self._instance.library.next
        assert take is not None
        for _ in range(_AT_ONCE):
            event = _abi.new_result()
            if take(handle, c.byref(event)) != _abi.OK:
                return
            kind, call_id, status, text = event.kind, event.call_id, event.status, event.text()
            done, total = event.done, event.total
            self._instance.library.release(c.byref(event))
            if kind == _abi.KIND_DONE:
                future = self._waiting.pop(call_id, None)
                if future is not None and not future.done():
                    future.set_result((status, text))
            elif kind == _abi.KIND_PROGRESS:
                flight = self._instance.flights.get(call_id)
                if flight is not None and flight.tell(done, total):
                    self._instance.cancel(call_id)
            elif kind == _abi.KIND_LOG:
                line = json.loads(text)
                log_line(line["level"], line["message"])

    async def invoke(self, action: str, given: Mapping[str, Any],
                     call: Optional[CallOptions] = None) -> Result[Any]:
        """Carries out any action by name. Raises the exception of its status."""
        options = call or _PLAIN
        instance = self._instance
        handle = self._attach()
        call_id, raw = instance.new_call(action, given, options)
        flight = instance.flights[call_id] = Flight(options.progress)
        future: "asyncio.Future[_Outcome]" = asyncio.get_running_loop().create_future()
        self._waiting[call_id] = future
        try:
            assert instance.library.submit is not None
            refused = instance.library.submit(handle, c.byref(raw))
            if refused != _abi.OK:
                del self._waiting[call_id]
                raise error_of({}, refused)
            try:
                status, text = await asyncio.shield(future)
            except asyncio.CancelledError as cancelled:
                instance.cancel(call_id)
                status, text = await asyncio.shield(future)
                if status != _abi.OK:
                    cancelled.__cause__ = error_of(json.loads(text) if text else {}, status)
                raise
        finally:
            del instance.flights[call_id]
        if flight.problem is not None:
            raise flight.problem
        if status != _abi.OK:
            raise error_of(json.loads(text) if text else {}, status)
        return Result(text)

    async def _act(self, action: str, given: Dict[str, Any],
                   call: Optional[CallOptions]) -> Result[Any]:
        return await self.invoke(action, {name: value for name, value in given.items()
                                          if value is not None}, call)
