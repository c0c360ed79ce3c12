"""Mixes that our engine did not make, with known truth: does a judge hear music, or our engine?

    python3 examples/dataset/other_engine.py TRACKS OUT [--pairs 12] [--seed 1]
    dju dataset hear OUT/mixes.jsonl --out DATA
    dju evaluate MODEL --data TRAINED_ON --on DATA

TRACKS holds NAME.ogg (or .wav, .flac) and NAME.beats, beat times in seconds, one a line. FFmpeg plays
both records, the second one resampled to the tempo of the first, so that its time is exact, and mixes
them. Of each pair one thing is varied and all else kept:

    offset     the second record's beats late by 0 to 100 ms
    tempo      its tempo off by 0 to 4 %, beats together in the middle
    level      both 6 and 12 dB softer; the second 6 dB softer than the first
    codec      Opus at 24 and 48 kbit/s
    crossfade  from the one to the other over the whole window
The last three must not change what is said of beats and tempo.
"""
import argparse
import json
import pathlib
import random
import re
import subprocess
import sys

SECONDS = 10.5  # of a mix; a window is 10.24 s
MOST_CHANGE = 0.08  # of the second record's tempo
OFFSETS = (0, 5, 10, 15, 20, 30, 40, 50, 60, 80, 100)
TEMPOS = (0.25, 0.5, 1, 2, 4)


def ffmpeg(*arguments):
    done = subprocess.run(["ffmpeg", "-v", "info", "-nostdin", "-y", *map(str, arguments)],
                          capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"ffmpeg {' '.join(map(str, arguments))}: {done.stderr.strip().splitlines()[-1]}")
    return done.stderr


class Track:
    def __init__(self, audio):
        self.audio = audio
        self.beats = [float(line.split()[0]) for line in audio.with_suffix(".beats").read_text().split("\n")
                      if line.strip()]
        found = re.search(r"mean_volume: (-?[\d.]+) dB", ffmpeg("-i", audio, "-af", "volumedetect",
                                                                "-f", "null", "-"))
        self.level = float(found.group(1))

    def place(self, chance, seconds):
        """A beat with so many seconds behind it, and the tempo there (BPM)."""
        fits = [i for i, beat in enumerate(self.beats) if 1 < beat < self.beats[-1] - seconds]
        if not fits:
            return None
        first = chance.choice(fits)
        last = max(i for i, beat in enumerate(self.beats) if beat <= self.beats[first] + seconds)
        return self.beats[first], 60 * (last - first) / (self.beats[last] - self.beats[first])


def mix(first, second, case, out):
    """first, second: (track, start s, speed, gain dB); case: what FFmpeg does behind the mix."""
    parts = []
    for i, (track, start, speed, gain) in enumerate((first, second)):
        fade = case.get("fade", ("", ""))[i]
        parts.append(f"[{i}]aresample=48000,atrim=start={start:.6f}:duration={SECONDS * speed + 1:.6f},"
                     f"asetpts=N/SR/TB,asetrate={round(48000 * speed)},aresample=48000,"
                     f"atrim=duration={SECONDS},volume={gain - track.level - 20:.2f}dB{fade}[t{i}]")
    graph = ";".join(parts) + f";[t0][t1]amix=2:normalize=0,volume={case.get('volume', 0)}dB,alimiter"
    ffmpeg("-i", first[0].audio, "-i", second[0].audio, "-filter_complex", graph,
           *case.get("codec", ()), out)


def cases():
    """What is varied: kind, dose, ms late, tempo error in %, and how it is mixed."""
    fade = (f",afade=t=out:d={SECONDS}:curve=qsin", f",afade=t=in:d={SECONDS}:curve=qsin")
    for offset in OFFSETS:
        yield "offset", offset, offset, 0, {}
    for percent in TEMPOS:
        yield "tempo", percent, 0, percent, {}
    for offset in (0, 50):
        for volume in (-6, -12):
            yield "level", volume, offset, 0, {"volume": volume}
        yield "level", "second -6", offset, 0, {"second": -6}
        for rate in (24, 48):
            yield "codec", rate, offset, 0, {"codec": ("-c:a", "libopus", "-b:a", f"{rate}k")}
        yield "crossfade", "", offset, 0, {"fade": fade}


def pairs(tracks, count, chance):
    """Places at which one track can be played at the tempo of another."""
    found = []
    for _ in range(1000 * count):
        if len(found) == count:
            return found
        one, other = chance.sample(tracks, 2)
        a, b = one.place(chance, SECONDS + 2), other.place(chance, 1.3 * SECONDS + 2)
        if a and b:
            multiple = min((0.5, 1, 2), key=lambda m: abs(a[1] / b[1] / m - 1))
            if abs(a[1] / b[1] / multiple - 1) < MOST_CHANGE:
                found.append((one, a, other, b, a[1] / b[1] / multiple))
    sys.exit(f"only {len(found)} of {count} pairs have tempos that can be matched; ask for fewer")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("tracks", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--pairs", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    audio = sorted(path for path in given.tracks.iterdir()
                   if path.suffix in (".ogg", ".wav", ".flac") and path.with_suffix(".beats").exists())
    if len(audio) < 2:
        sys.exit(f"{given.tracks}: fewer than two tracks with .beats beside them")
    chosen = pairs([Track(path) for path in audio], given.pairs, random.Random(given.seed))
    with open(given.out / "mixes.jsonl", "w") as lines:
        for n, (one, (at, bpm), other, (beat, _), speed) in enumerate(chosen):
            for i, (kind, dose, late, percent, case) in enumerate(cases()):
                # Where the tempo is off, the beats meet in the middle of the window.
                drift = SECONDS / 2 * percent / 100
                start = beat - (late / 1000 + drift) * speed
                name = f"{n:03d}-{i:02d}{'.opus' if 'codec' in case else '.wav'}"
                mix((one, at, 1, 0), (other, start, speed * (1 + percent / 100), case.get("second", 0)),
                    case, given.out / name)
                offset = late if percent == 0 else 1000 * drift / 2  # the mean size
                lines.write(json.dumps({"audio": name, "group": f"{one.audio.stem} + {other.audio.stem} {n}",
                                        "license": "of the tracks", "condition": f"{kind} {dose}".strip(),
                                        "beat_offset_ms": offset,
                                        "tempo_difference_bpm": bpm * percent / 100}) + "\n")
            print(f"{n + 1}/{len(chosen)} {one.audio.stem} + {other.audio.stem}", flush=True)


if __name__ == "__main__":
    main()
