"""The Python peer of folder scoring: PIL, torchvision's transforms and network, a DataLoader, batches of 32. Serves
compare_in_turns.py. Processor time does not count the loader's workers.

    /usr/bin/python3 bench/peers/score_folder.py mobilenet_v2 folder threads
"""
import pathlib
import sys
import time

import torch
import torchvision
from PIL import Image
from torchvision import transforms

network, folder, threads = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
files = sorted(folder.iterdir())
model = getattr(torchvision.models, network)(weights=None).eval()
prepare = transforms.Compose(
    [
        transforms.Resize((224, 224), transforms.InterpolationMode.BICUBIC),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ]
)


class Photographs(torch.utils.data.Dataset):
    def __init__(self, paths):
        self.paths = paths

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        with Image.open(self.paths[index]) as image:
            return prepare(image.convert("RGB"))


@torch.inference_mode()
def score(paths):
    labels = []
    for images in torch.utils.data.DataLoader(Photographs(paths), batch_size=32, num_workers=threads):
        labels += model(images).softmax(1).argmax(1).tolist()
    return labels


print("ready", flush=True)
start = 0
for line in sys.stdin:
    count = int(line)
    wall, processor = time.perf_counter(), time.process_time()
    score([files[(start + index) % len(files)] for index in range(count)])
    start += count
    print((time.perf_counter() - wall) * 1000, (time.process_time() - processor) * 1000, flush=True)
