"""Takes batches and prints a line for each row: number, row of the batch, id, CRC-32 of the pixels, and of the targets."""

import argparse
import json
import os
import signal
import sys
import zlib

parser = argparse.ArgumentParser()
parser.add_argument("address")
parser.add_argument("--batches", type=int, default=1)
parser.add_argument("--shard", default="0/1")
parser.add_argument("--shared", action="store_true")
parser.add_argument("--name")
parser.add_argument("--load")
parser.add_argument("--save")
parser.add_argument("--torch", action="store_true")
parser.add_argument("--copy", action="store_true")
parser.add_argument("--die", action="store_true", help="by SIGKILL, holding the last batch")
parser.add_argument("--hoard", action="store_true")
asked = parser.parse_args()
if asked.torch:
    import torch  # noqa: F401: from then on batches are tensors

import batchmill

index, count = (int(part) for part in asked.shard.split("/"))
loader = batchmill.Loader(asked.address, shard=(index, count), shared=asked.shared, name=asked.name, copy=asked.copy)
if asked.load:
    with open(asked.load) as file:
        loader.load_state_dict(json.load(file))
if asked.hoard:
    try:
        list(loader)
    except batchmill.BatchmillError as e:
        sys.exit(str(e))


def crc(array):
    return zlib.crc32(array.numpy().tobytes() if asked.torch else array.tobytes())


taken = 0
while taken < asked.batches:
    for batch in loader:
        images, targets = batch
        for row in range(len(batch)):
            labels = zlib.crc32(b"".join(crc(targets[name][row]).to_bytes(4, "little") for name in sorted(targets)))
            first = index * len(batch)
            print(batch.number, first + row, batch.ids[row], crc(images[row]), labels)
        taken += 1
        if taken == asked.batches:
            if asked.die:
                sys.stdout.flush()
                os.kill(os.getpid(), signal.SIGKILL)
            break
if asked.save:
    with open(asked.save, "w") as file:
        json.dump(loader.state_dict(), file)
loader.close()
