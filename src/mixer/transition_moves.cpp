#include "mixer/transition_moves.h"

#include <algorithm>

namespace dju::mixer {
namespace {

using engine::ControlId;

class MoveList {
 public:
  MoveList(const Genome& genome, const std::array<int, 2>& decks)
      : genome_(genome), decks_(decks) {}

  std::vector<Move> write() {
    add(genome_.enterBar, Side::kIn, ControlId::kPlay, 1);
    for (const Side side : {Side::kOut, Side::kIn}) {
      steps(side);
      effects(side);
      loops(side);
    }
    cuts();
    std::stable_sort(moves_.begin(), moves_.end(),
                     [](const Move& a, const Move& b) { return a.bar < b.bar; });
    return std::move(moves_);
  }

 private:
  int deckOf(Side side) const { return decks_[static_cast<std::size_t>(side)]; }
  void add(double bar, Side side, ControlId control, double value) {
    moves_.push_back({bar, control, deckOf(side), value});
  }

  void steps(Side side) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const Curve& curve = genome_.curve(side, static_cast<Lane>(lane));
      if (!curve.stepped) continue;
      for (std::size_t b = 0; b < curve.values.size(); ++b) {
        if (b > 0 && curve.values[b] == curve.values[b - 1]) continue;
        const double bar = static_cast<double>(b);
        const bool gain = static_cast<Lane>(lane) == Lane::kGain;
        add(bar, side, laneControl(static_cast<Lane>(lane)),
            gain ? heardGain(genome_, side, bar) : curve.values[b]);
      }
    }
  }

  void effects(Side side) {
    std::array<double, engine::kEffectSlots> freeFrom{};
    for (const EffectUse& use : byBar(genome_.effects)) {
      if (use.side != side) continue;
      const auto slot = std::find_if(freeFrom.begin(), freeFrom.end(),
                                     [&](double bar) { return bar <= use.fromBar; });
      if (slot == freeFrom.end()) continue;
      *slot = use.toBar;
      const auto n = static_cast<int>(slot - freeFrom.begin());
      add(use.fromBar, side, offset(ControlId::kFxType1, n), use.effect);
      add(use.fromBar, side, offset(ControlId::kFxBeats1, n), use.beats);
      add(use.fromBar, side, offset(ControlId::kFxAmount1, n), use.amount);
      add(use.fromBar, side, offset(ControlId::kFxTone1, n), use.tone);
      add(use.fromBar, side, offset(ControlId::kFxMix1, n), use.mix);
      add(use.fromBar, side, offset(ControlId::kFxOn1, n), 1);
      add(use.toBar, side, offset(ControlId::kFxOn1, n), 0);
    }
  }

  void loops(Side side) {
    const std::vector<LoopUse> uses = byBar(genome_.loops);
    for (const LoopUse& use : uses) {
      if (use.side != side) continue;
      add(use.fromBar, side, use.rolled ? ControlId::kLoopRoll : ControlId::kBeatloop, use.beats);
      // A roll that another one follows at once goes over into it.
      const bool follows =
          use.rolled && std::any_of(uses.begin(), uses.end(), [&](const LoopUse& next) {
            return next.side == side && next.rolled && next.fromBar == use.toBar;
          });
      if (!follows) add(use.toBar, side, use.rolled ? ControlId::kLoopRoll : ControlId::kLoop, 0);
    }
  }

  void cuts() {
    for (const CutPoint& cut : genome_.cuts) {
      for (const Side side : {Side::kOut, Side::kIn})
        add(cut.bar, side, ControlId::kVolume, heardGain(genome_, side, cut.bar));
    }
  }

  template <typename Use>
  static std::vector<Use> byBar(std::vector<Use> uses) {
    std::stable_sort(uses.begin(), uses.end(),
                     [](const Use& a, const Use& b) { return a.fromBar < b.fromBar; });
    return uses;
  }

  const Genome& genome_;
  std::array<int, 2> decks_;
  std::vector<Move> moves_;
};

}  // namespace

engine::ControlId laneControl(Lane lane) {
  constexpr std::array<ControlId, kLanes> kControls = {ControlId::kVolume, ControlId::kEqLow,
                                                       ControlId::kEqMid, ControlId::kEqHigh,
                                                       ControlId::kFilter};
  return kControls[static_cast<std::size_t>(lane)];
}

double heardGain(const Genome& genome, Side side, double bar) {
  Heard heard = Heard::kBoth;
  for (const CutPoint& cut : genome.cuts) {
    if (cut.bar <= bar) heard = cut.heard;
  }
  const Heard own = side == Side::kOut ? Heard::kOut : Heard::kIn;
  if (heard != Heard::kBoth && heard != own) return 0;
  return genome.curve(side, Lane::kGain).at(bar);
}

std::vector<Move> timedMoves(const Genome& genome, const std::array<int, 2>& decks) {
  return MoveList(genome, decks).write();
}

}  // namespace dju::mixer
