"""Build `booking/static/css/app.css`, the one style sheet every page loads.

Bootstrap goes into a cascade layer, so that every rule of ours wins over it whatever its
specificity; our own files follow in reading order.

    python3 tools/build_css.py            write the file
    python3 tools/build_css.py --check    exit with 1 when the file is not what would be written
"""

import re
import sys
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "booking" / "static"
BUILT = STATIC / "css" / "app.css"
OWN_FILES = (
    "tokens.css",
    "base.css",
    "components.css",
    "certifications.css",
    "planning.css",
    "print.css",
)

# Neither may stand inside a layer, and the source map is not shipped.
NOT_LAYERABLE = re.compile(r'@charset "[^"]*";|/\*# sourceMappingURL=.*?\*/')


def bootstrap_layer() -> str:
    (release,) = STATIC.glob("vendor/bootstrap-*/bootstrap.min.css")
    rules = NOT_LAYERABLE.sub("", release.read_text(encoding="utf-8"))
    return f"@layer bootstrap {{\n{rules.strip()}\n}}\n"


def stylesheet() -> str:
    """The full text of the built style sheet."""
    own = [
        f"/* {name} */\n{(STATIC / 'css' / name).read_text(encoding='utf-8')}" for name in OWN_FILES
    ]
    header = "/* Built by tools/build_css.py from the files named below; edit those instead. */\n"
    return header + bootstrap_layer() + "".join(own)


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        if BUILT.is_file() and BUILT.read_text(encoding="utf-8") == stylesheet():
            return 0
        print(f"{BUILT.name} is out of date: run python3 tools/build_css.py", file=sys.stderr)
        return 1
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    BUILT.write_text(stylesheet(), encoding="utf-8")
    print(f"{BUILT.relative_to(STATIC.parent.parent)}: {BUILT.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
