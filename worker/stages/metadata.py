from dataclasses import dataclass
@dataclass
class Metadata:
    title=None
    authors=()
    published_at=None
    canonical_url=None
    language=None
def read_metadata(*a): return Metadata()
