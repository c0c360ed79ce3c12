#!/usr/bin/python3
"""A long way between two networks: carries IP packets between two TUN devices, in both directions
alike, with delay, jitter and loss. For tests on kernels without netem.

  link.py NAMESPACE HERE/24 THERE/24 --rtt MS [--jitter MS] [--loss SHARE] [--seed N]

Each direction delays a packet by half the round trip, give or take up to the jitter (uniform), and
loses the given share of packets. Packets of one direction stay in order, as on most real ways: who
is delayed longer holds up those behind. Prints "up" when the devices are; `SHARE` is 0 … 1. A line on
standard input `rtt MS`, `loss SHARE` or `cut SECONDS` changes the way while it is used. Needs root.
"""
import argparse
import fcntl
import os
import random
import select
import struct
import subprocess
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
LONGEST_QUEUE = 5000


def tun(name):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    return fd


def ip(*arguments, namespace=None):
    inside = ["ip", "netns", "exec", namespace] if namespace else []
    subprocess.run([*inside, "ip", *arguments], check=True)


class Way:
    """One direction."""

    def __init__(self, source, sink, options, seed):
        self.source, self.sink, self.options = source, sink, options
        self.random = random.Random(seed)
        self.queue = []  # (when, packet), in order
        self.last = 0.0

    def take(self, now):
        while True:
            try:
                packet = os.read(self.source, 65536)
            except BlockingIOError:
                return
            except OSError:
                sys.exit("link.py: a device has gone")  # with its namespace
            lost = self.random.random() < self.options.loss or now < self.options.cut_until
            if lost or len(self.queue) >= LONGEST_QUEUE:
                continue
            delay = self.options.rtt / 2 + self.random.uniform(-1, 1) * self.options.jitter
            self.last = max(self.last, now + max(delay, 0) / 1000)
            self.queue.append((self.last, packet))

    def give(self, now):
        given = 0
        while given < len(self.queue) and self.queue[given][0] <= now:
            try:
                os.write(self.sink, self.queue[given][1])
            except OSError:
                pass  # the other end is not up, or full: lost
            given += 1
        del self.queue[:given]


def obey(line, options):
    word, value = line.split()
    if word == "cut":
        options.cut_until = time.monotonic() + float(value)
    elif word in ("rtt", "loss", "jitter"):
        setattr(options, word, float(value))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("namespace")
    parser.add_argument("here")
    parser.add_argument("there")
    parser.add_argument("--rtt", type=float, required=True)
    parser.add_argument("--jitter", type=float, default=0)
    parser.add_argument("--loss", type=float, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.cut_until = 0.0
    names = [f"dju{os.getpid()}{end}" for end in "ht"]
    here, there = (tun(name) for name in names)
    ip("link", "set", names[1], "netns", options.namespace)
    ip("addr", "add", options.here, "dev", names[0])
    ip("addr", "add", options.there, "dev", names[1], namespace=options.namespace)
    ip("link", "set", names[0], "up")
    ip("link", "set", names[1], "up", namespace=options.namespace)
    ip("link", "set", "lo", "up", namespace=options.namespace)
    ways = [Way(here, there, options, 2 * options.seed), Way(there, here, options, 2 * options.seed + 1)]
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(5))
    except OSError:
        pass  # then it is as exact as the machine is idle
    print("up", flush=True)
    while True:
        now = time.monotonic()
        due = min((way.queue[0][0] for way in ways if way.queue), default=now + 1)
        ready, _, _ = select.select([here, there, sys.stdin], [], [], max(0, due - now))
        now = time.monotonic()
        if sys.stdin in ready:
            text = os.read(sys.stdin.fileno(), 4096).decode()
            if not text:
                return
            for line in text.splitlines():
                obey(line, options)
        for way in ways:
            way.take(now)
            way.give(now)


if __name__ == "__main__":
    main()
