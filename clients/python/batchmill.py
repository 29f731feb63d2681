"""Batches of a server, `batchmill serve`, on this machine, for NumPy and PyTorch. One file; it needs NumPy alone.

    import batchmill

    loader = batchmill.Loader("localhost:7070")
    for epoch in range(loader.epoch, 10):
        for images, targets in loader:      # uint8, rows x height x width x channels; a dict of arrays
            ...

The arrays lie in memory that is shared with the server: nothing is copied, and NumPy's are read-only. They are PyTorch's tensors where
torch was imported before; a tensor can be written to, and must not be. A batch's memory is given back when nothing refers to it any more,
so do not collect batches: `copy=True` gives arrays of your own.

`loader.state_dict()` is a small dict of JSON's types; `load_state_dict()` goes on with the same rest of the epoch, bit for bit, whatever the
number of the server's threads. A server that is started again is waited for, and serves on where each consumer was.
"""

import collections
import gc
import json
import mmap
import os
import socket
import struct
import sys
import threading
import time
import weakref

import numpy

__all__ = ["Loader", "Batch", "BatchmillError", "Refused", "DataError", "Unreachable"]

_SERVICE = "batchmill-batches"
_VERSION = 1
_FORMAT = "batchmill-loader/1"
_HEADER = struct.Struct("<8sqq32s")
_HEADER_BYTES = 4096
_LONGEST_LINE = 1 << 26
_SILENCE = 60.0  # a server that waits says so every few seconds
_AGAIN = 0.2


class BatchmillError(Exception):
    """What this module raises."""


class Refused(BatchmillError):
    """The server does not serve this consumer: its version, its state or its shard do not fit. Asking again does not help."""


class DataError(BatchmillError):
    """The server's data are bad, and bad samples not to be left out."""


class Unreachable(BatchmillError):
    """Nobody serves batches there, or none came in time."""


class _Lost(Exception):
    """The connection is gone; there may be another."""


class _Later(Exception):
    """The server asks to come again later."""


class _Lease(numpy.ndarray):
    """All bytes of a slot: every array of a batch refers to it, and the batch is given back when it is gone."""


class Batch:
    """A batch, or a shard's rows of one. Unpacks into `images, targets`.

    images   uint8 [rows, height, width, channels], or float32 [rows, columns] of a table
    targets  a dict of arrays, first dimension rows:
             boxes    boxes float32 [.., most, 4] (xmin, ymin, xmax, ymax as fractions), classes int64 [.., most] (-1 behind the last),
                      difficult uint8 [.., most], counts int64 [..]
             classes  classes int64 [..]; with mixup also others int64 [..] and shares float32 [..] of the first
             numbers  values float32 [.., columns]
    ids      the names of the samples
    mapping  float64 [rows, 6]: width and height of the original, x and y of the origin, spans of x and y, as fractions of it
    number   from 0, over all epochs
    epoch    from 0
    """

    __slots__ = ("images", "targets", "ids", "mapping", "number", "epoch")

    def __init__(self, images, targets, ids, mapping, number, epoch):
        self.images = images
        self.targets = targets
        self.ids = ids
        self.mapping = mapping
        self.number = number
        self.epoch = epoch

    def __iter__(self):
        return iter((self.images, self.targets))

    def __len__(self):
        return len(self.ids)


class _Ring:
    """The server's memory, mapped. It stays as long as an array refers to it, also when the server is gone."""

    def __init__(self, path, writable):
        try:
            handle = os.open(path, os.O_RDWR if writable else os.O_RDONLY)
        except FileNotFoundError:
            raise Refused(
                f"{path}: the server's ring is not here: it runs on another machine, or in a container that does not"
                " share the folder"
            ) from None
        except OSError as e:
            raise Refused(f"{path}: {e.strerror}: the ring is for processes of the server's user") from None
        try:
            size = os.fstat(handle).st_size
            access = mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ
            if size < _HEADER_BYTES:
                raise Refused(f"{path}: not a ring of this version")
            self._memory = mmap.mmap(handle, size, access=access)
        finally:
            os.close(handle)
        magic, slots, slot_bytes, token = _HEADER.unpack_from(self._memory)
        if magic != b"bmring/1" or slots < 1 or slot_bytes < 1 or size - _HEADER_BYTES < slots * slot_bytes:
            raise Refused(f"{path}: not a ring of this version")
        self.token = token.decode("ascii", "replace")
        self._slot_bytes = slot_bytes
        self._bytes = numpy.frombuffer(self._memory, dtype=numpy.uint8)

    def lease(self, slot):
        begin = _HEADER_BYTES + slot * self._slot_bytes
        return self._bytes[begin : begin + self._slot_bytes].view(_Lease)


