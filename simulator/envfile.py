"""The simulator's variables in a KEY=value file; all other lines stay as they are."""

from pathlib import Path

from simulator.files import write_atomic


def update_env(path: Path, values: dict[str, str]) -> bool:
    """Set these variables in the file (made with mode 0600 if absent); True if anything changed."""
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    left, lines = dict(values), []
    for line in before.splitlines():
        name = line.removeprefix("export ").partition("=")[0].strip()
        if name in values:
            if name in left:
                lines.append(f"{name}={left.pop(name)}")
        else:
            lines.append(line)
    lines += [f"{name}={value}" for name, value in left.items()]
    after = "\n".join(lines) + "\n"
    if after == before:
        path.chmod(0o600)
        return False
    write_atomic(path, after.encode(), 0o600)
    return True
