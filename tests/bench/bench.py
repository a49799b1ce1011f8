#!/usr/bin/env python3
"""Measures the sealed engine against plain SQLite: paired, shuffled rounds in one run.

Beside them stands plain SQLite that has libsodium open or seal a page whenever it reads or writes
one, and nothing else: below that no seal of this cipher can come.

Each measurement is a process of its own. In every round each engine does each piece of work, in an
order drawn anew; a ratio is taken within a round, so that a machine whose speed drifts does not
matter. Printed are medians with their range. The status is 1 where one of them is over its limit.
"""

import argparse
import json
import os
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

# Work, what it is called, and how large the ratio to plain SQLite may be: of processor time, and
# of time by the clock.
ENGINE_WORK = [
    ("fill", "bulk insert, one transaction", 1.05, None),
    ("durable", "5,000 durable transactions", 1.3, 1.15),
    ("lookup-2", "lookups, each by itself, cache 2 MiB", 1.45, None),
    ("lookup-64", "the same, cache 64 MiB", 1.1, None),
    ("lookup-in-one-2", "lookups in one transaction, cache 2 MiB", 2.1, None),
    ("lookup-in-one-64", "the same, cache 64 MiB", 1.3, None),
    ("scan-2", "scan, cache 2 MiB", 1.35, None),
    ("scan-64", "scan, cache 64 MiB", 1.15, None),
    ("cached", "lookups of what is in the cache", 1.05, None),
]
PROCESS_WORK = [
    ("read", "a process that opens and reads a row", 1.15, None),
    ("insert", "a process that opens and inserts, durably", 1.0, None),
]


