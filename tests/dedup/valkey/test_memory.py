"""The memory on a server: other workers, lost connections, unsuitable servers. For the rest, see the contract."""

from __future__ import annotations

import random
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import pytest
import redis
from structlog.testing import capture_logs

from tests.dedup import valkey_server
from tests.dedup.valkey_server import DURABLE, Local, Server, await_ready, client, required
from tests.kafka.servers import free_port
from worker.config.index_address import parse_address
from worker.dedup.memory import MAX_HOLDERS, Table, Wanted
from worker.dedup.valkey import buckets as valkey_buckets
from worker.dedup.valkey import memory as valkey
from worker.dedup.valkey import probe as valkey_probe
from worker.dedup.valkey import server as server_module
from worker.dedup.valkey.commit import Committer
from worker.dedup.valkey.memory import INDEX, ValkeyMemory
from worker.dedup.valkey.view import COMMON
from worker.errors import IndexStoreError

NOW_S = 20_000 * 86_400.0
WINDOW = timedelta(days=30)
PASSWORD = "correct horse"  # noqa: S105 - of servers that live for a second

T = TypeVar("T")
AnyServer = TypeVar("AnyServer", bound=Server)
Start = Callable[..., Server]


class StopWaiting(Exception):  # noqa: N818 - not an error
    pass


