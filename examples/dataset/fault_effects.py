"""Whether faults of virtual DJs raise their own measure and leave the others (docs/dataset.md).

    python3 examples/dataset/fault_effects.py DIR

For each fault and measure: how much larger the measure is where the fault was made than where it was
not, in standard deviations of the measure (Cohen's d). Windows of a transition are averaged first, so
that each transition counts once.
"""
import collections
import sys
import warnings

import numpy as np

from read_dataset import Dataset

MEASURES = {
    "wrong_tempo": "tempo_difference_percent",
    "loose_beats": "beat_offset_size_ms",
    "train_wreck": "beat_offset_spread_ms",
    "half_beat": "beat_offset_size_ms",
    "missed_one": "bar_offset_beats",
    "wrong_phrase": "phrase_offset_beats",
    "clashing_keys": "key_distance_steps",
    "double_bass": "double_bass_share",
    "level_jump": "level_step_db",
    "abrupt_cut": "share_step",
    "overused_effects": "effects_share",
}


def transitions(dataset):
    """One row of extras a transition, NaN where unknown."""
    groups = collections.defaultdict(list)
    for name in ("train", "validation", "test"):
        if dataset.info["windows"][name] == 0:
            continue
        split = dataset.split(name)
        for item, extra in zip(split.items, split.extra):
            if "school" in item:
                key = (item["performance"], item["school"], tuple(sorted(item["faults"].items())))
                groups[key].append(extra)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a measure that no window knows
        return np.array([np.nanmean(np.array(rows), axis=0) for rows in groups.values()])


def effect(values, made):
    values, made = values[~np.isnan(values)], made[~np.isnan(values)]
    if made.sum() < 3 or (~made).sum() < 3 or values.std() == 0:
        return np.nan
    return (values[made].mean() - values[~made].mean()) / values.std()


def main(directory):
    dataset = Dataset(directory)
    column = {name: i for i, name in enumerate(dataset.info["extra"])}
    rows = transitions(dataset)
    measures = list(dict.fromkeys(MEASURES.values()))
    print(f"{len(rows)} transitions; effect of each fault in standard deviations, its own in []\n")
    print(" " * 18 + "  ".join(f"{m[:12]:>12}" for m in measures))
    for fault, own in MEASURES.items():
        made = rows[:, column["fault_" + fault]] > 0
        cells = [(f"[{e:+.2f}]" if m == own else f"{e:+.2f} ").rjust(12)
                 for m in measures for e in [effect(rows[:, column[m]], made)]]
        print(f"{fault:>18}" + "  ".join(cells) + f"   n={made.sum()}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
