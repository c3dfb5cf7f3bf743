"""`plausch insights graph` and `cascades`: what they read, what they write, and how they complain."""

import csv
import gzip
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import igraph
import numpy as np
import pytest

from plausch.cli import main
from plausch.insights.measures.edges import read_edges
from plausch.insights.measures.lines import BadLine
from tests.cli.running import environment


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def file_of(folder: Path, text: str | bytes, name: str = "edges.txt") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    "text",
    [
        "a b 2 100\nb c 1 200\n",
        "a,b,2,100\nb,c,,200",
        "# a comment\n\n a\tb\t2\t100\r\nb\tc\t1\t200\r\r\n",
        "source,target,weight,time\na,b,2,100\nb,c,1,200\n",
        'time,weight,"Target",Source,mood\n100,2,"b",a,glad\n200,1,c, b ,sad\n',
        "\ufeffwho,whom,times,when\na,b,2,100\n# more\nb,c,1,200\n",
    ],
)
def test_edge_lists_are_read_in_many_forms(tmp_path: Path, text: str) -> None:
    for path in (file_of(tmp_path, text), file_of(tmp_path, gzip.compress(text.encode()), "edges.gz")):
        found = read_edges(path)
        edges = [(found.names[one], found.names[other]) for one, other in zip(found.source, found.target, strict=True)]
        assert edges == [("a", "b"), ("b", "c")]
        assert found.amount.tolist() == [2, 1]
        assert found.time is not None
        assert found.time.tolist() == [100, 200]


def test_two_columns_are_enough_and_numbers_are_names(tmp_path: Path) -> None:
    found = read_edges(file_of(tmp_path, "FromNodeId\tToNodeId\n7\t3\n3\t12\n"))
    assert found.names == ["7", "3", "12"]
    assert found.amount.tolist() == [1, 1]
    assert found.time is None
    assert read_edges(file_of(tmp_path, "anna bert\nbert anna\n")).names == ["anna", "bert"], "no header"


def test_a_third_column_is_the_time_where_it_is_no_weight(tmp_path: Path) -> None:
    found = read_edges(file_of(tmp_path, "7 3 1217567877\n3 12 1217573801\n"))
    assert found.amount.tolist() == [1, 1]
    assert found.time is not None
    assert found.time.tolist() == [1217567877, 1217573801]


@pytest.mark.parametrize(
    "text", ['"Roth, Ida","the ""Ox"""\n', '"Roth, Ida"\tthe "Ox"\n', '# blanks\nb c\n"Roth, Ida" "the ""Ox"""\n']
)
def test_names_in_quotation_marks_may_hold_what_parts_fields(tmp_path: Path, text: str) -> None:
    """As the tables that are written here have them, which are read again as pairs."""
    assert {"Roth, Ida", 'the "Ox"'} <= set(read_edges(file_of(tmp_path, text)).names)
    assert read_edges(file_of(tmp_path, '5" disk,"half\n')).names == ['5" disk', '"half']


