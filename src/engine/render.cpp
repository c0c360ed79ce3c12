#include "engine/render.h"

#include <algorithm>
#include <vector>

namespace dju::engine {
namespace {

// Drives one Battle through one log.
class Replay {
 public:
  Replay(const BattleLog& log, std::span<const LoadedTrack> tracks, const RenderOptions& options)
      : log_(log), options_(options), battle_(withRoom(log)) {
    for (const LogTrack& track : log.tracks) {
      if (track.index < tracks.size()) battle_.provide(track.index, tracks[track.index]);
    }
    if (log.end) {
      end_ = log.end->frame;
    } else if (!log.marks.empty()) {
      end_ = log.marks.back().frame;
    }
  }

  RenderResult run(const RenderSink& sink) {
    result_.sameRevision = log_.header.dspRevision == kDspRevision;
    bool whole = true;
    while (battle_.now() < end_) {
      feed(battle_.now() + step());
      const FrameCount frames =
          std::min({step(), untilNextMark(), std::max<FrameCount>(1, untilNextCommand())});
      render(frames);
      compare();
      if (sink && !sink(frames, outputs_, battle_.telemetry())) {
        whole = battle_.now() >= end_;
        break;
      }
    }
    if (whole && log_.end && log_.end->hash != battle_.mark().hash) differs(*log_.end);
    result_.verified = whole && result_.sameRevision && !result_.firstDifference &&
                       !log_.marks.empty() && nextMark_ == log_.marks.size();
    result_.end = battle_.now();
    result_.hash = battle_.mark().hash;
    return result_;
  }

 private:
  // The log's tracks fit whatever table size a stranger wrote into its header.
  static BattleConfig withRoom(const BattleLog& log) {
    BattleConfig config = log.header.config;
    for (const LogTrack& track : log.tracks) {
      config.maxTracks = std::max(config.maxTracks, static_cast<int>(track.index) + 1);
    }
    return config;
  }

  FrameCount step() {
    if (pendingStep_ == 0) {
      const FrameCount wanted = options_.nextBlock ? options_.nextBlock() : options_.blockFrames;
      pendingStep_ = std::clamp<FrameCount>(wanted, 1, 10 * kSampleRate);
    }
    return std::min(pendingStep_, end_ - battle_.now());
  }
  FrameCount untilNextMark() const { return kMarkFrames - battle_.now().index() % kMarkFrames; }

  // As many of the commands before `until` as there is room for.
  void feed(Frame until) {
    for (; next_ < log_.commands.size() && log_.commands[next_].frame < until; ++next_) {
      const Command& command = log_.commands[next_];
      // Full, and still full at the command's own frame: only a forged log has more commands
      // waiting than its own battle accepted. Such a command is left out.
      if (battle_.schedule(command) == Accepted::kFull && command.frame > battle_.now()) return;
    }
  }
  FrameCount untilNextCommand() const {
    return next_ < log_.commands.size() ? log_.commands[next_].frame - battle_.now() : kMarkFrames;
  }

  void render(FrameCount frames) {
    const auto size = static_cast<std::size_t>(frames * kChannels);
    master_.resize(size);
    outputs_ = {};
    outputs_.master = master_.data();
    for (int d = 0; options_.stems && d < log_.header.config.decks; ++d) {
      stems_[d].resize(size);
      outputs_.stems[d] = stems_[d].data();
    }
    battle_.render(frames, outputs_);
    pendingStep_ = std::max<FrameCount>(0, pendingStep_ - frames);
  }

  void compare() {
    for (; nextMark_ < log_.marks.size() && log_.marks[nextMark_].frame <= battle_.now();
         ++nextMark_) {
      const LogMark& expected = log_.marks[nextMark_];
      const Battle::Mark reached = battle_.mark();
      if (reached.frame != expected.frame || reached.hash != expected.hash) differs(expected);
    }
  }
  void differs(const LogMark& mark) {
    if (!result_.firstDifference) result_.firstDifference = mark;
  }

  const BattleLog& log_;
  const RenderOptions& options_;
  Battle battle_;
  Frame end_;
  std::size_t next_ = 0;
  std::size_t nextMark_ = 0;
  FrameCount pendingStep_ = 0;
  std::vector<float> master_, stems_[kMaxDecks];
  Outputs outputs_;
  RenderResult result_;
};

}  // namespace

RenderResult renderLog(const BattleLog& log, std::span<const LoadedTrack> tracks,
                       const RenderOptions& options, const RenderSink& sink) {
  return Replay(log, tracks, options).run(sink);
}

}  // namespace dju::engine
