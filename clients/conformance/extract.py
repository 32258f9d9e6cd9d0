#!/usr/bin/env python3
"""Makes suite.json from docs/protocol.md: what every client is held to, in a form that tests read.

The suite has the page's examples, the error codes, the limits, the methods with their parameters,
and the sentences that cases.py quotes. `extract.py` writes the file. `extract.py --check` fails if
the file is not what the page says today, or if a case quotes a sentence that the page lacks.
"""

import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "docs" / "protocol.md"
SUITE = HERE / "suite.json"

# Each limit and the words on the page that give it.
LIMITS = {
    "protocol": r"`protocol`, now (\d+)\.",
    "path_bytes": r"A path holds at most (\d+) bytes",
    "frame_bytes": r"A request line has at most (\d+) bytes",
    "depth": r"at most (\d+) levels of nesting",
    "batch_requests": r"An array of 1 to (\d+) requests",
    "id_bytes": r"or null, at most (\d+) bytes as written",
    "session_bytes": r"a string of 1 to (\d+) bytes of UTF-8 without control characters\. The c",
    "text_bytes": r"a string of at most (\d+) bytes of UTF-8 without U\+0000\. A query",
    "limit": r"a whole number from 1 to (\d+) \|",
    "previous": r"an array of at most (\d+) texts",
}


def fail(message):
    sys.exit(f"extract: {message}")


def flat(text):
    """The page without line breaks inside paragraphs, so that a quotation may be wrapped."""
    return re.sub(r"\s+", " ", text)


def examples(page):
    """Each example as a request line and its answer line, exactly as they are on the page."""
    lines = page.splitlines()
    found = []
    for at, line in enumerate(lines):
        if not line.startswith("→ "):
            continue
        if at + 1 == len(lines) or not lines[at + 1].startswith("← "):
            fail(f"no answer below {line}; mend docs/protocol.md")
        found.append({"request": line[2:], "answer": lines[at + 1][2:]})
    return found


def errors(page):
    rows = re.findall(r"^\| (-\d+) \| (\w+) \| .* \| (yes|no) \|$", page, re.MULTILINE)
    return [{"code": int(row[0]), "name": row[1], "again": row[2] == "yes"} for row in rows]


def methods(page):
    """The methods, each with its forms: the parameters before the arrow of every signature."""
    section = page.split("\n## Methods\n", 1)[1].split("\n## ", 1)[0]
    found = {}
    for chapter in section.split("\n### ")[1:]:
        heading, body = chapter.split("\n", 1)
        for name in heading.split(", "):
            # The only method of a chapter may have its signatures without its name.
            forms = []
            if ", " not in heading:
                forms = re.findall(r"`(\{[^`]*\})` →", body.strip().split("\n\n")[0])
            if not forms:
                at = re.search(rf"`{re.escape(name)} ?(\{{[^`]*\}})?`", body)
                if at is None:
                    fail(f"no signature of {name}; mend docs/protocol.md")
                forms = [at.group(1) or ""]
            found[name] = [parameters(form[1:-1]) for form in forms]
    return found


def parameters(form):
    """The parameters of one form of a method."""
    # What is inside of brackets describes one member, and is no parameter itself.
    names = re.sub(r"\[.*?\]", "", form, flags=re.DOTALL)
    return [
        {"name": part.rstrip("?"), "optional": part.endswith("?")}
        for part in re.split(r"[,|:]\s*|\s+", names)
        if part
    ]


def merged(forms):
    """The parameters of several forms: optional is what one of them can do without."""
    names = dict.fromkeys(each["name"] for form in forms for each in form)
    needed = [{each["name"] for each in form if not each["optional"]} for form in forms]
    return {name: not all(name in each for each in needed) for name in names}


def limits(page):
    text = flat(page)
    found = {}
    for name, pattern in LIMITS.items():
        match = re.search(pattern, text)
        if not match:
            fail(f"the page has no words for the limit {name}; mend LIMITS or docs/protocol.md")
        found[name] = int(match.group(1))
    return found


def suite(page):
    made = {
        "source": "docs/protocol.md; do not edit: clients/conformance/extract.py writes this file",
        "limits": limits(page),
        "errors": errors(page),
        "methods": methods(page),
        "examples": examples(page),
    }
    if len(made["errors"]) < 15 or len(made["examples"]) < 30 or len(made["methods"]) < 20:
        fail("the page has fewer errors, examples or methods than it had; mend extract.py")
    return made


def load():
    """The suite, for a test."""
    return json.loads(SUITE.read_text(encoding="utf-8"))


def missing_quotes(page):
    """The quotations of cases.py that the page lacks."""
    import cases

    text = flat(page)
    return [f"{case.name}: {case.quote}" for case in cases.CASES if flat(case.quote) not in text]


def main(arguments):
    page = PAGE.read_text(encoding="utf-8")
    text = json.dumps(suite(page), indent=1, ensure_ascii=False) + "\n"
    if arguments == ["--check"]:
        if not SUITE.exists() or SUITE.read_text(encoding="utf-8") != text:
            fail("suite.json is not what docs/protocol.md says; run clients/conformance/extract.py")
        if missing := missing_quotes(page):
            fail("docs/protocol.md no longer says what these cases quote:\n" + "\n".join(missing))
        # A check that cannot fail guards nothing: a page without one sentence must be noticed.
        first = page.replace("A frame is one line", "A frame is two lines")
        second = suite(page.replace("| yes |", "| no |"))
        if not missing_quotes(first) or second == suite(page):
            fail("the check accepts a page that was changed; mend extract.py")
        print(f"extract: suite.json is current: {len(suite(page)['examples'])} examples")
    elif arguments:
        fail("usage: extract.py [--check]")
    else:
        SUITE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
