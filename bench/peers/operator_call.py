"""The peer of Pipeline.Bench's operator call: ReLU of one number from Python."""
import statistics
import time

import torch

CALLS, ROUNDS = 100_000, 15


def main():
    torch.set_num_threads(1)
    one = torch.ones(1)
    wall, processor = [], []
    with torch.no_grad():
        for round_number in range(ROUNDS + 1):
            start, worked = time.perf_counter(), time.process_time()
            for _ in range(CALLS):
                one.relu()
            if round_number:
                wall.append(1e6 * (time.perf_counter() - start) / CALLS)
                processor.append(1e6 * (time.process_time() - worked) / CALLS)
    print(f"{'Python':34} median {statistics.median(wall):9.3f} us  fastest {min(wall):9.3f} us  processor {statistics.median(processor):9.3f} us  per call")


main()
