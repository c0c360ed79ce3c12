// Plays src/engine/scripts/*.dju-test: tests that a DJ can read. docs/engine.md has the format.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include "engine/test_support.h"

namespace dju::engine {
namespace {

using test::TestBattle;

struct Expectation {
  std::int64_t from = 0, to = 0;
  std::vector<std::string> words;
  std::string line;
};

class Script {
 public:
  explicit Script(const std::filesystem::path& file) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
      const std::string text = line.substr(0, line.find('#'));
      std::istringstream stream(text);
      std::vector<std::string> words;
      for (std::string word; stream >> word;) words.push_back(word);
      if (!words.empty()) read(words, text);
    }
  }

  void play() {
    std::int64_t end = 0;
    for (const Expectation& e : expectations_) end = std::max(end, e.to);
    end += 2 * kBlockFrames;
    for (std::int64_t done = 0; done < end; done += kBlockFrames) {
      const auto sound = battle_.render(kBlockFrames);
      append("master", sound.master);
      const char* const names[] = {"A", "B", "C", "D"};
      for (int d = 0; d < kMaxDecks; ++d) append(names[d], sound.stems[d]);
      append("phones-A", sound.monitors[0]);
      append("phones-B", sound.monitors[1]);
      states_.push_back(battle_->telemetry());
    }
    for (const Expectation& e : expectations_) check(e);
  }

 private:
  // "2.5s", "bar:5" and "beat:17" (both from 1, at the script's tempo).
  std::int64_t time(const std::string& word) const {
    const double beat = kSampleRate * 60 / tempo_;
    if (word.rfind("bar:", 0) == 0) return std::llround((std::stod(word.substr(4)) - 1) * 4 * beat);
    if (word.rfind("beat:", 0) == 0) return std::llround((std::stod(word.substr(5)) - 1) * beat);
    return std::llround(std::stod(word) * kSampleRate);
  }

  void read(const std::vector<std::string>& w, const std::string& line) {
    if (w[0] == "tempo") {
      tempo_ = std::stod(w.at(1));
    } else if (w[0] == "track") {
      auto track = makeTrack(w);
      if (w.size() > 6 && w[5] == "gain") track.loaded.gainDb = std::stod(w[6]);
      if (w.size() > 6 && w[5] == "key") track.loaded.key = std::stoi(w[6]);
      tracks_[w.at(1)] = battle_.provide(std::move(track));
    } else if (w[0] == "at" && w.at(2) == "expect") {
      expectations_.push_back({time(w[1]), time(w[1]), {w.begin() + 3, w.end()}, line});
    } else if (w[0] == "from" && w.at(4) == "expect") {
      expectations_.push_back({time(w[1]), time(w[3]), {w.begin() + 5, w.end()}, line});
    } else if (w[0] == "at" && w.at(2) == "over") {  // at T over N bars WHO CONTROL FIRST LAST
      const std::int64_t from = time(w[1]);
      const double beats = std::stod(w.at(3)) * (w.at(4) == "bars" ? 4 : 1);
      glide(from, from + std::llround(beats * kSampleRate * 60 / tempo_), {w.begin() + 5, w.end()});
    } else if (w[0] == "at") {
      command(time(w[1]), w[2], w[3], valueOf(w[3], w.at(4)));
    } else if (w[0] == "from") {  // from T to T WHO CONTROL FIRST LAST: a hand moving it steadily
      glide(time(w.at(1)), time(w.at(3)), {w.begin() + 4, w.end()});
    } else {
      ADD_FAILURE() << "not understood: " << line;
    }
  }

  // A number, the name of a track, or of an effect.
  double valueOf(const std::string& control, const std::string& word) const {
    if (control == "load" || control == "sampler_load") return tracks_.at(word);
    const auto* effect = std::find(std::begin(kEffectIds), std::end(kEffectIds), word);
    return effect == std::end(kEffectIds) ? std::stod(word)
                                          : static_cast<double>(effect - std::begin(kEffectIds));
  }

