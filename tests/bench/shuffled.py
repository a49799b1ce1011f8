"""Whole commands, timed in a shuffled order each round."""

import random
import statistics
import subprocess
import time


def run(command, env):
    """Seconds that the command took; its failure ends all."""
    begin = time.perf_counter()
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin


def medians(commands, rounds):
    """Milliseconds by name; commands: name -> (words, environment). Prints them too."""
    times = {name: [] for name in commands}
    for _ in range(rounds):
        for name in random.sample(list(commands), len(commands)):
            times[name].append(run(*commands[name]))
    median = {name: statistics.median(all_of_it) * 1e3 for name, all_of_it in times.items()}
    for name, milliseconds in median.items():
        print(f"{name:20}{milliseconds:8.2f} ms")
    return median
