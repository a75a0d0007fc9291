"""What `check` says of an index server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn
from uuid import uuid4

import pytest

from tests.dedup import valkey_server
from tests.dedup.valkey_server import DURABLE, Server
from tests.kafka.servers import free_port
from worker.config.index_address import Address, parse_address
from worker.dedup.memory import Wanted
from worker.dedup.valkey.check import check
from worker.dedup.valkey.memory import INDEX, ValkeyMemory
from worker.dedup.valkey.names import Names
from worker.errors import IndexStoreError
from worker.findings import Finding


@pytest.fixture(scope="module")
def durable() -> Iterator[Server]:
    server = valkey_server.required(lambda: valkey_server.start_own(*DURABLE))
    yield server
    server.close()


@pytest.fixture
def names() -> Names:
    return replace(INDEX, name=uuid4().hex)


def give_up() -> NoReturn:
    raise IndexStoreError("it does not answer")


def looked(address: Address, names: Names, *, ahead_s: float = 0) -> tuple[list[Finding], bool]:
    """The findings, and whether the index is empty. `ahead_s`: how far the clock of this machine is ahead."""
    empty: list[bool] = []
    found = list(check(address, names, give_up, lambda: empty.append(True), clock=lambda: time.time() + ahead_s))
    return found, bool(empty)


def test_a_durable_server_without_an_index_gets_one_line_and_no_key(durable: Server, names: Names) -> None:
    [line], is_empty = looked(parse_address(durable.url), names)
    assert (line.level, is_empty) == ("ok", True)
    with valkey_server.client(durable.url) as client:
        assert client.keys(f"{names.prefix}*") == []


def test_an_index_that_holds_articles_is_not_empty(durable: Server, names: Names) -> None:
    memory = ValkeyMemory(parse_address(durable.url), window=timedelta(days=30), names=names)
    memory.atomically(Wanted(), lambda: memory.put(0, b"key", b"value", memory.at(1.0)))
    memory.close()
    [line], is_empty = looked(parse_address(durable.url), names)
    assert ("holds articles" in line.text, is_empty) == (True, False)


def test_a_server_that_forgets_is_two_warnings(names: Names) -> None:
    url, _ = valkey_server.shared()
    with valkey_server.client(url) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        try:
            found, _ = looked(parse_address(url), names)
        finally:
            client.config_set("maxmemory-policy", "noeviction")
    assert [line.level for line in found] == ["ok", "warning", "warning"]
    assert "Set it to noeviction" in found[1].text
    assert "Set appendonly yes" in found[2].text


def test_a_nearly_full_server_is_a_warning(durable: Server, names: Names) -> None:
    with valkey_server.client(durable.url) as client:
        client.config_set("maxmemory", int(client.info()["used_memory"] * 1.15))
        try:
            found, _ = looked(parse_address(durable.url), names)
        finally:
            client.config_set("maxmemory", 0)
    assert [line.level for line in found] == ["ok", "warning"]
    assert "Raise maxmemory" in found[1].text


@pytest.mark.parametrize("ahead_s", [-40.0, 40.0])
def test_a_clock_that_differs_from_that_of_the_server_is_a_warning(
    durable: Server, names: Names, ahead_s: float
) -> None:
    found, _ = looked(parse_address(durable.url), names, ahead_s=ahead_s)
    assert [line.level for line in found] == ["ok", "warning"]
    assert f"by {ahead_s:+.0f} s" in found[1].text


@pytest.mark.parametrize(
    ("rights", "level"),
    [
        ("+@read +@write +@connection +evalsha +script|load +info +memory|usage", "ok"),  # as documented
        ("+@read +@connection +evalsha +script|load +info +memory|usage", "fault"),
        ("+@read +@write +@connection +info", "fault"),
    ],
)
def test_a_user_without_a_documented_right_is_a_fault(durable: Server, names: Names, rights: str, level: str) -> None:
    with valkey_server.client(durable.url) as client:
        client.execute_command("ACL", "SETUSER", "limited", "reset", "on", ">pw", f"~{names.prefix}*", *rights.split())
    found, _ = looked(replace(parse_address(durable.url), username="limited", password="pw"), names)  # noqa: S106
    assert [line.level for line in found] == [level]
    assert found[0].exit_code == (6 if level == "fault" else 0)


def test_a_server_that_is_away_is_a_fault(names: Names) -> None:
    [line], _ = looked(Address("127.0.0.1", free_port()), names)
    assert (line.level, line.exit_code, line.text) == ("fault", 6, "it does not answer")