def started_by(way: Callable[..., AnyServer]) -> Iterator[Callable[..., AnyServer]]:
    """A function that starts servers in this way. They end with the test."""
    started: list[AnyServer] = []

    def start(*options: str) -> AnyServer:
        started.append(required(lambda: way(*options)))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts servers for this test alone."""
    yield from started_by(valkey_server.start_own)


@pytest.fixture
def start_local() -> Iterator[Callable[..., Local]]:
    """Starts servers with options that a container cannot have."""
    yield from started_by(valkey_server.start_local)


@pytest.fixture
def place(request: pytest.FixtureRequest) -> tuple[str, str]:
    """The URL of the shared server, and a name that only this test uses."""
    url, name = valkey_server.shared()
    return url, f"{name}-{request.node.name}-{random.getrandbits(32):x}".translate({91: "-", 93: "-"})


def open_at(url: str, name: str = "test", **options: Any) -> ValkeyMemory:
    return ValkeyMemory(
        parse_address(url), window=WINDOW, names=replace(INDEX, name=name), **{"sleep": lambda _: None, **options}
    )


@pytest.fixture
def memory(place: tuple[str, str]) -> Iterator[ValkeyMemory]:
    opened = open_at(*place)
    yield opened
    opened.close()


@pytest.fixture
def other(place: tuple[str, str]) -> Iterator[ValkeyMemory]:
    opened = open_at(*place)
    yield opened
    opened.close()


def do(memory: ValkeyMemory, body: Callable[[], T]) -> T:
    return memory.atomically(Wanted(), body)


def count_up(memory: ValkeyMemory, key: bytes = b"a") -> int:
    """Increment the number in an entry. Call it within a body."""
    found = memory.find(Table.URLS, key)
    number = int(found.value if found else b"0") + 1
    memory.put(Table.URLS, key, b"%d" % number, memory.at(NOW_S))
    return number


def decide(memory: ValkeyMemory, message: int) -> int:
    """The number of a message. A new message gets the next number, and a record that holds it."""
    known = memory.find(Table.VERDICTS, b"%08d" % message)
    if known:
        return int(known.value)
    number = count_up(memory)
    memory.put(Table.VERDICTS, b"%08d" % message, b"%d" % number, memory.newest)
    memory.hold([message, message << 16], memory.add_record(b"%d" % number, memory.newest))
    return number


def events(logs: list[Any]) -> list[str]:
    return [line["event"] for line in logs]


# -- other workers ---------------------------------------------------------------------------------------------------


def overtake(memory: ValkeyMemory, body: Callable[[], T], *overtake: Callable[[], object]) -> tuple[T, int]:
    """What a batch returns, and how often its body ran. During the first runs, one after the other overtakes it."""
    runs: list[int] = []

    def overtaken() -> T:
        runs.append(1)
        try:
            return body()
        finally:
            if len(runs) <= len(overtake):
                overtake[len(runs) - 1]()

    return do(memory, overtaken), len(runs)


def test_a_body_that_another_worker_overtook_runs_again_and_sees_its_writes(
    memory: ValkeyMemory, other: ValkeyMemory
) -> None:
    counted, runs = overtake(memory, lambda: count_up(memory), lambda: do(other, lambda: count_up(other)))
    assert (counted, runs) == (2, 2)
    assert (memory.effort.overtaken, memory.effort.repeated, memory.effort.batches) == (1, 1, 1)
    assert do(other, lambda: count_up(other)) == 3


def test_a_body_runs_once_if_the_other_worker_wrote_something_else(memory: ValkeyMemory, other: ValkeyMemory) -> None:
    do(memory, lambda: decide(memory, 1))
    counted, runs = overtake(memory, lambda: count_up(memory), lambda: do(other, lambda: count_up(other, b"b")))
    assert (counted, runs) == (2, 1)
    assert (memory.effort.overtaken, memory.effort.repeated) == (0, 0)
    assert do(memory, lambda: (count_up(memory), count_up(memory, b"b"))) == (3, 2)


def test_a_new_holder_of_a_key_that_the_body_asked_for_makes_it_run_again(
    memory: ValkeyMemory, other: ValkeyMemory
) -> None:
    do(memory, lambda: decide(memory, 1))

    def holders() -> tuple[list[bytes | None], int]:
        return memory.records(memory.holders(7)), count_up(memory)

    found, runs = overtake(memory, holders, lambda: do(other, lambda: hold_new(other, [7])))
    assert found == ([b"r"], 2)
    assert runs == 2
    found, runs = overtake(memory, holders, lambda: do(other, lambda: hold_new(other, [8])))
    assert found == ([b"r"], 3)
    assert runs == 1


def test_a_body_that_only_reads_sees_one_state(memory: ValkeyMemory, other: ValkeyMemory) -> None:
    def add_both() -> None:
        do(other, lambda: (count_up(other), count_up(other, b"b")))

    add_both()
    seen: list[bytes] = []

    def read() -> list[bytes]:
        seen[:] = [memory.find(Table.URLS, b"a").value]  # type: ignore[union-attr]
        if memory.effort.repeated == 0:
            add_both()
        return [*seen, memory.find(Table.URLS, b"b").value]  # type: ignore[union-attr]

    assert do(memory, read) == [b"2", b"2"]
    assert memory.effort.batches == 0


def test_statistics_that_a_body_only_reads_do_not_make_it_run_again(memory: ValkeyMemory, other: ValkeyMemory) -> None:
    def add(memory: ValkeyMemory) -> bytes:
        found = memory.find(Table.COUNTS, b"n")
        value = (found.value if found else b"") + b"x"
        memory.put(Table.COUNTS, b"n", value, memory.at(NOW_S))
        return value

    def read() -> bytes:
        found = memory.find(Table.COUNTS, b"n")
        assert found
        return found.value[: count_up(memory)]

    do(other, lambda: add(other))
    assert overtake(memory, read, lambda: do(other, lambda: add(other))) == (b"x", 1)
    assert overtake(memory, lambda: add(memory), lambda: do(other, lambda: add(other))) == (b"xxxx", 2)


def test_the_body_runs_again_if_another_worker_moved_the_window(memory: ValkeyMemory, other: ValkeyMemory) -> None:
    do(memory, lambda: count_up(memory))
    later_s = NOW_S + 100 * 86_400

    def move() -> None:
        do(other, lambda: other.put(Table.URLS, b"b", b"1", other.at(later_s)))

    assert overtake(memory, lambda: count_up(memory), move) == (1, 2)
    assert do(other, lambda: other.find(Table.URLS, b"a")) is not None


def test_a_later_watermark_of_another_worker_stays(memory: ValkeyMemory, other: ValkeyMemory) -> None:
    do(memory, lambda: count_up(memory))
    later_s = memory.atomically(Wanted(), lambda: memory.newest.end_s) - 1

    overtake(
        memory,
        lambda: count_up(memory),
        lambda: do(other, lambda: other.put(Table.URLS, b"b", b"1", other.at(later_s))),
    )
    edge_s = later_s + WINDOW.total_seconds()
    first = do(memory, lambda: memory.newest)
    do(memory, lambda: memory.at(edge_s))
    assert do(memory, lambda: memory.at(0.0)) == first  # the oldest part of the window


def test_if_the_log_does_not_reach_back_everything_is_read_again(memory: ValkeyMemory, other: ValkeyMemory) -> None:
    do(memory, lambda: decide(memory, 1))

    def write_much() -> None:
        for _ in range(300):
            do(other, lambda: count_up(other, b"b"))

    assert overtake(memory, lambda: count_up(memory), write_much) == (2, 2)
    assert overtake(memory, lambda: count_up(memory, b"b"), write_much) == (601, 2)


def test_a_body_that_fails_on_an_inconsistent_state_runs_again(memory: ValkeyMemory, other: ValkeyMemory) -> None:
    failed: list[int] = []

    def body() -> int:
        counted = count_up(memory)
        if not failed:
            failed.append(1)
            do(other, lambda: count_up(other))
            raise ZeroDivisionError
        return counted

    assert do(memory, body) == 2


def in_steps(memory: ValkeyMemory, ran: list[str], *names: str) -> list[int]:
    """Count up an entry of each name, in steps of which `ran` keeps the names that were worked out."""

    def work(name: str) -> int:
        ran.append(name)
        memory.hold([7], memory.add_record(name.encode(), memory.at(NOW_S)))
        return count_up(memory, name.encode())

    return [memory.step(lambda name=name: work(name)) for name in names]  # type: ignore[misc]


def test_only_the_steps_that_would_read_something_else_are_worked_out_again(
    memory: ValkeyMemory, other: ValkeyMemory
) -> None:
    do(memory, lambda: decide(memory, 1))
    ran: list[str] = []
    counted, runs = overtake(
        memory, lambda: in_steps(memory, ran, "x", "y", "z", "y"), lambda: do(other, lambda: count_up(other, b"y"))
    )
    assert (counted, runs) == ([1, 2, 1, 3], 2)
    assert ran == ["x", "y", "z", "y", "y", "y"]
    assert do(memory, lambda: in_steps(memory, [], "x", "y", "z")) == [2, 4, 2]
    records = do(other, lambda: other.records(other.holders(7)))
    assert sorted(map(str, records)) == sorted(map(str, [b"x", b"z", b"y", b"y", b"x", b"y", b"z"]))


def test_a_step_is_worked_out_again_only_if_the_answer_to_its_question_changes(
    memory: ValkeyMemory, other: ValkeyMemory
) -> None:
    do(memory, lambda: decide(memory, 7))
    ran: list[bool] = []

    def work() -> bool:
        ran.append(memory.ask(lambda: len(memory.holders(7)) > 2))
        count_up(memory)
        return ran[-1]

    def again(keys: list[int]) -> tuple[bool, int]:
        ran.clear()
        answer, runs = overtake(memory, lambda: memory.step(work), lambda: do(other, lambda: hold_new(other, keys)))
        assert runs == 1 + (7 in keys)
        return answer, len(ran)

    assert again([8]) == (False, 1)
    assert again([7]) == (False, 1)
    assert again([7]) == (True, 2)


@pytest.mark.parametrize(("before", "runs_then"), [(COMMON - 1, 2), (COMMON, 1)])
def test_one_more_holder_of_a_common_key_does_not_make_a_step_run_again(
    memory: ValkeyMemory, other: ValkeyMemory, before: int, runs_then: int
) -> None:
    for _ in range(before):
        do(memory, lambda: hold_new(memory, [7]))

    def work() -> int:
        count_up(memory)
        return len(memory.holders(7))

    _, runs = overtake(memory, lambda: memory.step(work), lambda: do(other, lambda: hold_new(other, [7])))
    assert runs == runs_then


def test_a_step_may_add_a_holder_where_another_worker_added_one(memory: ValkeyMemory, other: ValkeyMemory) -> None:
    do(memory, lambda: count_up(memory))
    ran: list[int] = []

    def work() -> int:
        ran.append(count_up(memory))
        return hold_new(memory, [5])

    def body() -> int:
        memory.holders(5)
        return memory.step(work)

    number, runs = overtake(memory, body, lambda: do(other, lambda: hold_new(other, [5])))
    assert (len(ran), runs) == (1, 2)
    assert do(memory, lambda: len(memory.holders(5))) == 2
    assert do(other, lambda: (other.holders(5)[1], other.record(number))) == (number, b"r")


def test_a_worker_that_loses_five_times_takes_a_turn(memory: ValkeyMemory, other: ValkeyMemory) -> None:
    waits: list[float] = []
    do(memory, lambda: decide(memory, 1))
    helper = threading.Thread(target=lambda: do(other, lambda: count_up(other)))
    other._sleep = waits.append

    def write() -> None:
        do(other, lambda: count_up(other))

    def write_meanwhile() -> None:
        helper.start()
        while not waits:
            pause(0.001)

    with capture_logs() as logs:
        counted, runs = overtake(memory, lambda: count_up(memory), *[write] * 6, write_meanwhile)
    helper.join()
    assert (counted, runs) == (8, 7)
    assert (memory.effort.turns, other.effort.waits) == (1, len(waits))
    assert [(line["event"], line["times"]) for line in logs] == [("index_batch_overtaken", 5)]
    assert do(memory, lambda: count_up(memory)) == 10


def test_the_turn_of_a_worker_that_died_expires(place: tuple[str, str], memory: ValkeyMemory) -> None:
    with client(place[0]) as asking:
        asking.set(memory._names.turn, "of another", px=100)
    memory._sleep = pause
    assert do(memory, lambda: count_up(memory)) == 1
    assert memory.effort.waits


def test_a_turn_without_an_end_is_taken_away(place: tuple[str, str], memory: ValkeyMemory) -> None:
    with client(place[0]) as asking:
        asking.set(memory._names.turn, "of another program")
    assert do(memory, lambda: count_up(memory)) == 1
    assert not memory.effort.waits


def test_a_worker_that_waits_for_its_turn_calls_waiting_now_and_then(
    place: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(valkey, "_LOOK_UP_WAITS", 2)

    def stop() -> None:
        raise StopWaiting

    impatient = open_at(*place, waiting=stop)
    with client(place[0]) as asking:
        asking.set(impatient._names.turn, "of another", px=60_000)
        with pytest.raises(StopWaiting):
            do(impatient, lambda: count_up(impatient))
        asking.delete(impatient._names.turn)
    assert do(impatient, lambda: count_up(impatient)) == 1
    impatient.close()


# -- a server that goes away -----------------------------------------------------------------------------------------


class Restart:
    """Starts the server again after a memory has waited for it this many times."""

    def __init__(self, server: Server, waits: int = 3) -> None:
        self._server = server
        self._waits = waits
        self.waited = 0

    def __call__(self) -> None:
        self.waited += 1
        if self.waited == self._waits:
            self._server.start()
            await_ready(self._server.url)


def test_a_server_killed_during_a_body_loses_nothing_and_stores_nothing_of_the_body(start: Start) -> None:
    server = start(*DURABLE)
    restart = Restart(server)
    memory = open_at(server.url, waiting=restart)
    assert [do(memory, lambda number=number: decide(memory, number)) for number in (1, 2, 3)] == [1, 2, 3]  # type: ignore[misc]
    runs: list[int] = []

    def body() -> list[int]:
        numbers = [decide(memory, number) for number in (3, 4, 5)]
        runs.append(len(runs))
        if len(runs) == 1:
            server.kill()
        return numbers

    with capture_logs() as logs:
        assert do(memory, body) == [3, 4, 5]
    assert runs == [0, 1]
    assert events(logs) == ["index_unreachable", "index_reachable"]
    unreachable = logs[0]
    assert unreachable["server"] == server.url
    assert "refused" in unreachable["error"]
    assert (unreachable["attempt"], unreachable["retry_in_s"]) == (1, 0.1)
    assert restart.waited >= 3
    memory.close()


def test_a_repeated_body_returns_the_first_result_even_if_it_is_unclear_whether_that_was_stored(
    memory: ValkeyMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is lost after the script and before the answer."""
    send = Committer.send
    lost: list[int] = []

    def send_and_lose(committer: Committer, *arguments: Any, **options: Any) -> Any:
        result = send(committer, *arguments, **options)
        if not lost:
            lost.append(1)
            raise redis.ConnectionError("lost")
        return result

    monkeypatch.setattr(Committer, "send", send_and_lose)
    runs: list[int] = []

    def body() -> int:
        runs.append(decide(memory, 7))
        return runs[-1]

    assert do(memory, body) == 1
    assert runs == [1, 1]
    assert lost
    assert do(memory, lambda: decide(memory, 8)) == 2
    assert len(do(memory, lambda: memory.holders(7))) == 1


