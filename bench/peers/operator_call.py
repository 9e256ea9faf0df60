"""The peer of Pipeline.Bench's operator call: ReLU of one number from Python."""
import statistics
import time

import torch

CALLS, ROUNDS = 100_000, 15


def main():
    torch.set_num_threads(1)
    one = torch.ones(1)
    micros = []
    with torch.no_grad():
        for round_number in range(ROUNDS + 1):
            start = time.perf_counter()
            for _ in range(CALLS):
                one.relu()
            if round_number:
                micros.append(1e6 * (time.perf_counter() - start) / CALLS)
    print(f"{'Python':34} median {statistics.median(micros):9.3f} us  fastest {min(micros):9.3f} us  per call")


main()
