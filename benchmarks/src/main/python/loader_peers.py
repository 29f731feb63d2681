"""Batches of `batchmill serve` beside those of PyTorch's DataLoader, in this process, in turns. Prints a JSON object; LoaderPeers starts it.

Both read the same files, make batches of the same size, and are asked for one after the other; of each batch one byte a page is read. The
DataLoader decodes, resizes or warps, and changes colours by OpenCV's own calls, those of `bench input`'s plain loop; its sampler goes through
epoch after epoch without an end, so that it never has to begin anew. What either has ready when its turn comes is taken before the clock starts.
"""

import argparse
import glob
import json
import os
import random
import time
import xml.etree.ElementTree

import cv2
import numpy
import torch

import batchmill

PAGE = 4096
MOST_BOXES = 100
JITTER = 0.2
COLOUR = 1.5
PREFETCH = 2  # DataLoader's own default


def annotations(folder):
    """The XML files of the training list, or all of them."""
    names = os.path.join(folder, "ImageSets", "Main", "train.txt")
    if os.path.exists(names):
        with open(names) as lines:
            return [os.path.join(folder, "Annotations", line.strip() + ".xml") for line in lines if line.strip()]
    return sorted(glob.glob(os.path.join(folder, "[Aa]nnotations", "*.xml")))


