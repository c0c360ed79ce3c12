#include "simulator/technique.h"

namespace dju::simulator {
namespace {

constexpr std::array<std::string_view, kSchools> kSchoolNames = {
    "long_blend", "bass_swap", "cut_on_the_one", "echo_out", "double_drop", "scratch_phrase"};

constexpr std::array<std::string_view, kFaults> kFaultNames = {
    "wrong_tempo",   "loose_beats", "train_wreck", "half_beat",  "missed_one",      "wrong_phrase",
    "clashing_keys", "double_bass", "level_jump",  "abrupt_cut", "overused_effects"};

}  // namespace

std::string_view schoolName(School school) {
  return kSchoolNames[static_cast<std::size_t>(school)];
}

std::string_view faultName(Fault fault) {
  return kFaultNames[static_cast<std::size_t>(fault)];
}

}  // namespace dju::simulator
