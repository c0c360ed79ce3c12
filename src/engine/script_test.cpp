// Plays src/engine/scripts/*.dju-test: tests that a DJ can read. docs/engine.md has the format.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
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
      append("A", sound.stems[0]);
      append("B", sound.stems[1]);
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
      tracks_[w.at(1)] = battle_.provide(std::move(track));
    } else if (w[0] == "at" && w.at(2) == "expect") {
      expectations_.push_back({time(w[1]), time(w[1]), {w.begin() + 3, w.end()}, line});
    } else if (w[0] == "from" && w.at(4) == "expect") {
      expectations_.push_back({time(w[1]), time(w[3]), {w.begin() + 5, w.end()}, line});
    } else if (w[0] == "at") {
      command(time(w[1]), w[2], w[3], valueOf(w[3], w.at(4)));
    } else if (w[0] == "from") {  // from T to T WHO CONTROL FIRST LAST: a hand moving it steadily
      const std::int64_t from = time(w.at(1)), to = time(w.at(3));
      const double first = std::stod(w.at(6)), last = std::stod(w.at(7));
      for (std::int64_t at = from; at <= to; at += kBlockFrames) {
        const double part = static_cast<double>(at - from) / static_cast<double>(to - from);
        command(at, w[4], w[5], first + part * (last - first));
      }
      command(to, w[4], w[5], last);
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
    const int target = pad ? std::stoi(who.substr(4)) - 1 : who == "B" || who == "phones-B" ? 1 : 0;
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
    if (w[0] == "offset") {  // offset A B below MS
      const Telemetry& t = stateAt(e.from);
      double beats =
          static_cast<double>(t.decks[0].beatPhase) - static_cast<double>(t.decks[1].beatPhase);
      beats -= std::round(beats);
      const double ms = std::abs(beats) * 60000 / static_cast<double>(t.decks[0].bpm);
      EXPECT_LT(ms, std::stod(w.at(4))) << e.line;
      return;
    }
    if (w.at(1) == "peak") return checkPeak(e);
    if (w[1] == "tone") return checkTone(e);
    const DeckTelemetry& deck = stateAt(e.from).decks[w[0] == "B" ? 1 : 0];
    const bool playing = (deck.flags & kDeckPlaying) != 0;
    const bool previewing = (deck.flags & kDeckPreviewing) != 0;
    if (w[1] == "playing") {
      EXPECT_TRUE(playing && !previewing) << e.line;
    } else if (w[1] == "previewing") {
      EXPECT_TRUE(previewing) << e.line;
    } else if (w[1] == "paused") {
      EXPECT_FALSE(playing) << e.line;
    } else {  // WHO NUMBER is VALUE within TOLERANCE; position in seconds
      const double value = w[1] == "position" ? deck.position / kSampleRate
                           : w[1] == "rate"   ? static_cast<double>(deck.rate)
                           : w[1] == "bpm"    ? static_cast<double>(deck.bpm)
                           : w[1] == "key"    ? static_cast<double>(deck.keyShift)
                                              : static_cast<double>(deck.beatPhase);
      EXPECT_NEAR(value, std::stod(w.at(3)), std::stod(w.at(5))) << e.line;
    }
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
  TestBattle battle_;
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
  EXPECT_GE(count, 12);
}

}  // namespace
}  // namespace dju::engine
