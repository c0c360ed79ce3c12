// Who can mix here: those that are always there (mixer/contestants.h), and mixer models that lie in
// the data folder as files. Whoever mixes by name, in the server or in a worker, asks here.
//
//   DATA/mixers/LINEAGE@HASH.json        offered to everybody; an operator puts them here
//   DATA/mixers/bred/LINEAGE@HASH.json   found by name only: what evolution tries
//
// A name holds the hash of the content, so what it once meant it always means: files are read once
// and remembered. Any thread; find() may wait for the disk.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "mixer/mixer_model.h"

namespace dju::mixes {

class Mixers {
 public:
  // Neither needs to exist.
  explicit Mixers(const std::filesystem::path& dataDir);

  // By "name@version". Expected to fail: kNotFound for a name that there is not, kUnavailable where
  // its file cannot be read, holds no model, or holds another one than its name says.
  Result<mixer::Contestant> find(std::string_view name) const;
  // Those that are offered: the ones that are always there, then files in the order of their names.
  // Whether those can be read is not looked at.
  std::vector<std::string> names() const;

  enum class Offer { kToAll, kByNameOnly };
  // Writes a model to where find() finds it; its name. Throws Error where the disk refuses.
  std::string keep(const mixer::MixerModel& model, Offer offer);

 private:
  Result<mixer::Contestant> read(const std::string& name) const;

  std::filesystem::path folder_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, mixer::Contestant, std::less<>> known_;  // guarded by mutex_
};

}  // namespace dju::mixes
