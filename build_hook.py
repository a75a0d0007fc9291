"""Prepares what makes the worker faster: compiles the C files, and writes the lexicons in a form that loads quickly.

Without a C compiler, or without numpy, the package is complete all the same. Set PURE_PYTHON to leave the compiled
parts out, and COMPILED_PARTS=required to fail if anything cannot be prepared. `python build_hook.py CHECKOUT` prepares
a checkout in place.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.tags import sys_tags

sys.path.insert(0, str(Path(__file__).resolve().parent))

from worker.compiled import source_hash

LEXICONS = "worker/residue/lexicons.marshal"
SUFFIX = ".abi3.so"  # one file for Python 3.11 and all later versions
# Fused multiplication would round differently from numpy; errno is never read.
FLAGS = ("-std=gnu11", "-O3", "-fPIC", "-fvisibility=hidden", "-ffp-contract=off", "-fno-math-errno")


class PreparedParts(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the results beside the sources for an editable install, and into the wheel otherwise."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the prepared parts to what is built."""
        root = Path(self.root)
        self._folder = None if version == "editable" else tempfile.TemporaryDirectory()
        target = Path(self._folder.name) if self._folder else root
        lexicons = self._tried(prepare_lexicons, root, target, "it takes 0.5 s longer to start")
        compiled = {} if os.environ.get("PURE_PYTHON") else self._tried(compile_all, root, target, "it is slower")
        if version != "editable":
            build_data["force_include"].update(lexicons | compiled)
        if compiled and version != "editable":
            build_data["pure_python"] = False
            build_data["tag"] = f"cp311-abi3-{platform()}"

    def _tried(
        self, prepare: Callable[[Path, Path], dict[str, str]], root: Path, target: Path, without: str
    ) -> dict[str, str]:
        try:
            return prepare(root, target)
        except (OSError, subprocess.CalledProcessError) as error:
            if os.environ.get("COMPILED_PARTS") == "required":
                raise
            self.app.display_warning(f"the worker is complete, but {without}: {error}")
            return {}

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove what was prepared for the wheel."""
        if self._folder:
            self._folder.cleanup()


def prepare_lexicons(root: Path, target: Path) -> dict[str, str]:
    """Prepare the lexicons. Returns the path of the result, and its place in the package."""
    result = target / LEXICONS
    result.parent.mkdir(parents=True, exist_ok=True)
    code = "import sys, pathlib; from worker.residue import prepared; prepared.prepare(pathlib.Path(sys.argv[1]))"
    environment = {**os.environ, "PYTHONPATH": str(root)}
    subprocess.run([sys.executable, "-c", code, str(result)], env=environment, check=True, capture_output=True)
    return {str(result): LEXICONS}


def compile_all(root: Path, target: Path) -> dict[str, str]:
    """Compile each source file of a checkout. Returns the path of each result, and its place in the package."""
    built = {}
    for source in sorted((root / "worker").rglob("_*.c")):
        place = source.relative_to(root).with_suffix(SUFFIX)
        result = target / place
        result.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(command(source, result), check=True, capture_output=True)
        built[str(result)] = place.as_posix()
    return built


def command(source: Path, result: Path) -> list[str]:
    """The call of the compiler. CC and CFLAGS from the environment count."""
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    kind = ["-bundle", "-undefined", "dynamic_lookup"] if sysconfig.get_platform().startswith("macosx") else ["-shared"]
    include = f"-I{sysconfig.get_path('include')}"
    extra = [*shlex.split(os.environ.get("CFLAGS", "")), *shlex.split(os.environ.get("ARCHFLAGS", ""))]
    # `worker.compiled` compares it with the source, so a part that is out of date is never used.
    macro = f'-DSOURCE="{source_hash(source)}"'
    return [*compiler, *FLAGS, *extra, macro, include, str(source), *kind, "-o", str(result), "-lm"]


def platform() -> str:
    """The platform of a wheel that was built here; tools that check its libraries replace it by a more general one."""
    here = next(tag.platform for tag in sys_tags() if not tag.platform.startswith(("manylinux", "musllinux")))
    oldest = os.environ.get("MACOSX_DEPLOYMENT_TARGET", "").replace(".", "_")
    return re.sub(r"^macosx_\d+_\d+", f"macosx_{oldest}", here) if oldest else here


if __name__ == "__main__":
    prepare_lexicons(Path(sys.argv[1]).resolve(), Path(sys.argv[1]).resolve())
    compile_all(Path(sys.argv[1]), Path(sys.argv[1]))