def test_a_large_file_is_read_in_blocks(tmp_path: Path) -> None:
    long = "of-a-very-long-name" * 4
    lines = [f"{number}-{long},{number + 1}-{long},{number % 7}" for number in range(40_000)]
    shares: list[float] = []
    found = read_edges(file_of(tmp_path, "\n".join(lines)), shares.append)
    assert len(found.names) == 40_001
    assert found.amount.tolist() == [number % 7 for number in range(40_000)]
    assert shares == sorted(shares)
    assert len(shares) > 1
    lines[39_000] = "somebody,,3"
    with pytest.raises(BadLine, match="target is empty") as refused:
        read_edges(file_of(tmp_path, "\n".join(lines)))
    assert refused.value.line == 39_001


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("a b\nc\n", 2, "1 field where the first line has 2"),
        ("# x\nalone\n", 2, "a source and a target"),
        ("a,b,1\nc,d,many\n", 2, "'many' is no number"),
        ("a,b,1\n\nc,d,-1\n", 3, "from 0 on"),
        ("a,b,1\nc,d,nan\n", 2, "from 0 on"),
        ("a,b,1\nc,d,1e300\n", 2, "at most 1e+15"),
        ("a,b,1,1700000000000\n", 1, "seconds since 1970"),
        ("a b 1 1 1\n", 1, "5 fields"),
        ("a,b\n,d\n", 2, "source is empty"),
        ("# nothing\n", None, "no edge"),
        ("source,target\n", None, "no edge"),
        (b"caf\xe9 b\n", None, "not UTF-8"),
        (gzip.compress(os.urandom(9_000).hex().encode())[:5_000], None, "damaged"),
    ],
)
def test_what_cannot_be_read_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | bytes, line: int | None, complaint: str
) -> None:
    path = file_of(tmp_path, text)
    assert main(["insights", "graph", str(path), "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err
    assert complaint in said
    assert str(path) in said
    assert said.count("\n") == 1
    assert (f"line {line}:" in said) if line else (", line" not in said)


def test_a_network_is_measured(tmp_path: Path) -> None:
    karate = igraph.Graph.Famous("Zachary").get_edgelist()
    edges = file_of(tmp_path, "".join(f"n{one} n{other}\n" for one, other in karate))
    pairs = file_of(tmp_path, "n0,n33\nn0,stranger\n", "pairs.csv")
    out = tmp_path / "deep" / "out"
    assert main(["insights", "graph", str(edges), "--out", str(out), "--seed", "3", "--pairs", str(pairs)]) == 0
    summary = json.loads((out / "summary.json").read_text())
    assert (summary["nodes"], summary["edges"], summary["seed"]) == (34, 78, 3)
    assert summary["modularity"] == pytest.approx(0.4198, abs=1e-4)
    assert summary["methods"]["esteem"] == "pagerank 1"
    assert summary["seconds"] >= 0

    people = table(out / "standing.csv")
    assert [int(row["rank"]) for row in people] == list(range(1, 35))
    assert list(people[0]) == ["node", "rank", "standing", "spread", "esteem", "bridging"]
    assert {row["spread"] for row in people} == {""}
    esteem = {row["node"]: float(row["esteem"]) for row in people}
    expected = igraph.Graph(34, karate, directed=True).pagerank(damping=0.85)
    assert sum(abs(esteem[f"n{node}"] - value) for node, value in enumerate(expected)) < 1e-6
    means = [float(row["standing"]) for row in people]
    assert means == sorted(means, reverse=True)
    top = {part: max(float(row[part]) for row in people) for part in ("esteem", "bridging")}
    shares = [[float(row[part]) / top[part] for part in top] for row in people]
    assert means == pytest.approx(np.sqrt(np.prod(shares, axis=1)), abs=1e-9)

    members = table(out / "communities.csv")
    own: dict[str, int] = {}
    for row in members:
        own.setdefault(row["node"], int(row["community"]))
        assert 0 <= float(row["share"]) <= 1
    partition = [own[f"n{node}"] for node in range(34)]
    assert igraph.Graph(34, karate).modularity(partition) == pytest.approx(summary["modularity"])
    assert {row["node"]: int(row["k"]) for row in table(out / "cores.csv")} == {
        f"n{node}": k for node, k in enumerate(igraph.Graph(34, karate).coreness())
    }
    met = table(out / "suggestions.csv")
    assert max(sum(row["node"] == f"n{node}" for row in met) for node in range(34)) <= 10
    scored = table(out / "pairs.csv")
    assert float(scored[0]["score"]) > 0.5
    assert (scored[1]["other"], scored[1]["score"]) == ("stranger", "0")


def test_the_same_seed_writes_the_same_tables(tmp_path: Path) -> None:
    network = igraph.Graph.Famous("Meredith").get_edgelist()
    edges = file_of(tmp_path, "".join(f"{one},{other},{one % 3 + 1}\n" for one, other in network))
    for name in ("one", "other"):
        assert main(["insights", "graph", str(edges), "--out", str(tmp_path / name)]) == 0
    for path in (tmp_path / "one").glob("*.csv"):
        assert path.read_bytes() == (tmp_path / "other" / path.name).read_bytes()


def test_weights_are_raw_or_not_and_fade(tmp_path: Path) -> None:
    days = 90 * 86_400
    edges = file_of(tmp_path, f"source,target,weight,time\na,b,8,{days}\na,c,8,0\nb,a,1,{days}\nc,a,1,{days}\n")
    esteem: dict[str, dict[str, float]] = {}
    for weights in ("raw", "log"):
        assert main(["insights", "graph", str(edges), "--out", str(tmp_path), "--weights", weights]) == 0
        esteem[weights] = {row["node"]: float(row["esteem"]) for row in table(tmp_path / "standing.csv")}
    received = {weights: values["b"] - 0.05 for weights, values in esteem.items()}
    halved = {weights: values["c"] - 0.05 for weights, values in esteem.items()}
    assert received["raw"] / halved["raw"] == pytest.approx(2, rel=1e-4)
    assert received["log"] / halved["log"] == pytest.approx(np.log(9) / np.log(5), rel=1e-4)


def test_what_has_faded_to_next_to_nothing_is_no_edge(tmp_path: Path) -> None:
    edges = file_of(tmp_path, "a b 1e-310\nb c 1\n")
    assert main(["insights", "graph", str(edges), "--out", str(tmp_path)]) == 0
    assert sum(float(row["esteem"]) for row in table(tmp_path / "standing.csv")) == pytest.approx(1)
    assert json.loads((tmp_path / "summary.json").read_text())["edges"] == 1


@pytest.mark.parametrize("flags", [["--resolution", "0"], ["--weights", "cubic"], ["--seed", "x"], []])
def test_flags_that_make_no_sense_are_code_2(tmp_path: Path, flags: list[str]) -> None:
    edges = file_of(tmp_path, "a b\n")
    out = ["--out", str(tmp_path)] if flags else []
    try:
        code = main(["insights", "graph", str(edges), *out, *flags])
    except SystemExit as ended:
        code = int(ended.code or 0)
    assert code == 2


def test_missing_files_and_folders_are_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edges = file_of(tmp_path, "a b\n")
    assert main(["insights", "graph", str(tmp_path / "nothing"), "--out", str(tmp_path)]) == 1
    assert main(["insights", "graph", str(edges), "--out", str(edges)]) == 1
    assert main(["insights", "cascades", str(tmp_path / "nothing")]) == 1
    assert capsys.readouterr().err.count("\n") == 3


def test_what_is_read_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edges = file_of(tmp_path, "a b\n")
    pairs = file_of(tmp_path, "a b\n", "pairs.csv")
    assert main(["insights", "graph", str(edges), "--out", str(tmp_path), "--pairs", str(pairs)]) == 2
    assert pairs.read_text() == "a b\n"
    assert "written over" in capsys.readouterr().err


def test_what_cannot_be_printed_is_not_blamed_on_the_database(tmp_path: Path) -> None:
    rows = file_of(tmp_path, "c,a,,0\n")
    command = [sys.executable, "-m", "plausch.cli", "insights", "cascades", str(rows)]
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, env=environment(), text=True, check=False, timeout=60
        )
    assert (done.returncode, done.stderr) == (1, "plausch: No space left on device\n")


def test_a_pipe_is_read_too(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["/bin/sh", "-c", f"printf 'a b\\nb c\\n' | gzip > '{pipe}'"]):
        assert read_edges(pipe).names == ["a", "b", "c"]


@pytest.mark.parametrize("header", ["", "cascade,node,parent,time\n", "id,who,of,when\n"])
def test_cascades_are_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str], header: str) -> None:
    rows = "# mixed\nstar,a,,0\nchain,a,,100\nstar,b,a,10\nchain,c,b,140\nstar,c,a,20\nchain,b,a,130\n"
    rows += "star,d,a,60\nalone,a,,5\n"
    assert main(["insights", "cascades", str(file_of(tmp_path, header + rows))]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "cascade,size,depth,breadth,R,half_life,structural_virality",
        "star,4,1,3,0,20,1.5",
        "chain,3,2,1,0.5,30,1.33333333333",
        "alone,1,0,1,,,",
    ]


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("c,a,,0\nc,b,z,1\n", 2, "'z' is not in the cascade"),
        ("c,a,,0\nc,b,,1\n", 2, "two beginnings"),
        ("c,a,b,0\nc,b,a,1\n", 1, "no beginning"),
        ("c,a,,0\nc,b,d,1\nc,d,b,1\n", 2, "a circle"),
        ("c,a,,0\nc,b,a,1\nc,b,a,2\n", 3, "a second time"),
        ("c,a,,0\nc,b,a\n", 2, "3 fields"),
        ("c,a,,0\nc,b,a,noon\n", 2, "'noon' is no number"),
        ("cascade,node,parent,time\n", None, "no cascade"),
        (b"c,caf\xe9,,0\n", 1, "not UTF-8"),
    ],
)
def test_cascades_that_are_none_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | bytes, line: int | None, complaint: str
) -> None:
    assert main(["insights", "cascades", str(file_of(tmp_path, text))]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert complaint in said.err
    assert (f"line {line}:" in said.err) if line else True


@pytest.mark.slow
def test_a_terminal_shows_how_far_it_is(tmp_path: Path) -> None:
    edges = file_of(tmp_path, "a b\nb c\n")
    command = [sys.executable, "-m", "plausch.cli", "insights", "graph", str(edges), "--out", str(tmp_path)]
    leader, follower = pty.openpty()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=follower, env=environment(), check=True, timeout=60)
    os.close(follower)
    shown = os.read(leader, 10_000).decode()
    os.close(leader)
    assert "[########################################]" in shown
    assert "suggestions" in shown
    assert shown.endswith("\r"), "the bar is gone in the end"
    assert b"3 nodes, 2 edges" in done.stdout
