"""What readers have: the last published version of each article, and the texts that were published.

An article counts only as long as readers have it. An update takes the place of the version before it, so whatever
duplicates only the earlier version is judged again.
"""

from __future__ import annotations

from collections.abc import Iterator

from worker.dedup.entries import Content, KnownPage, article_of, pack_content, pack_page, unpack_content, unpack_page
from worker.dedup.memory import Memory, Table
from worker.store.damage import Damage
from worker.store.generations import Found, Generation
from worker.store.keys import KEY_BYTES

MOST_LONGER = 8  # articles in a row, each of which replaced the one before


class Published:
    """Reads and writes pages and contents, within a body of the memory."""

    def __init__(self, memory: Memory, damage: Damage) -> None:
        self._memory = memory
        self._damage = damage

    def page(self, article_id: str) -> KnownPage | None:
        """What the index remembers of the URL whose article has this id."""
        return self._page(article_id, self._memory.find(Table.URLS, page_key(article_id)))

    def _page(self, article_id: str, found: Found | None) -> KnownPage | None:
        return found and self._damage.intact("urls", unpack_page, found.value, article_id)

    def put_page(self, article_id: str, page: KnownPage, now: Generation) -> None:
        """Remember a page, at least as long as before."""
        self._put(Table.URLS, page_key(article_id), pack_page(page, article_id), now)

    def readers_have(self, article_id: str, record: int, now: Generation) -> bool:
        """Whether readers still have the words of this record under this article.

        If so, the article is remembered for longer, because a copy of it was seen.
        """
        found = self._memory.find(Table.URLS, page_key(article_id))
        page = self._page(article_id, found)
        if found is None or page is None or page.origin != article_id or page.record != record:
            return False
        if found.generation < now:
            self._memory.put(Table.URLS, page_key(article_id), found.value, now)
        return True

    def versions(self, article_id: str) -> list[tuple[str, int]]:
        """The article and those that replaced it, each with the record of the version that readers have.

        The longest comes first, the article itself last. The list is empty if readers have none.
        """
        return list(self._chain(article_id))[::-1]

    def _chain(self, article_id: str | None) -> Iterator[tuple[str, int]]:
        seen: list[str] = []
        while article_id is not None and article_id not in seen and len(seen) < MOST_LONGER:
            seen.append(article_id)
            page = self.page(article_id)
            if page is None or page.origin != article_id:
                return
            yield article_id, page.record
            article_id = page.replaced_by

    def replace(self, article_id: str, longer_id: str, now: Generation) -> None:
        """Remember that a longer article was published in the place of this one."""
        page = self.page(article_id)
        if page:
            self.put_page(article_id, page._replace(replaced_by=longer_id), now)

    def content(self, content_hash: bytes, now: Generation) -> Content | None:
        """The article that readers have with this content. Both are remembered for longer: it was seen again."""
        key = content_hash[:KEY_BYTES]
        found = self._memory.find(Table.CONTENTS, key)
        content = found and self._damage.intact("contents", unpack_content, found.value)
        if found is None or content is None or not self.readers_have(content.origin, content.record, now):
            return None
        if found.generation < now:
            self._memory.put(Table.CONTENTS, key, found.value, now)
        return content

    def put_content(self, content_hash: bytes, content: Content, now: Generation) -> None:
        """Remember a published content."""
        self._put(Table.CONTENTS, content_hash[:KEY_BYTES], pack_content(content), now)

    def _put(self, table: Table, key: bytes, value: bytes, now: Generation) -> None:
        """Write an entry so that no older one hides it, not even a damaged one."""
        old = self._memory.find(table, key)
        self._memory.put(table, key, value, max(old.generation, now) if old else now)


def page_key(article_id: str) -> bytes:
    """The key of an article in `Table.URLS`. Its id follows from its URL, if it has one."""
    return bytes.fromhex(article_id)


def page_of(record: bytes) -> dict[int, bytes]:
    """The key by table of the page that tells whether readers still have this record's article."""
    article = article_of(record)
    return {Table.URLS: article} if article else {}
