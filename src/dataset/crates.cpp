#include "dataset/crates.h"

#include <algorithm>
#include <map>

#include "core/error.h"
#include "core/random.h"

namespace dju::dataset {
namespace {

namespace fs = std::filesystem;

using Groups = std::map<std::string, std::vector<std::string>>;

// By chance that the seed decides; label 1 is the DJs'.
void dealGroups(const Groups& groups, std::uint64_t seed, Splits& splits) {
  std::uint64_t label = 2;
  for (const auto& [group, members] : groups)
    splits.deal(group, members, Random(seed).fork(label++));
}

std::string familyGroup(std::string_view genre) {
  return "family:" + std::string(genre);
}

}  // namespace

std::vector<demo::Genre> genresNamed(const std::vector<std::string>& ids) {
  std::vector<demo::Genre> genres;
  for (int i = 0; i < demo::kGenreCount; ++i) {
    const std::string id(demo::genreSpec(static_cast<demo::Genre>(i)).id);
    if (ids.empty() || std::find(ids.begin(), ids.end(), id) != ids.end())
      genres.push_back(static_cast<demo::Genre>(i));
  }
  if (genres.empty())
    throw Error(ErrorCode::kInvalid, "genres: none of those asked for is known (demo/genres.h)");
  return genres;
}

Crates::Crates(const TrackChoice& choice, int from, int until, const ReportProgress& progress)
    : choice_(choice) {
  if (choice_.folder.empty()) {
    synthesize(from, until, progress);
  } else {
    readFiles(progress);
  }
}

void Crates::synthesize(int from, int until, const ReportProgress& progress) {
  const auto genres = genresNamed(choice_.genres);
  const int families = until - from;
  const int count = static_cast<int>(genres.size()) * families * choice_.tracksPerFamily;
  for (const demo::Genre genre : genres) {
    for (int i = 0; i < families * choice_.tracksPerFamily; ++i) {
      if (progress) progress({"tracks", static_cast<int>(tracks_.size()), count});
      tracks_.push_back(simulator::synthesizeCrateTrack(
          simulator::familyRecipe(choice_.seed, genre, choice_.firstFamily + from + i % families,
                                  i / families, choice_.trackSeconds)));
    }
  }
}

void Crates::readFiles(const ReportProgress& progress) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(choice_.folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  const fs::path cache = fs::temp_directory_path() / "dju-dataset-pcm";
  fs::create_directories(cache);
  for (const fs::path& file : files) {
    if (progress)
      progress({"tracks", static_cast<int>(tracks_.size()), static_cast<int>(files.size())});
    tracks_.push_back(simulator::readCrateTrack(file, cache));
  }
}

std::string Crates::groupOf(const simulator::CrateTrack& track) const {
  return choice_.folder.empty() ? familyGroup(track.genre) : "family";
}

void Crates::dealInto(Splits& splits) {
  Groups families;
  for (const simulator::CrateTrack& track : tracks_) {
    auto& members = families[groupOf(track)];
    if (std::find(members.begin(), members.end(), track.family) == members.end())
      members.push_back(track.family);
  }
  dealGroups(families, choice_.seed, splits);
  divideBy(splits);
}

void Crates::divideBy(const Splits& splits) {
  for (const simulator::CrateTrack& track : tracks_) {
    const SplitName split = splits.of(groupOf(track), track.family);
    crates_[static_cast<std::size_t>(split)].push_back(&track);
  }
}

void dealFamilies(const TrackChoice& choice, Splits& splits) {
  Groups families;
  for (const demo::Genre genre : genresNamed(choice.genres)) {
    auto& members = families[familyGroup(demo::genreSpec(genre).id)];
    for (int family = 0; family < choice.families; ++family)
      members.push_back(simulator::familyRecipe(choice.seed, genre, choice.firstFamily + family, 0,
                                                choice.trackSeconds)
                            .familyId());
  }
  dealGroups(families, choice.seed, splits);
}

}  // namespace dju::dataset