class _Line:
    """The socket to the server: a JSON object a line."""

    def __init__(self, host, port, address):
        self._address = address
        self._buffer = bytearray()
        try:
            self._socket = socket.create_connection((host, port), timeout=10)
        except OSError as e:
            raise _Lost(f"{address}: nobody serves batches there: {e.strerror or e}") from None
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.settimeout(_SILENCE)

    def say(self, what):
        try:
            self._socket.sendall(json.dumps(what).encode() + b"\n")
        except OSError as e:
            raise _Lost(f"{self._address}: the server is gone: {e.strerror or e}") from None

    def next(self):
        searched = 0
        while True:
            end = self._buffer.find(b"\n", searched)
            if end >= 0:
                break
            searched = len(self._buffer)
            if searched > _LONGEST_LINE:
                raise Refused(f"{self._address}: what answers there serves no batches")
            try:
                more = self._socket.recv(1 << 16)
            except OSError as e:
                raise _Lost(f"{self._address}: the server is silent: {e.strerror or e}") from None
            if not more:
                raise _Lost(f"{self._address}: the server is gone")
            self._buffer += more
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        try:
            what = json.loads(line)
        except ValueError:
            what = None
        if not isinstance(what, dict):
            raise Refused(f"{self._address}: what answers there serves no batches")
        return what

    def close(self):
        self._socket.close()