  // WHO CONTROL FIRST LAST
  void glide(std::int64_t from, std::int64_t to, const std::vector<std::string>& w) {
    const double first = std::stod(w.at(2)), last = std::stod(w.at(3));
    // A long move in no more commands than the battle holds.
    const std::int64_t step = std::max<std::int64_t>(kBlockFrames, (to - from) / 2000);
    for (std::int64_t at = from; at <= to; at += step) {
      const double part = static_cast<double>(at - from) / static_cast<double>(to - from);
      command(at, w[0], w[1], first + part * (last - first));
    }
    command(to, w[0], w[1], last);
  }

  static test::TestTrack makeTrack(const std::vector<std::string>& w) {
    const double number = std::stod(w.at(3)), seconds = std::stod(w.at(4));
    if (w.at(2) == "click") return test::clickTrack(seconds, number);
    if (w[2] == "music") return test::musicTrack(seconds, number);
    if (w[2] == "noise") return test::noiseTrack(seconds, 1, 0.5, number);
    return test::sineTrack(seconds, number);
  }

  void command(std::int64_t frame, const std::string& who, const std::string& name, double value) {
    const auto control = findControl(name);
    ASSERT_TRUE(control) << name;
    const bool pad = who.rfind("pad-", 0) == 0;
    const int target = pad ? std::stoi(who.substr(4)) - 1 : deckOf(who);
    EXPECT_EQ(battle_.at(frame, *control, value, target), Accepted::kYes) << name;
  }

  void append(const std::string& name, const std::vector<float>& sound) {
    auto& whole = sounds_[name];
    whole.insert(whole.end(), sound.begin(), sound.end());
  }

  const Telemetry& stateAt(std::int64_t frame) const {
    return states_[static_cast<std::size_t>((frame + kBlockFrames - 1) / kBlockFrames)];
  }

  void check(const Expectation& e) {
    const auto& w = e.words;
    if (w[0] == "offset") {  // offset A B|clock below MS
      const Telemetry& t = stateAt(e.from);
      const DeckTelemetry& one = t.decks[deckOf(w.at(1))];
      double beats = static_cast<double>(one.beatPhase);
      beats -=
          static_cast<double>(w.at(2) == "clock" ? t.clockBeat : t.decks[deckOf(w[2])].beatPhase);
      beats -= std::round(beats);
      const double ms = std::abs(beats) * 60000 / static_cast<double>(one.bpm);
      EXPECT_LT(ms, std::stod(w.at(4))) << e.line;
      return;
    }
    if (w.at(1) == "peak") return checkPeak(e);
    if (w[1] == "tone") return checkTone(e);
    const DeckTelemetry& deck = stateAt(e.from).decks[deckOf(w[0])];
    const bool playing = (deck.flags & kDeckPlaying) != 0;
    const bool previewing = (deck.flags & kDeckPreviewing) != 0;
    if (const auto flag = flagOf(w[1])) {
      EXPECT_TRUE(deck.flags & *flag) << e.line;
    } else if (w[1] == "not") {
      const auto absent = flagOf(w.at(2));
      ASSERT_TRUE(absent) << e.line;
      EXPECT_FALSE(deck.flags & *absent) << e.line;
    } else if (w[1] == "playing") {
      EXPECT_TRUE(playing && !previewing) << e.line;
    } else if (w[1] == "previewing") {
      EXPECT_TRUE(previewing) << e.line;
    } else if (w[1] == "paused") {
      EXPECT_FALSE(playing) << e.line;
    } else {  // WHO NUMBER is VALUE within TOLERANCE; position in seconds
      const auto value = numberOf(deck, w[1]);
      ASSERT_TRUE(value) << "not understood: " << e.line;
      EXPECT_NEAR(*value, std::stod(w.at(3)), std::stod(w.at(5))) << e.line;
    }
  }