class Images(torch.utils.data.Dataset):
    def __init__(self, folder, size, augments, floats):
        self.size, self.augments, self.floats = size, augments, floats
        self.samples = []
        numbers = {}
        for path in annotations(folder):
            root = xml.etree.ElementTree.parse(path).getroot()
            found = glob.glob(os.path.join(folder, "*mages", root.findtext("filename"))) + glob.glob(
                os.path.join(folder, "*mages", os.path.basename(path)[:-3] + "jpg")
            )
            boxes, classes = [], []
            for each in root.iter("object"):
                box = each.find("bndbox")
                boxes.append([float(box.findtext(edge)) for edge in ("xmin", "ymin", "xmax", "ymax")])
                classes.append(numbers.setdefault(each.findtext("name"), len(numbers)))
            self.samples.append((found[0], numpy.array(boxes, numpy.float32).reshape(-1, 4), classes))

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        path, boxes, classes = self.samples[index]
        image = cv2.cvtColor(cv2.imread(path, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION), cv2.COLOR_BGR2RGB)
        height, width = image.shape[:2]
        if self.augments:
            image, boxes = self.augmented(image, boxes)
        else:
            image = cv2.resize(image, (self.size, self.size), interpolation=cv2.INTER_LINEAR)
            boxes = boxes / numpy.float32([width, height, width, height])
        padded = numpy.zeros((MOST_BOXES, 4), numpy.float32)
        numbers = numpy.full(MOST_BOXES, -1, numpy.int64)
        padded[: len(boxes)] = boxes[:MOST_BOXES]
        numbers[: len(classes)] = classes[:MOST_BOXES]
        pixels = torch.from_numpy(image)
        if self.floats:
            pixels = pixels.permute(2, 0, 1).contiguous().float().div_(255)
        return pixels, torch.from_numpy(padded), torch.from_numpy(numbers), len(boxes)

    def augmented(self, image, boxes):
        height, width = image.shape[:2]
        left, right = (random.uniform(-JITTER, JITTER) * width for _ in range(2))
        top, bottom = (random.uniform(-JITTER, JITTER) * height for _ in range(2))
        x, y = (width - left - right) / self.size, (height - top - bottom) / self.size
        flipped = random.random() < 0.5
        to_original = numpy.float64([[-x if flipped else x, 0, width - right if flipped else left], [0, y, top]])
        warped = cv2.warpAffine(
            image,
            to_original,
            (self.size, self.size),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        saturation, exposure = (random.uniform(1, COLOUR) ** random.choice((-1, 1)) for _ in range(2))
        # One weighted sum with the largest channel, which is cheaper than the way over HSV.
        red, green, blue = cv2.split(warped)
        value = cv2.cvtColor(cv2.max(cv2.max(red, green), blue), cv2.COLOR_GRAY2RGB)
        coloured = cv2.addWeighted(warped, exposure * saturation, value, exposure * (1 - saturation), 0)
        placed = (boxes - numpy.float32([left, top, left, top])) / numpy.float32([x, y, x, y]) / self.size
        if flipped:
            placed = numpy.stack([1 - placed[:, 2], placed[:, 1], 1 - placed[:, 0], placed[:, 3]], 1)
        return coloured, placed.clip(0, 1)


class Epochs(torch.utils.data.Sampler):
    """Each epoch's samples in another order, without an end."""

    def __init__(self, count):
        self.count = count

    def __iter__(self):
        while True:
            yield from torch.randperm(self.count).tolist()


def in_one_thread(_):
    cv2.setNumThreads(1)


def touch(images):
    return int(images.reshape(-1)[:: PAGE // images.element_size()].sum())


def megabytes(*processes):
    """What they have in memory, shared pages counted once."""
    kib = 0
    for process in processes:
        with open(f"/proc/{process}/smaps_rollup") as lines:
            kib += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kib / 1000


def processor_seconds(*processes):
    """What they have used of the processor, all of their threads."""
    ticks = 0
    for process in processes:
        with open(f"/proc/{process}/stat") as line:
            ticks += sum(int(word) for word in line.read().rpartition(")")[2].split()[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


class Peer:
    """One of those that are measured: `processes` make its batches."""

    def __init__(self, ready):
        self.ready = ready  # batches that it may hold
        self.rates = []
        self.costs = []
        self.touched = 0
        self.memory = 0.0

    def turn(self, seconds):
        for _ in range(self.ready):
            self.next()
        rows = 0
        used = processor_seconds(os.getpid(), *self.processes)
        begin = time.perf_counter()
        while time.perf_counter() - begin < seconds:
            rows += self.next()
        self.rates.append(rows / (time.perf_counter() - begin))
        self.costs.append((processor_seconds(os.getpid(), *self.processes) - used) / rows)
        self.memory = max(self.memory, megabytes(*self.processes))

    def next(self):
        images = self.images()
        self.touched += touch(images)
        return len(images)

    def figures(self):
        median = {"rate": sorted(self.rates)[len(self.rates) // 2], "cost": sorted(self.costs)[len(self.costs) // 2]}
        return dict(median, first=self.first, memory=self.memory)


class Served(Peer):
    def __init__(self, address, server, ring):
        super().__init__(ring)
        self.processes = [server]
        begin = time.perf_counter()
        self.loader = batchmill.Loader(address)
        self.next()
        self.first = time.perf_counter() - begin

    def images(self):
        batch = self.loader.next_batch()
        while batch is None:  # the epoch has ended
            batch = self.loader.next_batch()
        return batch.images

    def close(self):
        self.loader.close()


class Loaded(Peer):
    def __init__(self, dataset, batch, workers):
        super().__init__(PREFETCH * workers)
        own = set(children())
        begin = time.perf_counter()
        loader = torch.utils.data.DataLoader(
            dataset,
            batch_size=batch,
            sampler=Epochs(len(dataset)),
            num_workers=workers,
            prefetch_factor=PREFETCH,
            drop_last=True,
            worker_init_fn=in_one_thread,
        )
        self.batches = iter(loader)
        self.next()
        self.first = time.perf_counter() - begin
        self.processes = set(children()) - own

    def images(self):
        return next(self.batches)[0]

    def close(self):
        self.batches._shutdown_workers()


def children():
    with open(f"/proc/{os.getpid()}/task/{os.getpid()}/children") as words:
        return [int(word) for word in words.read().split()]


parser = argparse.ArgumentParser()
parser.add_argument("address")
parser.add_argument("--server", type=int, required=True, help="its process")
parser.add_argument("--ring", type=int, required=True)
parser.add_argument("--data", required=True)
parser.add_argument("--policy", choices=("none", "yolo"), required=True)
parser.add_argument("--batch", type=int, default=32)
parser.add_argument("--size", type=int, default=448)
parser.add_argument("--workers", type=int, default=2)
parser.add_argument("--seconds", type=float, default=4)
parser.add_argument("--rounds", type=int, default=5)
asked = parser.parse_args()

torch.set_num_threads(1)
makers = {
    "serve": lambda: Served(asked.address, asked.server, asked.ring),
    "uint8": lambda: Loaded(Images(asked.data, asked.size, asked.policy == "yolo", False), asked.batch, asked.workers),
    "float": lambda: Loaded(Images(asked.data, asked.size, asked.policy == "yolo", True), asked.batch, asked.workers),
}
peers = {}
for name, make in makers.items():
    peers[name] = make()
    peers[name].turn(asked.seconds)  # warms up
    peers[name].rates.clear()
    peers[name].costs.clear()
for _ in range(asked.rounds):
    for peer in peers.values():
        peer.turn(asked.seconds)
print(json.dumps({name: peer.figures() for name, peer in peers.items()}))
for peer in peers.values():
    peer.close()