class Bench:
    def __init__(self, options):
        self.options = options
        self.work = pathlib.Path(options.directory)
        self.engines = ["plain", "cipher", "sealed"] + (["sqlcipher"] if options.sqlcipher else [])

    def command(self, program, engine, *rest):
        path = [str(pathlib.Path(self.options.bin) / program), engine, *map(str, rest)]
        env = dict(os.environ)
        if engine == "sqlcipher":
            env["LD_PRELOAD"] = self.options.sqlcipher
        return path, env

    def run(self, program, engine, *rest):
        path, env = self.command(program, engine, *rest)
        return subprocess.run(path, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout

    def measure_engine(self, work, engine):
        place = self.work / engine
        if work == "fill":
            shutil.rmtree(place, ignore_errors=True)
        return json.loads(self.run("engine_bench", engine, work, place, self.options.rows))

    def measure_process(self, work, engine):
        """The sum over many processes, of what the kernel says that each took."""
        path, env = self.command("process_bench", engine, work, self.work / ("process-" + engine))
        took = {"cpu_us": 0, "wall_us": 0}
        for _ in range(self.options.processes):
            from_ns = _now_ns()
            child = subprocess.Popen(path, env=env)
            _, status, usage = os.wait4(child.pid, 0)
            if status != 0:
                sys.exit(f"bench: {path} failed")
            took["wall_us"] += (_now_ns() - from_ns) // 1000
            took["cpu_us"] += int((usage.ru_utime + usage.ru_stime) * 1e6)
        return took

    def prepare(self):
        self.work.mkdir(parents=True, exist_ok=True)
        for engine in self.engines:
            place = self.work / ("process-" + engine)
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            self.run("process_bench", engine, "make", place)

    def rounds(self):
        """All figures: {work: {engine: [measurement a round]}}."""
        figures = {}
        for number in range(self.options.rounds):
            for kind, measure in ((ENGINE_WORK, self.measure_engine),
                                  (PROCESS_WORK, self.measure_process)):
                works = [row[0] for row in kind if row[0] in self.options.only]
                # Filling makes what the others read.
                order = [w for w in works if w == "fill"]
                order += random.sample([w for w in works if w != "fill"], k=len(works) - len(order))
                for work in order:
                    for engine in random.sample(self.engines, k=len(self.engines)):
                        print(f"round {number + 1}: {work}, {engine}", file=sys.stderr)
                        took = measure(work, engine)
                        figures.setdefault(work, {}).setdefault(engine, []).append(took)
        return figures


def _now_ns():
    import time
    return time.monotonic_ns()


def spread(values):
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def ratios(figures, engine, key):
    return spread([one[key] / max(plain[key], 1)
                   for one, plain in zip(figures[engine], figures["plain"])])


def is_over(row, engine, key):
    """Whether the median is over its limit, which the sealed engine alone has."""
    limit = row["limits"][key] if engine == "sealed" else None
    return limit is not None and row["ratios"][engine][key]["median"] > limit


def over_limits(results):
    """What is over, each in words."""
    return [f"{row['name']}: {key} {row['ratios'][engine][key]['median']:.3f} × plain,"
            f" at most {row['limits'][key]:g}"
            for row in results for engine in row["ratios"] for key in row["limits"]
            if is_over(row, engine, key)]


def table(results):
    lines = [f"{'work':<42} {'engine':<10} {'CPU, × plain':<22} {'at most':<8} {'wall, × plain':<22} at most"]
    for row in results:
        for engine, ratio in row["ratios"].items():
            def text(key):
                r = ratio[key]
                return f"{r['median']:.2f} ({r['least']:.2f}..{r['most']:.2f})"

            def bound(key):
                limit = row["limits"][key] if engine == "sealed" else None
                if limit is None:
                    return ""
                return f"{limit:g}" + (" !" if is_over(row, engine, key) else "")

            lines.append(f"{row['name']:<42} {engine:<10} {text('cpu_us'):<22} {bound('cpu_us'):<8} "
                         f"{text('wall_us'):<22} {bound('wall_us')}".rstrip())
    return "\n".join(lines)


def instructions(bench):
    """Instructions of each work by callgrind: the same on every machine of a kind."""
    counts = {}
    for work, *_ in [row for row in ENGINE_WORK if row[0] in bench.options.only]:
        for engine in ("plain", "sealed"):
            place = bench.work / ("callgrind-" + engine)
            if work == "fill":
                shutil.rmtree(place, ignore_errors=True)
            path, env = bench.command("engine_bench", engine, work, place, 20_000)
            with tempfile.NamedTemporaryFile() as out:
                run = subprocess.run(
                    ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", *path],
                    env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            found = re.search(r"Collected : (\d+)", run.stderr)
            counts.setdefault(work, {})[engine] = int(found.group(1))
    return counts


def main():
    every = [row[0] for row in ENGINE_WORK + PROCESS_WORK]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", required=True, help="where engine_bench and process_bench are")
    parser.add_argument("--directory", required=True, help="where databases are made")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--processes", type=int, default=100, help="of each kind, each round")
    parser.add_argument("--only", nargs="*", default=every, choices=every)
    parser.add_argument("--sqlcipher", help="a libsqlcipher.so to be measured beside them")
    parser.add_argument("--instructions", action="store_true", help="count with callgrind too")
    parser.add_argument("--report-only", action="store_true",
                        help="end well, also where a median is over its limit")
    parser.add_argument("--json", help="write all figures to this file")
    options = parser.parse_args()

    bench = Bench(options)
    bench.prepare()
    figures = bench.rounds()
    results = []
    for work, name, cpu, wall in ENGINE_WORK + PROCESS_WORK:
        if work not in figures:
            continue
        results.append({
            "work": work, "name": name, "limits": {"cpu_us": cpu, "wall_us": wall},
            "ratios": {engine: {key: ratios(figures[work], engine, key)
                                for key in ("cpu_us", "wall_us")}
                       for engine in bench.engines if engine != "plain"},
            "figures": figures[work]})
    print(table(results))
    report = {"rows": options.rows, "rounds": options.rounds, "results": results}
    if options.instructions:
        report["instructions"] = instructions(bench)
        print("\nInstructions, 20,000 rows:")
        for work, counts in report["instructions"].items():
            print(f"{work:<42} {counts['plain']:>15,} {counts['sealed']:>15,} "
                  f"{counts['sealed'] / counts['plain']:.2f}")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(report, indent=1) + "\n")
    over = over_limits(results)
    for words in over:
        print(f"bench: over its limit: {words}", file=sys.stderr)
    return options.report_only or not over


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
