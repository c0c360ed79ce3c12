// Every trial of a search on disk, one JSON object a line, and the rule by which a hopeless one is
// cut short. A search that was killed is started again with the same seed, asks for the same points
// and is told what the log knows; only what is missing is tried. Plain files; one thread.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "learning/recipes/model_settings.h"

namespace dju::learning {

struct Trial {
  std::vector<double> point;
  ModelSettings settings;
  double loss = 0;             // the best on validation
  std::vector<double> losses;  // of its epochs
  bool cutShort = false;
};

class TrialLog {
 public:
  // Takes up what is in the file; a torn last line, of a search that was killed, is left out.
  // Throws Error when a line is malformed or `search` is not the one that the file was made by.
  TrialLog(std::filesystem::path file, const std::string& search);

  const std::vector<Trial>& trials() const { return trials_; }
  const Trial* find(std::span<const double> point) const;
  // Throws Error when the disk refuses.
  void add(Trial trial);

  // Whether a trial with these losses so far is worse than half of those before it were at the same
  // epoch (the median rule of Golovin et al. 2017, "Google Vizier"). Never in the first epochs, nor
  // among the first trials.
  bool isHopeless(std::span<const double> losses) const;

 private:
  std::filesystem::path file_;
  std::vector<Trial> trials_;
};

}  // namespace dju::learning