class Loader:
    """The batches of a server at `HOST:PORT`, this machine's own. Iterating gives the rest of the current epoch; iterating again the next one.

    shard    (index, count), from 0: this consumer's rows of each batch. All have as many batches, and together they have every batch. The
             first batch comes when all are there.
    shared   whole batches from one stream, together with other consumers that say so
    name     a consumer that was killed is gone on for by the next of this name; without one a new consumer begins anew
    keep     how many batches may still be referred to when the next is asked for
    copy     arrays of your own in place of shared memory
    torch    tensors or arrays; None gives tensors where torch was imported before
    timeout  seconds to wait for a batch, or for a server that is gone; None for ever

    Nothing is asked before the first use. Used by one thread. It is closed by `with`, by `close()`, or at its end; a consumer that ends without gives back what it had not finished.
    """

    def __init__(self, address, *, shard=(0, 1), shared=False, name=None, keep=1, copy=False, torch=None, timeout=600):
        host, _, port = str(address).rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError(f"HOST:PORT, for instance localhost:7070, not {address}")
        self._host, self._port, self._address = host.strip("[]"), int(port), str(address)
        index, count = shard
        self._hello = {
            "op": "hello",
            "version": _VERSION,
            "client": f"python {sys.version_info[0]}.{sys.version_info[1]}, process {os.getpid()}",
            "name": name,
            "shard": int(index),
            "of": int(count),
            "shared": bool(shared),
            "keep": int(keep),
        }
        self._keep = int(keep)
        self._copy = copy
        self._torch = self._module(torch)
        self._timeout = timeout
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._released = collections.deque()
        self._open = {}
        self._line = None
        self._ring = None
        self._welcome = None
        self._position = None
        self._loaded = None
        self._closed = False

    @staticmethod
    def _module(wanted):
        if wanted is None:
            return sys.modules.get("torch")
        if not wanted:
            return None
        import torch

        return torch

    # Being connected.

    def _ready(self):
        """Connects at the first use: a state that is loaded before that is where this begins."""
        if self._process != os.getpid():
            raise BatchmillError("a loader is not taken along by fork: open one in each process")
        if self._closed:
            raise BatchmillError("the loader is closed")
        if self._line is None:
            self._connect(again=False)

    def _connect(self, again):
        begin = time.monotonic()
        while True:
            try:
                self._greet(again)
                return
            except (_Later, _Lost) as e:
                if isinstance(e, _Lost) and not again:
                    raise Unreachable(str(e)) from None
                self._require_time(begin, str(e))
            time.sleep(_AGAIN)

    def _require_time(self, begin, why):
        if self._timeout is not None and time.monotonic() - begin > self._timeout:
            raise Unreachable(f"{self._address}: no batch for {self._timeout:g} s: {why}") from None

    def _greet(self, again):
        line = _Line(self._host, self._port, self._address)
        try:
            greeting = line.next()
            if greeting.get("service") != _SERVICE:
                raise Refused(f"{self._address}: what answers there serves no batches")
            if greeting.get("version") != _VERSION:
                raise Refused(
                    f"{self._address}: the server speaks version {greeting.get('version')}, this client {_VERSION}"
                )
            ring = _Ring(greeting.get("ring", ""), writable=self._torch is not None and not self._copy)
            position = self._position if self._loaded is None else self._loaded  # of a loader at its beginning none
            hello = dict(self._hello, token=ring.token, again=again)
            if position is not None:
                hello["position"] = position
            line.say(hello)
            welcome = line.next()
            if "refused" in welcome:
                why = f"{self._address}: {welcome['refused']}"
                raise _Later(why) if welcome.get("later") else Refused(why)
        except BaseException:
            line.close()
            raise
        with self._lock:
            # They are of a ring that is gone, or of a place that was left.
            self._open = {}
            self._released.clear()
        self._line, self._ring, self._welcome, self._loaded = line, ring, welcome, None
        if position is None:
            position = dict(welcome.get("position") or {}, identity=welcome["identity"])
        self._position = dict(position, identity=welcome["identity"], format=_FORMAT)

    # What is asked.

    def __iter__(self):
        while True:
            batch = self.next_batch()
            if batch is None:
                return
            yield batch
            del batch  # its memory is free when the caller lets it go

    def next_batch(self):
        """The next batch of this epoch; None at its end, behind which the next one begins."""
        self._ready()
        self._require_kept()
        begin = time.monotonic()
        while True:
            try:
                return self._ask(begin)
            except _Lost:
                self._line.close()
                self._connect(again=True)

    def _require_kept(self):
        if len(self._open) > self._keep:
            gc.collect()  # a circle may refer to them
        if len(self._open) > self._keep:
            raise BatchmillError(
                f"{len(self._open)} batches are still referred to, and the next is asked for: let them go, copy what you"
                f" keep (copy=True), or say keep={len(self._open)}"
            )

    def _ask(self, begin):
        with self._lock:
            released = [self._released[i] for i in range(len(self._released))]  # others are added meanwhile
        self._line.say({"op": "next", "release": released})
        reply = self._line.next()
        while "wait" in reply:
            self._require_time(begin, f"it waits for {reply['wait']}")
            reply = self._line.next()
        for _ in released:
            self._released.popleft()
        if "error" in reply:
            raise DataError(f"{self._address}: {reply['error']}")
        self._position = dict(reply["position"], identity=self._welcome["identity"], format=_FORMAT)
        return None if "end" in reply else self._batch(reply)

    def _batch(self, reply):
        number, begin, end = reply["batch"], reply["from"], reply["to"]
        lease = self._ring.lease(reply["slot"])
        opened, released = self._open, self._released
        opened[number] = True
        weakref.finalize(lease, _release, number, opened, released).atexit = False
        arrays = {}
        for array in self._welcome["arrays"]:
            arrays[array["name"]] = self._array(lease, array, begin, end)
        del lease
        targets = {name[8:]: array for name, array in arrays.items() if name.startswith("targets.")}
        return Batch(arrays["images"], targets, reply["ids"], arrays["mapping"], number, reply["epoch"])

    def _array(self, lease, array, begin, end):
        dtype = numpy.dtype(array["type"])
        shape = (end - begin, *array["row"])
        row = int(numpy.prod(array["row"], dtype=numpy.int64)) * dtype.itemsize
        first = array["offset"] + begin * row
        # A view of the plain type: only then does every array made of it refer to the lease and not to what is behind it.
        bytes_ = lease[first : first + (end - begin) * row].view(numpy.ndarray)
        its = bytes_.view(dtype).reshape(shape)
        if self._copy:
            its = its.copy()
        return its if self._torch is None else self._torch.from_numpy(its)

    def __len__(self):
        """How many batches a whole epoch has."""
        self._ready()
        batches = self._welcome.get("batches")
        if batches is None:
            raise TypeError("how many batches an epoch has is not known: bad samples are left out, or it is a stream")
        return batches

    @property
    def epoch(self):
        """The epoch that the next batch is of, from 0."""
        return self._where().get("epoch", 0)

    def _where(self):
        if self._loaded is None and self._position is None:
            self._ready()
        return self._position if self._loaded is None else self._loaded

    @property
    def classes(self):
        """The names of the classes, in the order of their numbers."""
        self._ready()
        return list(self._welcome["classes"])

    def state_dict(self):
        """Where this stands behind the batch that was given last."""
        return json.loads(json.dumps(self._where()))

    def load_state_dict(self, state):
        """Goes on where `state_dict()` was asked for, of this or another loader, with any number of shards."""
        if not isinstance(state, dict) or state.get("format") != _FORMAT or "batch" not in state:
            raise ValueError("not a state of a batchmill.Loader")
        self._leave()
        self._loaded = json.loads(json.dumps(state))

    def close(self):
        """Says goodbye: what was given counts as done."""
        self._leave()
        self._closed = True

    def _leave(self):
        line, self._line = self._line, None
        if line is not None:
            try:
                if self._process == os.getpid():
                    line.say({"op": "bye"})
            except _Lost:
                pass
            line.close()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is None:
            self.close()
            return
        self._closed = True
        if self._line is not None:
            self._line.close()  # without goodbye: what was not finished is given again
            self._line = None


def _release(number, opened, released):
    if opened.pop(number, None):
        released.append(number)
