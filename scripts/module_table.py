"""Reads the module table, Package.swift and the imports in the sources; for check-modules and module-graph."""

import json
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "scripts" / "modules.txt"

# Modules of the toolchain and the system, which are not declared in Package.swift.
SYSTEM_MODULES = {
    "Darwin", "Dispatch", "Foundation", "FoundationNetworking", "Glibc", "PackageDescription", "Synchronization",
    "Testing", "os",
}  # fmt: skip
SWIFT_IMPORT = re.compile(
    r"^\s*(?:@\w+\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+"
    r"(?:(?:struct|class|enum|protocol|func|let|var|typealias)\s+)?([A-Za-z_]\w*)"
)
C_INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]')


@dataclass
class Row:
    """One line of the table."""

    floor: int
    name: str
    names: set[str] = field(default_factory=set)
    floors: set[int] = field(default_factory=set)

    def allows(self, other: str, floor_of: dict[str, int]) -> bool:
        return other in self.names or floor_of.get(other) in self.floors


@dataclass
class Target:
    """A target of Package.swift with the files and imports that it really has."""

    name: str
    kind: str
    directory: Path
    declared: set[str]
    files: list[Path]
    # Imported module -> the first file and line that imports it.
    imports: dict[str, tuple[Path, int]]
    # In Sources/, not a test, its support or a benchmark.
    is_product_code: bool


def read_table(path: Path = TABLE) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        if len(words) < 2 or not words[0].isdigit() or words[1] in rows:
            raise SystemExit(f"{path}:{number}: expected a floor, a new module and what it may import: {line}")
        row = Row(int(words[0]), words[1])
        for word in words[2:]:
            if word == "*":
                row.floors.update(range(row.floor))
            elif match := re.fullmatch(r"(\d+)-(\d+)", word):
                row.floors.update(range(int(match[1]), int(match[2]) + 1))
            else:
                row.names.add(word)
        rows[row.name] = row
    return rows


def swift_identifier(name: str) -> str:
    """The module name of a target, as `import` writes it."""
    return name.replace("-", "_")


def read_targets(root: Path = ROOT) -> dict[str, Target]:
    """The targets of the package at `root` by name."""
    command = ["swift", "package", "--package-path", str(root), "dump-package"]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{result.stderr}")
    targets: dict[str, Target] = {}
    # `dump-package` may print warnings of the manifest before the description.
    description = json.loads(result.stdout[result.stdout.index("{") :])
    for entry in description["targets"]:
        default = "Tests" if entry["type"] == "test" else "Sources"
        directory = root / (entry.get("path") or f"{default}/{entry['name']}")
        declared = {(item.get("byName") or item.get("target") or item.get("product"))[0] for item in entry["dependencies"]}
        suffixes = {".swift", ".c", ".cpp", ".h", ".hpp"}
        files = sorted(path for path in directory.rglob("*") if path.suffix in suffixes and "Fixtures" not in path.parts)
        is_product_code = directory.is_relative_to(root / "Sources")
        targets[entry["name"]] = Target(entry["name"], entry["type"], directory, declared, files, {}, is_product_code)
    own_headers = {
        target.name: {str(path.relative_to(target.directory / "include")) for path in target.files if "include" in path.parts}
        for target in targets.values()
        if target.kind == "regular"
    }
    for target in targets.values():
        if target.kind == "system":
            continue
        for path in target.files:
            in_text = False  # multi-line string literals, which hold Python in the tests
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                found = None if in_text else imported(line, path, target, own_headers)
                in_text ^= line.count('"""') % 2 == 1
                if found and found != swift_identifier(target.name):
                    target.imports.setdefault(found, (path, number))
    return targets


def imported(line: str, path: Path, target: Target, own_headers: dict[str, set[str]]) -> str | None:
    """The module that a line of a source file imports, or includes a header of."""
    if path.suffix == ".swift":
        match = SWIFT_IMPORT.match(line)
        return match[1] if match and match[1] not in SYSTEM_MODULES else None
    match = C_INCLUDE.match(line)
    if not match or match[1] in own_headers.get(target.name, set()):
        return None
    return next((name for name, headers in own_headers.items() if match[1] in headers), None)
