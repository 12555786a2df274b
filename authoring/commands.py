"""The commands for authors of lessons."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from authoring.cases import AuthorError
from authoring.source import all_lessons, read_lesson


def main(argv: Sequence[str]) -> int:
    """Run one of the commands and return its exit status."""
    work, about, example = _COMMANDS[argv[0]]
    parser = argparse.ArgumentParser(
        prog=f"nnlib {argv[0]}", description=about, epilog=f"Example: nnlib {example}"
    )
    if argv[0] in ("try", "build", "prove", "check-build", "check-outputs"):
        parser.add_argument("lesson", nargs="*", help="such as 2-hidden-layer/05_cost; all if none")
    if argv[0] == "release":
        parser.add_argument("part", help="such as 2-hidden-layer")
        parser.add_argument(
            "--variants",
            type=int,
            nargs="?",
            const=0,
            metavar="KINDS",
            help="a zip for each student of the roster, with seeds of their own; or so many kinds",
        )
    if argv[0] == "prove":
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail if what is written is stale"
        )
    if argv[0] == "site":
        parser.add_argument(
            "--pyodide", type=Path, metavar="FOLDER", help="an unpacked release of Pyodide"
        )
        parser.add_argument(
            "--no-solutions", action="store_true", help="leave out the pages of solutions"
        )
    args = parser.parse_args(argv[1:])
    try:
        return work(args)
    except AuthorError as error:
        print(error, file=sys.stderr)
        return 1


def _try(args: argparse.Namespace) -> int:
    from authoring.build import write_map
    from authoring.case_files import write_cases
    from authoring.shortfalls import shortfalls

    write_map()
    count = 0
    for name in args.lesson or all_lessons():
        began = time.perf_counter()
        print(f"{name} …", end=" ", flush=True)
        lesson = read_lesson(name)
        write_cases(lesson)
        found = list(shortfalls(lesson))
        count += len(found)
        word = f"{len(found)} shortfalls" if found else "as it should be"
        print(f"{word} ({time.perf_counter() - began:.1f} s)")
        for sentence in found:
            print(f"  - {sentence}")
    return 1 if count else 0


def _build(args: argparse.Namespace) -> int:
    from authoring.build import build

    build(args.lesson or all_lessons())
    return 0


def _check_build(args: argparse.Namespace) -> int:
    from authoring.build import stale

    found = stale(args.lesson)
    for sentence in found:
        print(f"{sentence}.")
    if found:
        print("Run `make build` and commit what it writes.")
    return 1 if found else 0


def _check_outputs(args: argparse.Namespace) -> int:
    from authoring.outputs import check_outputs

    return 0 if check_outputs(args.lesson) else 1


def _bundle(_: argparse.Namespace) -> int:
    from authoring.bundle import ROOT, make_bundle, make_wheel

    for made in (make_bundle(ROOT / "dist" / "course.zip"), make_wheel(ROOT / "dist")):
        print(f"{made.relative_to(ROOT)}: {made.stat().st_size / 1e6:.1f} MB")
    return 0


def _release(args: argparse.Namespace) -> int:
    from authoring.release import release

    for line in release(args.part, Path("dist"), args.variants):
        print(line)
    return 0


def _site(args: argparse.Namespace) -> int:
    from authoring.site import ROOT, make_site

    target = ROOT / "dist" / "site"
    if args.pyodide is None:
        print(
            "Without --pyodide FOLDER the site is for reading only. For the course in the browser, "
            "download pyodide-0.27.7.tar.bz2 from Pyodide's releases and unpack it."
        )
    print("Making the pages …", flush=True)
    found = make_site(target, args.pyodide, not args.no_solutions)
    for line in found:
        print(line)
    print(f"{target.relative_to(ROOT)}/index.html")
    return 1 if found else 0


def _gallery(_: argparse.Namespace) -> int:
    from authoring.gallery import ROOT, make_gallery, make_picture

    for make in (make_gallery, make_picture):
        print(make().relative_to(ROOT))
    return 0


def _drawing(_: argparse.Namespace) -> int:
    from authoring.drawing import PAGE, drawing

    PAGE.write_text(drawing(), "utf-8")
    return 0


def _prove(args: argparse.Namespace) -> int:
    from rich.progress import track

    from authoring.build import write_map
    from authoring.case_files import write_cases
    from authoring.prove import falls_short, prove, written

    if not args.check:
        write_map()
        lessons = [read_lesson(name) for name in args.lesson or all_lessons()]
        with multiprocessing.Pool() as pool:
            done = pool.imap_unordered(write_cases, lessons)
            for _ in track(done, description="cases", total=len(lessons)):
                pass
    proof = prove(args.lesson, write=not args.check)
    short = falls_short(proof)
    if args.check and not args.lesson and proof != written():
        short.append("tests/PROOF.json is not what the tests do now. Run `make prove`.")
    for sentence in short:
        print(f"- {sentence}")
    print(f"{len(short)} shortfalls" if short else "Every goal is met.")
    return 1 if short else 0


_COMMANDS = {
    "try": (_try, "Try lessons fast, without a kernel.", "try 2-hidden-layer/05_cost"),
    "build": (
        _build,
        "Write everything that is generated from solutions/.",
        "build 2-hidden-layer/05_cost",
    ),
    "check-build": (
        _check_build,
        "Say which generated files are stale; nothing is written.",
        "check-build 2-hidden-layer/05_cost",
    ),
    "check-outputs": (
        _check_outputs,
        "Run the solutions anew and hold their outputs against the stored ones.",
        "check-outputs 2-hidden-layer/05_cost",
    ),
    "bundle": (_bundle, "Make dist/course.zip, what students get.", "bundle"),
    "release": (
        _release,
        "Write a part's zip, and hand it to nbgrader's exchange where there is one; refuse where "
        "an answer is in it.",
        "release 2-hidden-layer",
    ),
    "site": (
        _site,
        "Make the site: pages to read, and the course in the browser.",
        "site --pyodide ~/pyodide",
    ),
    "gallery": (_gallery, "Make docs/panels.html: every panel of a check.", "gallery"),
    "drawing": (_drawing, "Make docs/house.md: packages, imports and processes.", "drawing"),
    "prove": (_prove, "Measure how good the tests are.", "prove 2-hidden-layer/05_cost"),
}
