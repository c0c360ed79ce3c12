// What somebody asks a mixer for, over HTTP: tracks of the library, who mixes, parameters, and
// transitions that people edited. Strangers write it, so everything is checked and named here
// before anything is looked up. Plain values; any thread.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mixer/parameters.h"
#include "mixer/place_shift.h"
#include "mixer/plan.h"

namespace dju::mixes {

inline constexpr std::size_t kFewestTracks = 2, kMostTracks = 50;
inline constexpr double kShortestPreview = 15, kLongestPreview = 60;  // seconds
inline constexpr double kMostMinutes = 180;                           // of a mix

struct MixRequest {
  std::vector<std::string> tracks;  // ids; which of them exist is not known yet
  std::string model = "rules@1";    // likewise (mixes/mixers.h)
  std::string preset;               // empty: none
  mixer::MixParameters parameters;
  mixer::EditedGenomes transitions;
  mixer::PlaceShifts shifts;
};

struct Webhook {
  std::string url;     // mixes/web_address.h
  std::string secret;  // signs what is sent; never logged, never given back
};

// A mix that is to be made.
struct MixOrder {
  MixRequest mix;
  std::string name;  // empty: that of its tracks
  bool low = false;  // behind those of normal priority
  // Whether a mix that is there of the same songs, in other encodings, will do.
  bool anyEncoding = false;
  std::optional<Webhook> webhook;
};

struct PreviewOrder {
  // Light: there soon and small enough to play while it loads. Full: as the mix will sound.
  enum class Quality : std::uint8_t { kLight, kFull };

  MixRequest mix;
  std::size_t transition = 0;
  double seconds = 30;
  Quality quality = Quality::kLight;
};

// All throw Error: kInvalid with the place, what stands there and what may; kNotFound for a
// preset that there is not.
MixRequest mixRequestFrom(const nlohmann::json& json);
MixOrder mixOrderFrom(const nlohmann::json& json);
PreviewOrder previewOrderFrom(const nlohmann::json& json);

// Whole: every parameter stands there, so that the same wish has the same text. Reading it gives
// the same request.
nlohmann::json toJson(const MixRequest& request);

}  // namespace dju::mixes
