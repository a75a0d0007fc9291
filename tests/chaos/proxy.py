"""A TCP proxy between a worker and a broker. Tests switch its faults on and off while it runs."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine
from typing import Any

from tests.kafka.local_server import free_address

CHUNK_BYTES = 64 << 10
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # with a linger of 0 s, closing sends RST


class Proxy:
    """Accepts connections at `address`, and forwards them to another address in a thread."""

    def __init__(self, target: str) -> None:
        self.address = free_address()
        self.latency_s = 0.0  # each way
        self._target = target
        self._refuses = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._open = asyncio.Event()  # closed while the network is a black hole
        self._open.set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._serve, *_host_and_port(self.address)))

    def _run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    # -- faults --------------------------------------------------------------------------------------------------

    def reset(self) -> None:
        """Reset every connection, like a firewall that lost its state."""
        self._loop.call_soon_threadsafe(self._reset)

    def swallow(self) -> None:
        """Become a black hole: old connections stay open and new ones are accepted, but no data gets through."""
        self._loop.call_soon_threadsafe(self._open.clear)

    def refuse(self) -> None:
        """Close every connection, and every new one at once, as if the broker were down."""
        self._refuses = True
        self.reset()

    def recover(self) -> None:
        """Forward everything again, beginning with the data that came meanwhile, as TCP does."""
        self._refuses = False
        self._loop.call_soon_threadsafe(self._open.set)

    # -- the work ------------------------------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward one connection in both directions until one end closes it."""
        writers = [writer]
        with contextlib.suppress(OSError, asyncio.CancelledError):
            if self._refuses:
                raise ConnectionRefusedError
            await self._open.wait()
            far_reader, far_writer = await asyncio.open_connection(*_host_and_port(self._target))
            writers.append(far_writer)
            self._writers.update(writers)
            ways = [self._pass_on(reader, far_writer), self._pass_on(far_reader, writer)]
            done, left = await asyncio.wait(map(asyncio.ensure_future, ways), return_when=asyncio.FIRST_COMPLETED)
            for way in left:
                way.cancel()
            await asyncio.gather(*done, *left, return_exceptions=True)
        for each in writers:
            self._writers.discard(each)
            each.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(CHUNK_BYTES):
            if self.latency_s:
                await asyncio.sleep(self.latency_s)
            await self._open.wait()
            writer.write(chunk)
            await writer.drain()

    def _reset(self) -> None:
        for writer in self._writers:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            writer.transport.abort()

    def close(self) -> None:
        """Close all connections, and end the thread."""
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        self._reset()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _host_and_port(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host, int(port)
