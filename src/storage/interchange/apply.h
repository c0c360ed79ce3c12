// Takes the grids and cues of another program over into the library, each track as one edit that
// can be undone.
//
// An entry is a track of ours when title and artist are the same (case and blanks aside) and the
// lengths differ by at most 2 s; by its file's name where it has no title. Of several that fit, the
// one of the file's format is meant; otherwise all are left alone.
//
// MP3 and the encoder's delay: an encoder puts about 25 ms of silence before the sound, and a LAME
// or Xing frame of 26 ms before that. We cut both off where the file states them; a program that
// does not counts from up to 51 ms earlier. Which it is differs by program, version and file, so it
// is judged: the other grid's beats are compared with those that we hear, and of the possible
// shifts the one that brings them together within 8 ms is taken. Where our own grid is unsure or
// none of the shifts fits, times are taken as they are. Any thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "storage/interchange/collection.h"
#include "storage/library.h"

namespace dju::storage {

struct Applied {
  int matched = 0;
  int changed = 0;
  int shifted = 0;                     // by an encoder's delay
  std::vector<std::string> unmatched;  // "artist - title", at most 100
};

// With a player, only tracks that this player may change (Library::changeable).
Applied applyCollection(Library& library, const Collection& collection, std::string_view player);

// One entry onto one track, also one that is not found by its title (tags of the file itself).
// True when that changed the track; `shifted` is raised when an encoder's delay was taken off.
bool applyTrack(Library& library, const ForeignTrack& foreign, std::string_view id,
                std::string_view player, int& shifted);

// By how much the other program counts later than we do, in seconds; 0 where that cannot be told.
double encoderDelay(const BeatGrid& theirs, const music::TrackInfo& ours, std::string_view format);

// Which program wrote it: reads a Mixxx database, a rekordbox XML or a Traktor NML.
Result<Collection> readCollection(const std::filesystem::path& file);
// Of a file of at most so many bytes.
Result<std::string> readWhole(const std::filesystem::path& file, std::size_t maxBytes);
Result<Collection> parseCollection(std::string_view bytes);

}  // namespace dju::storage
