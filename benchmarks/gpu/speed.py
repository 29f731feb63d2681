"""Steps of PyTorch on networks of Batchmill's: what `batchmill bench train` is held beside.

    python3 speed.py MODEL BATCH DEVICE SECONDS

Prints a line a way: its name and the median of milliseconds. A step takes unsigned bytes from the host, as Batchmill's does, goes forward and
back with a squared error and updates by momentum (detectors) or Adam.
"""

import statistics
import sys
import time

import torch
from torch import nn


class Scaled(nn.Module):
    """Bytes of 0 to 255, channels last, become numbers from -1 to 1, channels first."""

    def __init__(self, channels_last):
        super().__init__()
        self.format = torch.channels_last if channels_last else torch.contiguous_format

    def forward(self, pixels):
        planes = pixels.permute(0, 3, 1, 2).float() * (2 / 255) - 1
        return planes.contiguous(memory_format=self.format)


def yolo_v1_tiny():
    layers, channels = [], 3
    for filters in (16, 32, 64, 128, 256, 512):
        layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.LeakyReLU(0.1, inplace=True), nn.MaxPool2d(2)]
        channels = filters
    for _ in range(3):
        layers += [nn.Conv2d(channels, 1024, 3, padding=1), nn.LeakyReLU(0.1, inplace=True)]
        channels = 1024
    head = [nn.Flatten(), nn.Linear(1024 * 49, 256), nn.Linear(256, 4096), nn.LeakyReLU(0.1, inplace=True), nn.Dropout(0.5)]
    return layers + head + [nn.Linear(4096, 1470)], (448, 448, 3), 1470


def pilotnet():
    layers, channels = [], 3
    for filters, kernel, stride in ((24, 5, 2), (36, 5, 2), (48, 5, 2), (64, 3, 1), (64, 3, 1)):
        layers += [nn.Conv2d(channels, filters, kernel, stride), nn.ELU(inplace=True)]
        channels = filters
    units = 64 * 18
    layers.append(nn.Flatten())
    for size in (1164, 100, 50, 10):
        layers += [nn.Linear(units, size), nn.ELU(inplace=True)]
        units = size
    return layers + [nn.Linear(units, 1)], (66, 200, 3), 1


def digits_cnn():
    layers, channels = [], 1
    for filters in (32, 64):
        layers += [nn.Conv2d(channels, filters, 5, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(2)]
        channels = filters
    head = [nn.Flatten(), nn.Linear(64 * 49, 1024), nn.ReLU(inplace=True), nn.Dropout(0.5), nn.Linear(1024, 10)]
    return layers + head, (28, 28, 1), 10


MODELS = {"yolo-v1-tiny": yolo_v1_tiny, "pilotnet": pilotnet, "digits-cnn": digits_cnn}


def measure(name, batch, device, seconds, channels_last=False, bfloat16=False, compiled=False):
    torch.manual_seed(1)
    layers, shape, outputs = MODELS[name]()
    network = nn.Sequential(Scaled(channels_last), *layers).to(device)
    if channels_last:
        network = network.to(memory_format=torch.channels_last)
    parameters = list(network.parameters())
    if name.startswith("yolo"):
        optimizer = torch.optim.SGD(parameters, lr=1e-9, momentum=0.9, weight_decay=5e-4)
    else:
        optimizer = torch.optim.Adam(parameters, lr=1e-9)
    learnt = torch.compile(network) if compiled else network
    pixels = torch.randint(0, 256, (batch, *shape), dtype=torch.uint8)
    targets = torch.zeros(batch, outputs, device=device)
    if device != "cpu":
        pixels = pixels.pin_memory()

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu" if device == "cpu" else "cuda", torch.bfloat16, enabled=bfloat16):
            predicted = learnt(pixels.to(device, non_blocking=True))
        loss = nn.functional.mse_loss(predicted.float(), targets)
        loss.backward()
        optimizer.step()
        return loss.item()

    for _ in range(5):
        step()
    millis, end = [], time.perf_counter() + seconds
    while len(millis) < 10 or time.perf_counter() < end:
        start = time.perf_counter()
        step()
        millis.append((time.perf_counter() - start) * 1e3)
    return statistics.median(millis)


def main():
    name, batch, device, seconds = sys.argv[1], int(sys.argv[2]), sys.argv[3].replace("gpu", "cuda"), float(sys.argv[4])
    ways = {"eager": {}}
    if device != "cpu":
        ways["channels_last+benchmark"] = {"channels_last": True}
        ways["bfloat16"] = {"channels_last": True, "bfloat16": True}
    if hasattr(torch, "compile"):
        ways["compiled"] = {"channels_last": True, "compiled": True}
    for way, how in ways.items():
        torch.backends.cudnn.benchmark = way != "eager"
        try:
            print(way, "%.2f" % measure(name, batch, device, seconds, **how), flush=True)
        except RuntimeError as e:
            print(way, "none", flush=True)
            print(name, way, e, file=sys.stderr)


if __name__ == "__main__":
    main()
