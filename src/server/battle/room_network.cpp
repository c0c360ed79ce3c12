// What lies between the DJs of a room and its engine: measured, told to all, written into the log,
// and made the policy by which their commands are put right.
#include <algorithm>
#include <cmath>

#include "server/battle/room.h"

namespace dju::server {
namespace {

using nlohmann::json;

constexpr auto kMeasure = std::chrono::milliseconds(250);
constexpr auto kTell = std::chrono::seconds(1);
constexpr double kLongestReportMs = 10000;
// Below this a new figure is noise.
constexpr FrameCount kPolicyStep = 2 * kSampleRate / 1000;
constexpr double kTellStepMs = 2;
constexpr double kTellStepLoss = 0.005;

bool alike(FrameCount a, FrameCount b) {
  return a == b || (a != 0 && b != 0 && std::abs(a - b) < kPolicyStep);
}
bool alike(const DelayPolicy& a, const DelayPolicy& b) {
  return alike(a.bound, b.bound) && alike(a.hold, b.hold) && alike(a.gesture, b.gesture);
}

bool alike(const PlayerNetwork& a, const PlayerNetwork& b) {
  return std::abs(a.link.rttMs - b.link.rttMs) < kTellStepMs &&
         std::abs(a.link.jitterMs - b.link.jitterMs) < kTellStepMs &&
         std::abs(a.link.lossShare - b.link.lossShare) < kTellStepLoss &&
         std::abs(a.playoutMs - b.playoutMs) < kTellStepMs;
}

double rounded(double value, double step) {
  return std::round(value / step) * step;
}

double milliseconds(FrameCount frames) {
  return rounded(static_cast<double>(frames) * 1000 / kSampleRate, 0.1);
}

}  // namespace

Result<json> Room::reportLatency(const ClientId& client, const json& payload) {
  auto found = member(client);
  if (!found) return found.error();
  const auto at = payload.is_object() ? payload.find("playoutMs") : payload.end();
  if (!payload.is_object() || at == payload.end() || !at->is_number())
    return Error(ErrorCode::kInvalid, "latency-report: playoutMs: send a number of milliseconds");
  found.value()->playoutMs = std::clamp(at->get<double>(), 0.0, kLongestReportMs);
  return json::object();
}

// Of several connections of one DJ the one that hears something counts.
std::optional<PlayerNetwork> Room::networkOf(Seat seat) const {
  std::optional<PlayerNetwork> best;
  for (const auto& [client, member] : members_) {
    if (member.seat != seat || (best && best->playoutMs >= member.playoutMs)) continue;
    best = PlayerNetwork{output_.link(client), member.playoutMs};
  }
  return best;
}

// The delay that both DJs shall have: the larger of the two, while both are there.
double Room::equalDelayMs() const {
  double most = 0;
  for (const auto& network : networks_) {
    if (!config_.equalDelay || !network) return 0;
    most = std::max(most, network->delayMs());
  }
  return most;
}

void Room::measureNetworks(Clock::time_point now) {
  if (config_.replay || now - networksMeasured_ < kMeasure) return;
  networksMeasured_ = now;
  for (int i = 0; i < kSeats; ++i) networks_[i] = networkOf(static_cast<Seat>(i));
  const double equalMs = equalDelayMs();
  for (int i = 0; i < kSeats; ++i)
    if (networks_[i]) setPolicy(static_cast<Seat>(i), networks_[i]->policy(equalMs));
  if (now - networksTold_ < kTell) return;
  const auto changed = [this](int i) {
    return networks_[i].has_value() != toldNetworks_[i].has_value() ||
           (networks_[i] && !alike(*networks_[i], *toldNetworks_[i]));
  };
  if (!changed(0) && !changed(1)) return;
  networksTold_ = now;
  toldNetworks_ = networks_;
  presenceChanged_ = true;
  logNetworks();
}

void Room::setPolicy(Seat seat, const DelayPolicy& policy) {
  DelayPolicy& known = policies_[static_cast<int>(seat)];
  if (alike(known, policy)) return;
  Inbound inbound;
  inbound.kind = Inbound::Kind::kPolicy;
  inbound.player = static_cast<engine::PlayerIndex>(seat);
  inbound.policy = policy;
  if (battle_->post(inbound)) known = policy;
}

json Room::networkJson(Seat seat) const {
  const auto& network = networks_[static_cast<int>(seat)];
  const auto known = [](bool is, double value) { return is ? json(value) : json(); };
  const bool measured = network && network->link.rttMs > 0;
  return {
      {"rttMs", known(measured, network ? rounded(network->link.rttMs, 0.1) : 0)},
      {"jitterMs", known(measured, network ? rounded(network->link.jitterMs, 0.1) : 0)},
      {"loss", known(network.has_value(), network ? rounded(network->link.lossShare, 0.001) : 0)},
      {"playoutMs",
       known(network && network->playoutMs > 0, network ? rounded(network->playoutMs, 0.1) : 0)},
      {"delayMs", known(measured, network ? rounded(network->delayMs(), 0.1) : 0)},
      {"holdMs", milliseconds(policies_[static_cast<int>(seat)].hold)}};
}

void Room::logNetworks() {
  json players = json::object();
  for (int i = 0; i < kSeats; ++i)
    if (networks_[i]) players[deckLetter(i)] = networkJson(static_cast<Seat>(i));
  logEvent("network", {{"equalDelay", config_.equalDelay}, {"players", players}});
}

}  // namespace dju::server
