#include "engine/telemetry.h"

#include <bit>
#include <cstring>
#include <string>

namespace dju::engine {
namespace {

static_assert(std::endian::native == std::endian::little, "the record is little-endian");

constexpr std::size_t kHeadBytes = 64;
constexpr std::size_t kDeckBytes = 176;
constexpr std::size_t kHeadPadding = 6, kDeckPadding = 3;

class Writer {
 public:
  explicit Writer(std::size_t size) { bytes_.reserve(size); }
  template <typename T>
  void put(T value) {
    std::uint8_t raw[sizeof value];
    std::memcpy(raw, &value, sizeof value);
    bytes_.insert(bytes_.end(), raw, raw + sizeof value);
  }
  void pad(std::size_t bytes) { bytes_.insert(bytes_.end(), bytes, 0); }
  std::vector<std::uint8_t> take() { return std::move(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
};

// The caller has checked the size.
class Reader {
 public:
  explicit Reader(const std::uint8_t* from) : from_(from) {}
  template <typename T>
  void get(T& value) {
    std::memcpy(&value, from_, sizeof value);
    from_ += sizeof value;
  }
  void get(bool& value) {
    std::uint8_t byte = 0;
    get(byte);
    value = byte != 0;
  }
  void skip(std::size_t bytes) { from_ += bytes; }

 private:
  const std::uint8_t* from_;
};

// The one list of a deck's fields, for both directions, in the order of docs/telemetry.md.
template <typename Deck, typename Visit>
void visitDeck(Deck& deck, Visit visit) {
  visit(deck.position);
  visit(deck.cuePosition);
  for (auto& position : deck.hotCuePosition) visit(position);
  visit(deck.rate);
  visit(deck.tempoPercent);
  visit(deck.bpm);
  visit(deck.beatPhase);
  visit(deck.barBeat);
  visit(deck.keyShift);
  visit(deck.trimGain);
  visit(deck.autoGain);
  visit(deck.filter);
  visit(deck.eqLow);
  visit(deck.eqMid);
  visit(deck.eqHigh);
  visit(deck.faderGain);
  visit(deck.crossfaderGain);
  visit(deck.audibleShare);
  visit(deck.peak);
  visit(deck.vu);
  for (auto& mix : deck.fxMix) visit(mix);
  visit(deck.track);
  visit(deck.flags);
  visit(deck.lastControl);
  visit(deck.lastPlayer);
  visit(deck.fxOn);
  visit(deck.hotCues);
}

template <typename Record, typename Visit>
void visitMixer(Record& record, Visit visit) {
  visit(record.crossfader);
  visit(record.masterGain);
  visit(record.limiterGain);
  for (auto& peak : record.masterPeak) visit(peak);
  for (auto& rms : record.masterRms) visit(rms);
  for (auto& vu : record.masterVu) visit(vu);
  visit(record.masterTruePeak);
  visit(record.masterFxMix);
  visit(record.masterFxOn);
  visit(record.samplers);
}

}  // namespace

std::vector<std::uint8_t> encode(const Telemetry& telemetry) {
  Writer out(kHeadBytes + kDeckBytes * telemetry.deckCount);
  const auto put = [&](const auto& field) { out.put(field); };
  out.put(kTelemetryVersion);
  out.put(telemetry.deckCount);
  out.put(std::uint8_t{0});
  out.put(telemetry.frame.index());
  visitMixer(telemetry, put);
  out.pad(kHeadPadding);
  for (int d = 0; d < telemetry.deckCount && d < kMaxDecks; ++d) {
    visitDeck(telemetry.decks[d], put);
    out.pad(kDeckPadding);
  }
  return out.take();
}

Result<Telemetry> decodeTelemetry(const std::uint8_t* data, std::size_t size) {
  if (size < kHeadBytes) {
    return Error(ErrorCode::kInvalid, "telemetry: " + std::to_string(size) +
                                          " bytes, a record has at least " +
                                          std::to_string(kHeadBytes));
  }
  Reader in(data);
  std::uint16_t version = 0;
  in.get(version);
  if (version != kTelemetryVersion) {
    return Error(ErrorCode::kUnsupported, "telemetry: version " + std::to_string(version) +
                                              ", this program reads version " +
                                              std::to_string(kTelemetryVersion));
  }
  Telemetry telemetry;
  std::uint8_t reserved = 0;
  in.get(telemetry.deckCount);
  in.get(reserved);
  if (telemetry.deckCount < 1 || telemetry.deckCount > kMaxDecks ||
      size != kHeadBytes + kDeckBytes * telemetry.deckCount) {
    return Error(ErrorCode::kInvalid, "telemetry: " + std::to_string(size) + " bytes for " +
                                          std::to_string(telemetry.deckCount) + " decks");
  }
  const auto get = [&](auto& field) { in.get(field); };
  std::int64_t frame = 0;
  in.get(frame);
  telemetry.frame = Frame(frame);
  visitMixer(telemetry, get);
  in.skip(kHeadPadding);
  for (int d = 0; d < telemetry.deckCount; ++d) {
    visitDeck(telemetry.decks[d], get);
    in.skip(kDeckPadding);
  }
  return telemetry;
}

}  // namespace dju::engine
