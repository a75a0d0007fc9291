from __future__ import annotations

import subprocess
import sys
from textwrap import dedent


def test_an_article_goes_through_all_stages_before_any_process_is_forked() -> None:
    """In a process of its own, because the import also changes how Python searches for cycles."""
    program = """
        import gc, threading
        from worker.messages import Article
        from worker.supervisor.warm import warm_up

        article = warm_up()
        assert isinstance(article, Article) and article.language == "en" and article.measures, article
        assert threading.active_count() == 1, "a lock that a thread holds would stay locked after a fork"
        assert gc.get_freeze_count() > 10_000
    """
    subprocess.run([sys.executable, "-c", dedent(program)], check=True)
