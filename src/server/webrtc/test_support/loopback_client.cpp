#include "server/webrtc/test_support/loopback_client.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/random.h"
#include "core/time.h"
#include "server/webrtc/packet_kind.h"
#include "server/webrtc/rtcp.h"
#include "server/webrtc/stun.h"

namespace dju::server::webrtc {
namespace {

constexpr std::uint32_t kOwnSsrc = 0x10203040;
constexpr int kMaxFrame = 5760;
constexpr auto kLate = std::chrono::milliseconds(20);

std::string_view after(std::string_view text, std::string_view key) {
  const std::size_t at = text.find(key);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + key.size());
  return text.substr(0, text.find('\r'));
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    parts.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

}  // namespace

LoopbackClient::LoopbackClient(const DtlsIdentity& identity, const Options& options)
    : identity_(identity),
      options_(options),
      ufrag_(fmt::format("c{:07x}", options.seed & 0xfffffff)),
      pwd_(fmt::format("{:024x}", options.seed)),
      random_(options.seed) {
  if (options_.decode) decoder_.reset(opus_decoder_create(48000, 2, nullptr));
}

LoopbackClient::~LoopbackClient() {
  if (fd_ >= 0) close(fd_);
}

std::string LoopbackClient::offer() const {
  Fingerprint fingerprint = identity_.fingerprint();
  if (options_.wrongFingerprint) fingerprint[0] ^= 1;
  const std::string sdp = fmt::format(
      "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0{4}\r\n"
      "m=audio 9 UDP/TLS/RTP/SAVPF {0}\r\nc=IN IP4 "
      "0.0.0.0\r\na=mid:0\r\na=ice-ufrag:{1}\r\na=ice-pwd:{2}\r\n"
      "a=fingerprint:sha-256 {3}\r\na=setup:actpass\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:{0} "
      "opus/48000/2\r\n"
      "a=fmtp:{0} stereo=1\r\na=rtcp-fb:{0} nack\r\n",
      options_.payloadType, ufrag_, pwd_, formatFingerprint(fingerprint),
      options_.channel ? " 1" : "");
  if (!options_.channel) return sdp;
  return sdp +
         "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\n"
         "a=sctp-port:5000\r\na=max-message-size:262144\r\n";
}

void LoopbackClient::begin(std::string_view answer) {
  remoteUfrag_ = after(answer, "a=ice-ufrag:");
  remotePwd_ = after(answer, "a=ice-pwd:");
  const auto hex = after(answer, "a=fingerprint:sha-256 ");
  for (std::size_t i = 0; i < remoteFingerprint_.size() && 3 * i + 2 <= hex.size(); ++i) {
    std::from_chars(hex.data() + 3 * i, hex.data() + 3 * i + 2, remoteFingerprint_[i], 16);
  }
  const auto candidate = split(after(answer, "a=candidate:"));
  remote_ =
      SocketAddress::parse(candidate.at(4), static_cast<std::uint16_t>(std::stoi(candidate.at(5))))
          .value();
  fd_ = socket(remote_.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0 || connect(fd_, remote_.raw(), remote_.size()) != 0) {
    throw Error(ErrorCode::kUnavailable, "loopback client: no socket");
  }
  dtls_ = std::make_unique<DtlsConnection>(
      identity_, DtlsConnection::Role::kClient, remoteFingerprint_,
      [this](ByteView packet) { send(packet); }, options_.onData);
  check();
}

void LoopbackClient::send(ByteView packet) {
  [[maybe_unused]] const auto sent = ::send(fd_, packet.data(), packet.size(), 0);
}

void LoopbackClient::check() {
  lastCheck_ = std::chrono::steady_clock::now();
  std::array<std::uint8_t, 12> transaction{};
  for (auto& byte : transaction) byte = static_cast<std::uint8_t>(++random_);
  send(stunRequest(transaction, remoteUfrag_ + ":" + ufrag_, remotePwd_, checked_));
}

void LoopbackClient::onTimer() {
  const auto interval = checked_ ? std::chrono::milliseconds(2500) : std::chrono::milliseconds(50);
  if (std::chrono::steady_clock::now() - lastCheck_ >= interval) check();
  const auto timer = checked_ ? dtls_->timer() : std::nullopt;
  if (timer && timer->count() <= 0) dtls_->onTimer();
}

void LoopbackClient::onReadable() {
  std::array<std::uint8_t, 2048> buffer;
  for (ssize_t size = 0; (size = recv(fd_, buffer.data(), buffer.size(), 0)) > 0;) {
    if (options_.dropShare > 0 && Random(++random_).uniform() < options_.dropShare) continue;
    onPacket({buffer.data(), static_cast<std::size_t>(size)});
  }
}

void LoopbackClient::onPacket(ByteView packet) {
  switch (packetKind(packet)) {
    case PacketKind::kStun: {
      const auto message = parseStun(packet);
      if (!message || message->type != StunType::kBindingResponse ||
          !verifyIntegrity(*message, remotePwd_))
        return;
      if (!checked_) {
        checked_ = true;
        dtls_->start();
      }
      return;
    }
    case PacketKind::kDtls:
      if (dtls_->receive(packet) == DtlsConnection::State::kConnected && !receiver_) {
        receiver_ = std::make_unique<SrtpReceiver>(dtls_->keys().server);
        sender_ = std::make_unique<SrtpSender>(dtls_->keys().client);
      }
      return;
    case PacketKind::kRtp:
      return onRtp(packet);
    case PacketKind::kRtcp:
      return onRtcp(packet);
    default:
      return;
  }
}

void LoopbackClient::onRtp(ByteView packet) {
  if (!receiver_) return;
  Bytes plain(packet.begin(), packet.end());
  const auto index = receiver_->unprotectRtp(plain);
  if (!index) {
    ++received_.unauthentic;
    return;
  }
  Received& r = received_;
  const bool filled = missing_.erase(*index) > 0;
  if (r.packets > 0 && *index <= r.lastIndex && !filled) {
    ++r.repeated;
    return;
  }
  const std::uint32_t timestamp = read32(plain.data() + 4);
  if (r.packets++ == 0) {
    r.first = std::chrono::steady_clock::now();
    r.firstIndex = *index;
    r.firstTimestamp = timestamp;
    r.payloadType = plain[1] & 0x7f;
    r.ssrc = read32(plain.data() + 8);
  } else if (*index > r.lastIndex + 1) {
    askAgain(r.lastIndex + 1, *index);
  }
  if (!filled) {
    r.lastIndex = *index;
    r.lastTimestamp = timestamp;
    noteArrival(timestamp - r.firstTimestamp);
  }
  if (!decoder_) return;
  const std::size_t before = sound_.size();
  sound_.resize(before + 2 * kMaxFrame);
  const int samples = opus_decode_float(decoder_.get(), plain.data() + 12,
                                        static_cast<opus_int32>(plain.size() - 12),
                                        sound_.data() + before, kMaxFrame, 0);
  sound_.resize(before + 2 * static_cast<std::size_t>(std::max(samples, 0)));
}

void LoopbackClient::noteArrival(std::uint32_t timestamp) {
  using std::chrono::microseconds;
  const auto sinceFirst = microseconds(std::int64_t{timestamp} * 1000000 / kSampleRate);
  const auto base = std::chrono::steady_clock::now() - sinceFirst;
  if (!earliest_ || base < *earliest_) earliest_ = base;
  const auto late = std::chrono::duration_cast<microseconds>(base - *earliest_);
  received_.worstLate = std::max(received_.worstLate, late);
  if (late > kLate) ++received_.late;
}

void LoopbackClient::resetLateness() {
  earliest_.reset();
  received_.late = 0;
  received_.worstLate = {};
}

void LoopbackClient::askAgain(std::uint64_t from, std::uint64_t to) {
  if (!options_.askAgain || to - from > 50) return;
  Bytes words;
  for (std::uint64_t index = from; index < to; ++index) {
    missing_.insert(index);
    append16(words, static_cast<std::uint32_t>(index & 0xffff));
    append16(words, 0);
  }
  Bytes request = receiverReport(kOwnSsrc, {received_.ssrc, 0, 0, 0, 0, 0, 0});
  const Bytes part = nack(kOwnSsrc, received_.ssrc, words);
  request.insert(request.end(), part.begin(), part.end());
  if (sender_->protectRtcp(request)) send(request);
}

void LoopbackClient::onRtcp(ByteView packet) {
  if (!receiver_) return;
  Bytes plain(packet.begin(), packet.end());
  ViewerFeedback feedback;
  if (!receiver_->unprotectRtcp(plain) || !parseRtcp(plain, feedback)) {
    ++received_.unauthentic;
    return;
  }
  ++received_.senderReports;
  if (plain.size() >= 16) lastReport_ = read32(plain.data() + 10);
  lastReportTime_ = std::chrono::steady_clock::now();
  if (!feedback.goodbyes.empty()) received_.goodbye = true;
}

void LoopbackClient::reportBack(std::uint8_t fractionLost) {
  if (!sender_ || received_.packets == 0) return;
  ReceptionReport report;
  report.ssrc = received_.ssrc;
  report.fractionLost = fractionLost;
  report.cumulativeLost = static_cast<std::int32_t>(received_.lost());
  report.highestSequence = static_cast<std::uint32_t>(received_.lastIndex);
  report.jitter = 48;
  report.lastReport = lastReport_;
  const std::chrono::duration<double> since = std::chrono::steady_clock::now() - lastReportTime_;
  report.delay = static_cast<std::uint32_t>(since.count() * 65536);
  Bytes packet = receiverReport(kOwnSsrc, report);
  if (sender_->protectRtcp(packet)) send(packet);
}

void LoopbackClient::askForAll() {
  Bytes words;
  for (int i = 0; i < 31; ++i) {
    append16(words, static_cast<std::uint32_t>((received_.lastIndex - 17 * i) & 0xffff));
    append16(words, 0xffff);
  }
  Bytes request = receiverReport(kOwnSsrc, {received_.ssrc, 0, 0, 0, 0, 0, 0});
  append(request, nack(kOwnSsrc, received_.ssrc, words));
  if (sender_ && sender_->protectRtcp(request)) send(request);
}

LoopbackClient::Elsewhere::Elsewhere(const SocketAddress& remote, std::string username)
    : fd_(socket(remote.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
      username_(std::move(username)) {
  if (fd_ < 0 || connect(fd_, remote.raw(), remote.size()) != 0)
    throw Error(ErrorCode::kUnavailable, "loopback client: no socket");
}

LoopbackClient::Elsewhere::~Elsewhere() {
  close(fd_);
}

void LoopbackClient::Elsewhere::check(std::string_view password) {
  const std::array<std::uint8_t, 12> transaction{9};
  const Bytes request = stunRequest(transaction, username_, password, true);
  [[maybe_unused]] const auto sent = ::send(fd_, request.data(), request.size(), 0);
}

int LoopbackClient::Elsewhere::waiting() {
  std::array<std::uint8_t, 2048> buffer;
  for (ssize_t size = 0; (size = recv(fd_, buffer.data(), buffer.size(), 0)) > 0;) {
    packets_ += packetKind({buffer.data(), static_cast<std::size_t>(size)}) == PacketKind::kRtp;
  }
  return packets_;
}

void LoopbackClient::leave() {
  Bytes packet = receiverReport(kOwnSsrc, {received_.ssrc, 0, 0, 0, 0, 0, 0});
  const Bytes farewell = bye(kOwnSsrc);
  packet.insert(packet.end(), farewell.begin(), farewell.end());
  if (sender_ && sender_->protectRtcp(packet)) send(packet);
}

}  // namespace dju::server::webrtc
