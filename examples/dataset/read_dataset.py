"""Reads a DJ Universe data set (docs/dataset.md) with numpy alone.

    python3 examples/dataset/read_dataset.py DIR          prints what is in it
    from read_dataset import Dataset                      in a program of your own

Features are mapped, not loaded: a set may be larger than memory.
"""
import json
import pathlib
import sys

import numpy as np

FORMAT = 1


class Split:
    """One side of a data set: windows that share no track, family or player with the other sides."""

    def __init__(self, directory, info):
        numbers = sorted(path.stem.split("-")[1] for path in directory.glob("features-*.npy"))
        if not numbers:
            raise ValueError(f"{directory}: no features-NNN.npy; this side is empty")
        self._shards = [np.load(directory / f"features-{n}.npy", mmap_mode="r") for n in numbers]
        self.labels = np.concatenate([np.load(directory / f"labels-{n}.npy") for n in numbers])
        self.extra = np.concatenate([np.load(directory / f"extra-{n}.npy") for n in numbers])
        self.items = [json.loads(line) for n in numbers
                      for line in (directory / f"items-{n}.jsonl").read_text().splitlines()]
        shape = (info["frames"], len(info["columns"]))
        for number, shard in zip(numbers, self._shards):
            if shard.shape[1:] != shape:
                raise ValueError(f"{directory}/features-{number}.npy: windows of {shard.shape[1:]}, "
                                 f"dataset.json says {shape}")
        if not len(self.items) == len(self.labels) == sum(map(len, self._shards)):
            raise ValueError(f"{directory}: features, labels and items are not equally many")

    def __len__(self):
        return len(self.items)

    def features(self, item):
        """float32 [frames, columns] of one window."""
        for shard in self._shards:
            if item < len(shard):
                return np.asarray(shard[item], dtype=np.float32)
            item -= len(shard)
        raise IndexError("no such window")


class Dataset:
    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.info = json.loads((self.directory / "dataset.json").read_text())
        if self.info["format"] != FORMAT:
            raise ValueError(f"{directory}: format {self.info['format']}, this reads {FORMAT}")

    def split(self, name):
        """name: train, validation or test."""
        return Split(self.directory / name, self.info)


def describe(directory):
    dataset = Dataset(directory)
    info = dataset.info
    print(f"{info['kind']}, {info['frames']} frames of {len(info['columns'])} columns at "
          f"{info['frame_rate']} a second, {info['license']}")
    for name in ("train", "validation", "test"):
        if info["windows"][name] == 0:
            print(f"\n{name}: empty")
            continue
        split = dataset.split(name)
        print(f"\n{name}: {len(split)} windows")
        for column, names, values in (("label", info["heads"], split.labels),
                                      ("extra", info["extra"], split.extra)):
            for i, head in enumerate(names):
                known = values[:, i][~np.isnan(values[:, i])]
                if len(known) == 0:
                    print(f"  {column} {head}: none")
                    continue
                low, middle, high = np.percentile(known, (5, 50, 95))
                print(f"  {column} {head}: {len(known)} known, mean {known.mean():.3f}, "
                      f"5 % {low:.3f}, 50 % {middle:.3f}, 95 % {high:.3f}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    describe(sys.argv[1])