class Killer(threading.Thread):
    """Kills a server and starts it again at random moments, while others work, until it is told to stop."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.batches = threading.Semaphore(0)
        self._server = server
        self._stopped = threading.Event()
        self._chance = random.Random(7)

    def run(self) -> None:
        while not self._stopped.is_set():
            for _ in range(self._chance.randrange(1, 40)):
                self.batches.acquire(timeout=1)
            self._stopped.wait(self._chance.random() * 0.01)
            self._server.kill()
            self._server.start()
            await_ready(self._server.url)

    def stop(self) -> None:
        self._stopped.set()
        self.join()


def pause(seconds: float) -> None:
    threading.Event().wait(min(seconds, 0.02))


def test_two_workers_lose_and_tear_no_batch_while_the_server_is_killed_repeatedly(start: Start) -> None:
    """Both decide the same messages, one from the start and one from the end, as after a rebalance."""
    server = start(*DURABLE)
    killer = Killer(server)
    decided: list[dict[int, int]] = [{}, {}]

    def work(numbers: dict[int, int], messages: list[int]) -> None:
        memory = open_at(server.url, sleep=pause)
        for first in range(0, len(messages), 5):
            batch = messages[first : first + 5]
            made = do(memory, lambda batch=batch: {message: decide(memory, message) for message in batch})  # type: ignore[misc]
            numbers.update(made)
            killer.batches.release()
        memory.close()

    messages = list(range(600))
    workers = [
        threading.Thread(target=work, args=arguments)
        for arguments in zip(decided, (messages, messages[::-1]), strict=True)
    ]
    with capture_logs() as logs:
        for thread in (killer, *workers):
            thread.start()
        for thread in workers:
            thread.join()
    killer.stop()
    assert "index_unreachable" in events(logs)
    assert "index_lost_writes" not in events(logs)
    assert decided[0] == decided[1]
    assert sorted(decided[0].values()) == list(range(1, 601))
    memory = open_at(server.url, sleep=pause)
    kept = do(memory, lambda: [[memory.record(each) for each in memory.holders(message)] for message in messages])
    assert kept == [[b"%d" % decided[0][message]] for message in messages]
    assert memory.stats()["records"] == memory.stats()["verdicts"] == 600
    memory.close()


def test_a_worker_waits_for_a_server_that_falls_silent(
    start_local: Callable[..., Local], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "ANSWER_TIMEOUT_S", 0.1)
    server = start_local()
    await_ready(server.url)
    memory = open_at(server.url, waiting=server.thaw)
    do(memory, lambda: count_up(memory))
    server.freeze()
    with capture_logs() as logs:
        assert do(memory, lambda: count_up(memory)) == 2
    assert events(logs) == ["index_unreachable", "index_reachable"]
    assert "imeout" in logs[0]["error"]
    memory.close()


def test_a_worker_waits_for_a_primary_that_becomes_a_replica(start: Start) -> None:
    server = start()
    asking = client(server.url)

    def promote() -> None:
        asking.replicaof("NO", "ONE")

    memory = open_at(server.url, waiting=promote)
    asking.replicaof("127.0.0.1", 1)
    with capture_logs() as logs:
        assert do(memory, lambda: count_up(memory)) == 1
    assert "index_unreachable" in events(logs)
    asking.close()
    memory.close()


def test_a_worker_waits_for_a_missing_server_until_it_is_told_to_stop() -> None:
    url = f"valkey://me:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{free_port()}/0"
    waits: list[float] = []
    clock = [0.0]

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    def waiting() -> None:
        waits.append(clock[0])
        if len(waits) > 200:
            raise StopWaiting

    server = server_module.Server(parse_address(url), waiting, sleep=sleep, clock=lambda: clock[0])
    with capture_logs() as logs, pytest.raises(StopWaiting):
        server.check()
    tries = sorted({round(at, 1) for at in waits})
    assert tries[:6] == [0.0, 0.1, 0.3, 0.7, 1.2, 1.5]  # waits of 0.1, 0.2, 0.4, 0.8 ... s, in steps of half a second
    assert max(later - earlier for earlier, later in pairwise(waits)) < 0.501
    assert set(events(logs)) == {"index_unreachable"}
    assert 2 <= len(logs) <= 5  # in over a minute
    assert logs[0]["retry_in_s"] < logs[-1]["retry_in_s"] <= 5
    assert "correct" not in repr(logs)


def test_if_meta_is_deleted_everything_is_forgotten(memory: ValkeyMemory, place: tuple[str, str]) -> None:
    """Somebody deletes `meta`, or the server evicts it. The remaining keys must not come back under new numbers."""
    do(memory, lambda: decide(memory, 1))
    do(memory, lambda: decide(memory, 5))
    with client(place[0]) as deleting:
        deleting.delete(f"{{{place[1]}}}:meta")
    with capture_logs() as logs:
        assert do(memory, lambda: memory.find(Table.URLS, b"a")) is None
    assert [(line["event"], line["batches"]) for line in logs] == [("index_lost_writes", 2)]
    assert do(memory, lambda: decide(memory, 2)) == 1
    assert do(memory, lambda: list(memory.holders(1))) == []
    assert memory.stats()["records"] == 1


def delete_meta(place: tuple[str, str]) -> None:
    with client(place[0]) as deleting:
        assert deleting.delete(f"{{{place[1]}}}:meta")


def test_after_a_loss_the_first_write_brings_back_the_seed(
    place: tuple[str, str], memory: ValkeyMemory, other: ValkeyMemory
) -> None:
    do(memory, lambda: count_up(memory))
    delete_meta(place)
    assert do(memory, lambda: count_up(memory)) == 1
    assert do(other, lambda: count_up(other)) == 2
    with closing(open_at(*place)) as late:
        assert late.seed == memory.seed
        assert do(late, lambda: count_up(late)) == 3
    assert do(memory, lambda: count_up(memory)) == 4


def test_a_worker_stops_if_another_process_made_a_new_seed_after_a_loss(
    place: tuple[str, str], memory: ValkeyMemory
) -> None:
    do(memory, lambda: count_up(memory))
    delete_meta(place)
    with closing(open_at(*place)) as late:
        assert late.seed != memory.seed
        with pytest.raises(IndexStoreError, match=r"was emptied or filled after .*: start the process again") as raised:
            do(memory, lambda: count_up(memory))
        assert raised.value.exit_code == 6
        assert do(late, lambda: count_up(late)) == 1


def test_a_body_is_not_stored_under_a_seed_that_another_process_made_meanwhile(
    place: tuple[str, str], memory: ValkeyMemory
) -> None:
    late: list[ValkeyMemory] = []

    def lose() -> None:
        delete_meta(place)
        late.append(open_at(*place))

    with pytest.raises(IndexStoreError, match="was emptied or filled after"):
        overtake(memory, lambda: count_up(memory), lose)
    with closing(late[0]):
        assert do(late[0], lambda: count_up(late[0])) == 1


def test_a_loss_is_noticed_even_if_as_many_writes_followed_it(
    place: tuple[str, str], memory: ValkeyMemory, other: ValkeyMemory
) -> None:
    do(memory, lambda: count_up(memory))

    def lose() -> None:
        delete_meta(place)
        do(other, lambda: count_up(other, b"b"))

    assert overtake(memory, lambda: count_up(memory), lose) == (1, 2)


def test_an_index_with_articles_and_without_a_seed_gets_none(place: tuple[str, str], memory: ValkeyMemory) -> None:
    """Nobody knows the keys of its articles."""
    do(memory, lambda: count_up(memory))
    with client(place[0]) as asking:
        asking.hdel(f"{{{place[1]}}}:meta", "seed")
        for attempt in (lambda: do(memory, lambda: count_up(memory)), lambda: open_at(*place)):
            with pytest.raises(IndexStoreError, match=r"is damaged .* delete the keys of the index, and start again"):
                attempt()
        assert not asking.hexists(f"{{{place[1]}}}:meta", "seed")


# -- what can be wrong with a server ---------------------------------------------------------------------------------


def secret_url(server: Server, user: str = "", password: str = PASSWORD) -> str:
    return server.url.replace("://", f"://{user}:{password.replace(' ', '%20')}@")


def test_a_password_is_used_and_never_shown(start_local: Callable[..., Local]) -> None:
    server = start_local("--requirepass", PASSWORD)
    await_ready(server.url, password=PASSWORD)
    with capture_logs() as logs:
        memory = open_at(secret_url(server))
        assert do(memory, lambda: count_up(memory)) == 1
        memory.close()
        for url, message in (
            (server.url, "rejects the login .*user in index, and ARTICLE_WORKER_INDEX_PASSWORD"),
            (secret_url(server, password=PASSWORD[::-1]), "rejects the login"),
            (secret_url(server, user="me"), "rejects the login"),
        ):
            with pytest.raises(IndexStoreError, match=message) as raised:
                open_at(url)
            shown = f"{raised.value} {raised.value!r} {raised.value.__cause__!r}"
            assert "horse" not in shown
            assert "esroh" not in shown
            assert server.url in str(raised.value)
    assert "horse" not in repr(logs)


def test_a_user_needs_only_the_keys_of_its_index_and_some_commands(start: Start) -> None:
    server = start()
    with client(server.url) as asking:
        rights = "+@read +@write +@connection +evalsha +script|load +info +memory|usage"
        asking.execute_command("ACL", "SETUSER", "worker", "on", f">{PASSWORD}", "~{test}:*", *rights.split())
        asking.execute_command("ACL", "SETUSER", "guest", "on", f">{PASSWORD}", "~other:*", *rights.split())
    memory = open_at(secret_url(server, "worker"))
    assert do(memory, lambda: decide(memory, 1)) == 1
    assert memory.stats()["records"] == 1
    memory.close()
    with pytest.raises(IndexStoreError, match="denies its user what the index needs"):
        open_at(secret_url(server, "guest"))


@pytest.mark.parametrize(
    ("info", "message"),
    [
        ({"redis_version": "6.2.14"}, "has version 6.2.14: Valkey, or Redis 7 or later, is needed"),
        ({"redis_version": "unstable"}, "has version unstable"),
        ({}, "has version 0"),
        ({"redis_version": "7.2.4", "valkey_version": "8.1.0", "role": "slave"}, "read-only replica"),
    ],
)
def test_an_unsuitable_server_is_refused(
    place: tuple[str, str], monkeypatch: pytest.MonkeyPatch, info: dict[str, str], message: str
) -> None:
    monkeypatch.setattr(redis.Redis, "info", lambda _: info)
    with pytest.raises(IndexStoreError, match=message):
        open_at(*place)


def test_a_server_that_may_forget_causes_a_warning(start: Start) -> None:
    server = start("--maxmemory-policy", "allkeys-lru")
    with capture_logs() as logs:
        open_at(server.url).close()
    assert [(line["event"], line["log_level"]) for line in logs] == [
        ("index_may_be_evicted", "warning"),
        ("index_not_durable", "warning"),
    ]
    assert logs[0]["maxmemory_policy"] == "allkeys-lru"
    durable = start(*DURABLE)
    with capture_logs() as logs:
        open_at(durable.url).close()
    assert logs == []


def test_a_full_server_is_an_error_that_says_so_and_keeps_its_entries(start: Start) -> None:
    server = start("--maxmemory", "4mb")
    memory = open_at(server.url)
    kept = 0

    def fill() -> None:
        for number in range(kept, kept + 10):
            decide(memory, number)
            memory.add_record(bytes(10_000), memory.newest)

    def fill_up() -> None:
        nonlocal kept
        while True:
            do(memory, fill)
            kept += 10

    with pytest.raises(IndexStoreError, match="is full: raise its maxmemory"):
        fill_up()
    assert kept > 0
    with client(server.url) as asking:
        asking.config_set("maxmemory", "100mb")
    assert memory.stats()["verdicts"] == kept
    assert do(memory, lambda: [decide(memory, number) for number in range(kept + 1)]) == list(range(1, kept + 2))
    memory.close()


def test_another_programs_key_in_place_of_meta_is_an_error(place: tuple[str, str], memory: ValkeyMemory) -> None:
    url, name = place
    do(memory, lambda: count_up(memory))
    with client(url) as asking:
        asking.delete(f"{{{name}}}:meta")
        asking.set(f"{{{name}}}:meta", "text")
    with pytest.raises(IndexStoreError, match=r"has a key of another program \(.*meta\): choose another db"):
        open_at(*place)


def test_an_index_of_another_version_is_refused(place: tuple[str, str], memory: ValkeyMemory) -> None:
    do(memory, lambda: count_up(memory))
    with client(place[0]) as asking:
        asking.hset(f"{{{place[1]}}}:meta", "format", "1")
    for attempt in (lambda: do(memory, lambda: None), lambda: open_at(*place)):
        with pytest.raises(IndexStoreError, match="made by another version: choose another db"):
            attempt()


def test_a_node_of_a_cluster_works_and_the_error_names_the_right_node(start_local: Callable[..., Local]) -> None:
    """All keys are in one hash slot."""
    # The default port between nodes is one that an outgoing connection may already use.
    server = start_local("--cluster-enabled", "yes", "--cluster-port", str(free_port()))
    await_ready(server.url)
    with client(server.url) as asking:
        asking.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        memory = open_at(server.url, sleep=pause)
        assert do(memory, lambda: decide(memory, 1)) == 1
        assert memory.stats()["records"] == 1
    memory.close()

    def moved() -> None:
        raise redis.exceptions.MovedError("3999 127.0.0.1:6381")

    with pytest.raises(
        IndexStoreError, match=r"does not have these keys .*127\.0\.0\.1:6381.*: give the address of the node"
    ):
        memory._server.patiently(moved)


@pytest.mark.parametrize(
    ("words", "waited_for"),
    [
        ("BUSY Redis is busy running a script.", True),
        ("NOREPLICAS Not enough good replicas to write.", True),
        ("MISCONF Redis is configured to save RDB snapshots, but it's unable to persist to disk.", False),
        ("ERR unknown command 'HMGET'", False),
    ],
)
def test_temporary_errors_are_waited_out_and_others_are_raised_with_the_servers_message(
    memory: ValkeyMemory, words: str, *, waited_for: bool
) -> None:
    errors = [redis.ResponseError(f"Command # 1 (HSET {PASSWORD}) of pipeline caused error: {words}")]

    def step() -> str:
        if errors:
            raise errors.pop()
        return "done"

    if waited_for:
        assert memory._server.patiently(step) == "done"
    else:
        with pytest.raises(IndexStoreError, match=f"cannot be used: {words.split(maxsplit=1)[0]}") as raised:
            memory._server.patiently(step)
        assert PASSWORD not in str(raised.value)


def test_indexes_with_different_names_are_separate(place: tuple[str, str], memory: ValkeyMemory) -> None:
    url, name = place
    do(memory, lambda: decide(memory, 1))
    apart = open_at(url, f"{name}-b")
    assert do(apart, lambda: apart.find(Table.URLS, b"a")) is None
    assert apart.stats()["generations"] == 0
    apart.close()


@pytest.mark.parametrize("answer", [b"*1\r\n" * 100_000, b"+OK\r\n" * 9, b"$-1\r\n" * 9, b":1\r\n" * 9, b"*0\r\n" * 9])
def test_another_program_at_the_address_is_an_error_that_says_so(answer: bytes) -> None:
    with answering(answer) as port, pytest.raises(IndexStoreError, match=f"{port}/0 is not a Valkey or Redis server"):
        open_at(f"valkey://127.0.0.1:{port}/0")


def test_a_bug_of_ours_is_not_blamed_on_a_server_that_answered(memory: ValkeyMemory) -> None:
    with pytest.raises(ValueError, match="ours"):
        memory._server.patiently(lambda: int("ours"))


@contextmanager
def answering(answer: bytes) -> Iterator[int]:
    """A port that gives this answer to every question."""

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with connection, suppress(OSError):
                    connection.recv(1)
                    connection.sendall(answer)
                    while connection.recv(4096):
                        pass

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


# -- TLS -------------------------------------------------------------------------------------------------------------


def test_tls_is_used_and_an_untrusted_certificate_is_an_error(
    start_local: Callable[..., Local], tmp_path: Path
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=valkey",
         "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2", "-nodes", "-keyout", key, "-out", certificate],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("no openssl to make a certificate with")
    port = free_port()
    server = start_local(
        "--tls-port", str(port), "--tls-cert-file", str(certificate), "--tls-key-file", str(key),
        "--tls-auth-clients", "no",
    )  # fmt: skip
    await_ready(server.url)
    url = f"valkeys://127.0.0.1:{port}/0"
    memory = open_at(f"{url}?ssl_ca_certs={certificate}")
    assert do(memory, lambda: count_up(memory)) == 1
    memory.close()
    with pytest.raises(IndexStoreError, match="certificate verify failed"):
        open_at(url)
    with pytest.raises(IndexStoreError, match=f"{port}/0 speaks TLS on this port: write valkeys://"):
        open_at(url.replace("valkeys:", "valkey:"))


def test_a_tls_address_of_a_server_without_tls_is_an_error_that_says_so(
    place: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "CONNECT_TIMEOUT_S", 0.2)
    monkeypatch.setattr(server_module, "ANSWER_TIMEOUT_S", 0.2)
    with pytest.raises(IndexStoreError, match="does not speak TLS on this port: write valkey://"):
        open_at(place[0].replace("valkey:", "valkeys:"))


def test_a_silent_port_is_not_reported_as_a_mismatch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing accepts the connection, or something does and says nothing."""
    monkeypatch.setattr(valkey_probe, "TIMEOUT_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for scheme in ("valkey", "valkeys"):
            assert valkey_probe.mismatch(parse_address(f"{scheme}://127.0.0.1:{silent.getsockname()[1]}/0")) is None
            assert valkey_probe.mismatch(parse_address(f"{scheme}://127.0.0.1:{free_port()}/0")) is None


# -- size ------------------------------------------------------------------------------------------------------------


def test_holders_are_found_while_their_buckets_are_split_under_them(
    memory: ValkeyMemory, other: ValkeyMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(valkey_buckets, "LOAD", 1)
    chance = random.Random(3)
    holders: dict[int, list[int]] = {}
    for _ in range(90):
        keys = [chance.getrandbits(32) for _ in range(900)] + [chance.randrange(1000) << 16 for _ in range(60)]
        keys = list(dict.fromkeys(keys))
        number = do(memory, lambda keys=keys: hold_new(memory, keys))  # type: ignore[misc]
        for key in keys:
            holders.setdefault(key, []).append(number)
    asked = dict(chance.sample(sorted(holders.items()), 20_000))
    found = other.atomically(Wanted({}, [list(asked)]), lambda: {key: list(other.holders(key)) for key in asked})
    assert found == {key: numbers[:MAX_HOLDERS] for key, numbers in asked.items()}
    stats = other.stats()
    assert stats["postings"] == sum(map(len, holders.values()))
    assert memory.atomically(Wanted(), lambda: list(memory.holders(1 << 31 | 12345))) == []


def hold_new(memory: ValkeyMemory, keys: list[int]) -> int:
    number = memory.add_record(b"r", memory.at(NOW_S))
    memory.hold(keys, number)
    return number


def test_an_entry_that_moves_to_a_later_generation_leaves_nothing_behind(memory: ValkeyMemory) -> None:
    for day in range(0, 25, 5):
        do(memory, lambda day=day: memory.put(Table.COUNTS, b"n", bytes(1000), memory.at(NOW_S + day * 86_400)))  # type: ignore[misc]
    assert memory.stats()["counts"] == 1
    assert memory.stats()["generations"] > 1