  // Positions in seconds, the loop's size in beats.
  static std::optional<double> numberOf(const DeckTelemetry& deck, const std::string& name) {
    if (name == "position") return deck.position / kSampleRate;
    if (name == "slip-position") return deck.slipPosition / kSampleRate;
    if (name == "loop-in") return deck.loopIn / kSampleRate;
    if (name == "loop-out") return deck.loopOut / kSampleRate;
    if (name == "loop-beats") return deck.loopBeats;
    if (name == "rate") return deck.rate;
    if (name == "tempo") return deck.tempoPercent;
    if (name == "bpm") return deck.bpm;
    if (name == "key") return deck.keyShift;
    if (name == "phase") return deck.beatPhase;
    if (name == "cue") return deck.cuePosition / kSampleRate;
    if (name.rfind("hotcue-", 0) == 0) {
      return deck.hotCuePosition.at(std::stoul(name.substr(7)) - 1) / kSampleRate;
    }
    return std::nullopt;
  }

  static std::optional<std::uint32_t> flagOf(const std::string& name) {
    static const std::map<std::string, std::uint32_t> kFlags = {
        {"looping", kDeckLooping},       {"rolling", kDeckRolling}, {"slipping", kDeckSlipping},
        {"reversed", kDeckReverse},      {"braking", kDeckBraking}, {"leading", kDeckLeader},
        {"scratching", kDeckScratching}, {"at-end", kDeckAtEnd},
    };
    const auto found = kFlags.find(name);
    if (found == kFlags.end()) return std::nullopt;
    return found->second;
  }

  static int deckOf(const std::string& who) {
    static const std::map<std::string, int> kDecks = {
        {"B", 1}, {"phones-B", 1}, {"C", 2}, {"D", 3}};
    const auto found = kDecks.find(who);
    return found == kDecks.end() ? 0 : found->second;
  }

  // WHO peak below|above DB
  void checkPeak(const Expectation& e) {
    const auto& sound = sounds_.at(e.words[0]);
    double most = 0;
    for (int channel = 0; channel < kChannels; ++channel) {
      most =
          std::max(most, test::peak(test::channel(sound, channel, static_cast<std::size_t>(e.from),
                                                  static_cast<std::size_t>(e.to - e.from))));
    }
    if (e.words.at(2) == "below") {
      EXPECT_LT(test::toDb(most), std::stod(e.words.at(3))) << e.line;
    } else {
      EXPECT_GT(test::toDb(most), std::stod(e.words.at(3))) << e.line;
    }
  }

  // WHO tone HZ below|above DB: how loud a sine of that frequency sounds, on the left
  void checkTone(const Expectation& e) {
    const double level = test::toDb(
        test::amplitudeAt(test::channel(sounds_.at(e.words[0]), 0, static_cast<std::size_t>(e.from),
                                        static_cast<std::size_t>(e.to - e.from)),
                          std::stod(e.words.at(2))));
    if (e.words.at(3) == "below") {
      EXPECT_LT(level, std::stod(e.words.at(4))) << e.line;
    } else {
      EXPECT_GT(level, std::stod(e.words.at(4))) << e.line;
    }
  }

  double tempo_ = 120;
  TestBattle battle_{BattleConfig{.decks = kMaxDecks}};
  std::map<std::string, std::uint32_t> tracks_;
  std::vector<Expectation> expectations_;
  std::map<std::string, std::vector<float>> sounds_;
  std::vector<Telemetry> states_;
};

TEST(Scripts, AllOfThemHold) {
  int count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(DJU_SOURCE_DIR "/src/engine/scripts")) {
    if (entry.path().extension() != ".dju-test") continue;
    SCOPED_TRACE(entry.path().filename().string());
    Script(entry.path()).play();
    ++count;
  }
  EXPECT_GE(count, 60);
}

}  // namespace
}  // namespace dju::engine
