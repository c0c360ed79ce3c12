// Battles and practice from their logs: rendered again, both DJs' decks apart, with the votes of
// the audience. A log in which two people were heard is a battle, one with a single one is
// practice. Callers: app/. Takes as long as rendering.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dataset/collectors/collector.h"
#include "engine/battle_log.h"
#include "engine/render.h"

namespace dju::dataset {

// A log with everything that is needed to hear it.
struct LogSource {
  engine::BattleLog log;
  std::vector<engine::LoadedTrack> sound;    // by the log's track index
  std::vector<judge::JudgedTrack> tracks;    // likewise
  std::vector<std::string> licenses;         // likewise; "unknown" where nobody has stated one
  int votesA = 0, votesB = 0, votesTie = 0;  // of the audience
  std::shared_ptr<const void> memory;        // keeps `sound` alive
};

// The next log, or nothing after the last. Throws Error for one that cannot be read.
using NextLog = std::function<std::optional<LogSource>()>;

enum class LogKind { kBattle, kPractice };

class LogCollector : public Collector {
 public:
  LogCollector(LogKind kind, NextLog next) : kind_(kind), next_(std::move(next)) {}

  std::string_view source() const override {
    return kind_ == LogKind::kBattle ? "battle" : "practice";
  }
  void collect(const std::function<void(CollectedRecord)>& take,
               const std::function<void(const std::string&)>& leaveOut) override;

 private:
  LogKind kind_;
  NextLog next_;
};

// One log. Throws Error where its tracks do not fit it.
CollectedRecord recordOf(const LogSource& source);

}  // namespace dju::dataset
