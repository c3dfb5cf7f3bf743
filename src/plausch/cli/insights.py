"""Compute the insights of a community, or measure a network or cascades from a file without one."""

import argparse
import asyncio
import csv
import sys
import time
from pathlib import Path

from plausch.cli.arguments import PLACE, add_settings, opened
from plausch.cli.failures import CommandFailed, Misused
from plausch.insights.analysis import FILES, Options, analyse, write
from plausch.insights.measures.edges import EdgeList, read_edges
from plausch.insights.measures.lines import BadLine
from plausch.insights.measures.shares import read_cascades
from plausch.insights.model.cascades import Cascade
from plausch.insights.model.interactions import rule_of
from plausch.insights.nightly import COMPUTATIONS, ComputationFailed, NightRunning, build_anew, folder_of
from plausch.insights.nightly import run as compute

_BAR = 40
_NAMES = ", ".join(COMPUTATIONS)
_CASCADES = ("cascade", "size", "depth", "breadth", "R", "half_life", "structural_virality")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    computing = commands.add_parser("run", help="compute everything, as the server does by night")
    computing.add_argument("--only", choices=tuple(COMPUTATIONS), metavar="NAME", help=f"only {_NAMES}")
    add_settings(computing, *PLACE)
    rebuilding = commands.add_parser("rebuild", help="build the graph of who turns to whom anew, from what was said")
    add_settings(rebuilding, *PLACE)
    graph = commands.add_parser(
        "graph",
        help="standing, communities, suggestions and cores of a network",
        description="An edge a line: source, target, optionally weight and Unix time; commas, tabs or blanks between. "
        "A header, lines that begin with # and gzip are allowed.",
    )
    graph.add_argument("edges", type=Path, metavar="EDGES")
    graph.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write the tables to")
    graph.add_argument("--seed", type=int, default=1, metavar="N", help="chance begins here (1)")
    graph.add_argument(
        "--resolution", type=float, default=1.0, metavar="X", help="more than 1 gives finer communities (1)"
    )
    graph.add_argument(
        "--weights", choices=("log", "raw"), default="log", help="ln(1 + sum) of the weights, or the sum itself (log)"
    )
    graph.add_argument("--pairs", type=Path, metavar="FILE", help="pairs of nodes to be scored")
    cascades = commands.add_parser(
        "cascades",
        help="how posts spread, as CSV on standard output",
        description="A share a line: cascade, node, parent (empty for the author), Unix time; commas or tabs between.",
    )
    cascades.add_argument("file", type=Path, metavar="FILE")


def run(arguments: argparse.Namespace) -> int:
    bar = _Bar()
    try:
        if arguments.command in ("run", "rebuild"):
            asyncio.run(_compute(arguments, bar))
        elif arguments.command == "graph":
            _graph(arguments, bar)
        else:
            _cascades(arguments.file, bar)
    finally:
        bar.clear()
    return 0


async def _compute(arguments: argparse.Namespace, bar: "_Bar") -> None:
    """In the foreground; a server goes on meanwhile."""

    def told(name: str, seconds: float) -> None:
        bar.clear()
        print(f"{name}: {seconds:.1f} s", flush=True)

    async with opened(arguments) as (settings, database):
        rule, folder = rule_of(settings), folder_of(settings)
        try:
            if arguments.command == "rebuild":
                began = time.monotonic()
                await build_anew(database, folder, rule, lambda share: bar.show("graph", share))
                told("graph", time.monotonic() - began)
            else:
                await compute(database, folder, told, rule=rule, only=arguments.only or "", progress=bar.show)
        except NightRunning:
            raise CommandFailed("insights are being computed at this moment; try again later") from None
        except ComputationFailed as error:
            raise error.__cause__ or error from None


def _graph(arguments: argparse.Namespace, bar: "_Bar") -> None:
    began = time.monotonic()
    if not 0 < arguments.resolution < float("inf"):
        raise Misused("--resolution must be more than 0")
    options = Options(arguments.seed, arguments.resolution, log=arguments.weights == "log")
    folder: Path = arguments.out
    written = {(folder / name).resolve() for name in FILES}
    if over := next((path for path in (arguments.edges, arguments.pairs) if path and path.resolve() in written), None):
        raise Misused(f"{over} would be written over; --out another folder")
    # What cannot be written to is found out before the work and not after it.
    folder.mkdir(parents=True, exist_ok=True)
    edges = _read_edges(arguments.edges, bar)
    pairs = _read_edges(arguments.pairs, bar) if arguments.pairs else None
    found = analyse(edges, options, bar.show, pairs)
    bar.show("writing", 1)
    write(found, options, folder, began)
    bar.clear()
    print(
        f"{folder}: {len(found.names)} nodes, {found.edges} edges, {found.partition.count} communities, "
        f"modularity {found.partition.modularity:.4f}."
    )


def _cascades(path: Path, bar: "_Bar") -> None:
    try:
        measured = list(read_cascades(path, lambda share: bar.show("reading", share)))
    except BadLine as error:
        raise _unreadable(path, error) from error
    bar.clear()
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_CASCADES)
    writer.writerows((name, *_figures(cascade)) for name, cascade in measured)


def _figures(cascade: Cascade) -> tuple[object, ...]:
    ratios = (cascade.reproduction, cascade.half_life, cascade.virality)
    texts = ("" if figure is None else f"{figure:.12g}" for figure in ratios)
    return (cascade.size, cascade.depth, cascade.breadth, *texts)


def _read_edges(path: Path, bar: "_Bar") -> EdgeList:
    try:
        return read_edges(path, lambda share: bar.show("reading", share))
    except BadLine as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: BadLine) -> CommandFailed:
    where = f"{path}, line {error.line}" if error.line else str(path)
    return CommandFailed(f"{where}: {error}")


class _Bar:
    """How far the work is, on a terminal and nowhere else."""

    def __init__(self) -> None:
        self._shown = ""
        self._watched = sys.stderr.isatty()

    def show(self, what: str, share: float) -> None:
        filled = round(_BAR * share)
        line = f"[{'#' * filled}{'.' * (_BAR - filled)}] {what}"
        if self._watched and line != self._shown:
            print(f"\r{line:<{_BAR + 20}}", end="", file=sys.stderr, flush=True)
            self._shown = line

    def clear(self) -> None:
        if self._shown:
            print(f"\r{'':<{_BAR + 20}}\r", end="", file=sys.stderr, flush=True)
            self._shown = ""
