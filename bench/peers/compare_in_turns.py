"""Runs several programs that serve pieces of work (training steps, scored images) in turns, A B A B ..., and prints
medians and ratios of each to each.

A program prints "ready"; then it reads a number of pieces per line and answers with a line of wall and processor
milliseconds, once for all pieces or in parts that are added up.

Taking turns matters: on a shared machine the load of the next minute is not that of this one. A ratio is the median
over rounds of (the other's time / this one's time), so it pairs neighbours; above 1 means that this one, the row's,
is faster than the other, the column's.
"""
import argparse
import os
import statistics
import subprocess
import time


class Program:
    def __init__(self, name, command):
        self.name = name
        self.process = subprocess.Popen(command, shell=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.wall, self.processor = [], []
        assert self.process.stdout.readline().strip() == "ready", f"{name} did not start"

    def work(self, count):
        self.process.stdin.write(f"{count}\n")
        self.process.stdin.flush()
        values = [float(word) for word in self.process.stdout.readline().split()]
        assert values and len(values) % 2 == 0, f"{self.name} stopped"
        return sum(values[0::2]) / count, sum(values[1::2]) / count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--pieces", type=int, default=2, help="pieces per turn")
    parser.add_argument("--warm-up", type=int, default=2, help="pieces before the first turn")
    parser.add_argument("--unit", default="step", help="what a piece is")
    parser.add_argument("programs", nargs="+", metavar="name=command")
    options = parser.parse_args()
    programs = [Program(*text.split("=", 1)) for text in options.programs]
    load = [os.getloadavg()[0]]
    started = time.time()
    for program in programs:
        program.work(options.warm_up)
    for _ in range(options.rounds):
        for program in programs:
            wall, processor = program.work(options.pieces)
            program.wall.append(wall)
            program.processor.append(processor)
    load.append(os.getloadavg()[0])
    print(
        f"{options.rounds} rounds of {options.pieces} {options.unit}s each, {time.time() - started:.0f} s, "
        f"load average {load[0]:.1f} before, {load[1]:.1f} after; ms per {options.unit}"
    )
    header = "".join(f"{'to ' + program.name:>20}" for program in programs)
    print(
        f"{'':20}{'median':>8}{'fastest':>9}{'processor':>11}   ratio of wall times / of processor times\n"
        f"{'':51}{header}"
    )
    for program in programs:
        ratios = "".join(
            f"{paired(other.wall, program.wall):>13.2f} / {paired(other.processor, program.processor):.2f}"
            for other in programs
        )
        print(
            f"{program.name:20}{statistics.median(program.wall):8.4g}{min(program.wall):9.4g}"
            f"{statistics.median(program.processor):11.4g}   {ratios}"
        )
        program.process.stdin.close()
        program.process.wait()


def paired(others, own):
    """Median over rounds of other / own: above 1 means that own is faster."""
    return statistics.median(a / b for a, b in zip(others, own))


main()
