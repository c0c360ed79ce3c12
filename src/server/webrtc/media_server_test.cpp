// Whole sessions against the real server on loopback: offer, ICE, DTLS, SRTP, sound.
#include "server/webrtc/media_server.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <numbers>
#include <set>
#include <thread>

#include "server/webrtc/test_support/loopback_client.h"
#include "server/webrtc/test_support/sctp_page.h"

namespace dju::server {
namespace {

using webrtc::DtlsIdentity;
using webrtc::LoopbackClient;
using Clock = std::chrono::steady_clock;

constexpr double kLeftHz = 440, kRightHz = 1000;

// Pushes a tone of 440 Hz left and 1 kHz right in real time until it goes.
class Tone {
 public:
  Tone(MediaServer& server, std::shared_ptr<MediaSource> source)
      : thread_([this, &server, source] {
          auto due = Clock::now();
          float block[kBlockFrames * 2];
          for (std::int64_t frame = 0; !stop_; frame += kBlockFrames) {
            for (int i = 0; i < kBlockFrames; ++i) {
              const double t = static_cast<double>(frame + i) / kSampleRate * 2 * std::numbers::pi;
              block[2 * i] = static_cast<float>(0.5 * std::sin(t * kLeftHz));
              block[2 * i + 1] = static_cast<float>(0.5 * std::sin(t * kRightHz));
            }
            source->push(Frame(frame), block);
            server.wake();
            std::this_thread::sleep_until(due += std::chrono::milliseconds(5));
          }
        }) {}
  ~Tone() {
    stop_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// Runs the client until `done` or 10 s have passed.
template <typename Done>
bool runUntil(LoopbackClient& client, Done done) {
  const auto deadline = Clock::now() + std::chrono::seconds(10);
  while (!done()) {
    if (Clock::now() > deadline) return false;
    pollfd wait{client.fd(), POLLIN, 0};
    poll(&wait, 1, 10);
    client.onReadable();
    client.onTimer();
  }
  return true;
}

// The share of the last half second's energy of `channel` that lies at `hz`.
double shareAt(const std::vector<float>& sound, int channel, double hz) {
  const std::size_t frames = 24000;
  const std::size_t begin = sound.size() / 2 - frames;
  double re = 0, im = 0, energy = 0;
  for (std::size_t i = 0; i < frames; ++i) {
    const double x = sound[2 * (begin + i) + static_cast<std::size_t>(channel)];
    const double phase = 2 * std::numbers::pi * hz * static_cast<double>(i) / kSampleRate;
    re += x * std::cos(phase);
    im += x * std::sin(phase);
    energy += x * x;
  }
  return 2 * (re * re + im * im) / static_cast<double>(frames) / energy;
}

MediaServer::Options quick() {
  MediaServer::Options options;
  options.startDelay = std::chrono::milliseconds(0);
  return options;
}

class WholeSession : public testing::TestWithParam<ViewerOptions> {};

TEST_P(WholeSession, CarriesTheSoundInStereo) {
  MediaServer server(quick());
  const auto source = server.addSource({"tone", {}});
  const Tone tone(server, source);
  const DtlsIdentity identity;
  LoopbackClient client(identity, {.payloadType = 109, .decode = true});
  const auto offer = server.connect(source, client.offer(), GetParam());
  ASSERT_TRUE(offer.ok()) << offer.error().what();
  client.begin(offer->sdp);
  ASSERT_TRUE(runUntil(client, [&] { return client.sound().size() >= 2 * 48000; }));
  EXPECT_EQ(client.received().payloadType, 109);
  EXPECT_EQ(client.received().unauthentic, 0u);
  EXPECT_EQ(client.received().lost(), 0u);
  EXPECT_EQ(client.received().ssrc, source->ssrc());
  EXPECT_LT(client.received().firstIndex, 0x8000u);
  EXPECT_GT(shareAt(client.sound(), 0, kLeftHz), 0.98);
  EXPECT_GT(shareAt(client.sound(), 1, kRightHz), 0.98);
  EXPECT_GE(client.received().senderReports, 1u);
}

INSTANTIATE_TEST_SUITE_P(Ladder, WholeSession,
                         testing::Values(ViewerOptions{20, 128}, ViewerOptions{40, 128},
                                         ViewerOptions{60, 128}, ViewerOptions{60, 64},
                                         ViewerOptions{20, 256}));

TEST(MediaServer, TakesMessagesOfADataChannelBesideTheSound) {
  std::mutex mutex;
  std::vector<std::string> messages;  // guarded by mutex
  MediaServer::Options options = quick();
  options.onMessage = [&](const std::string& session, std::string_view message) {
    const std::scoped_lock lock(mutex);
    messages.push_back(session + ": " + std::string(message));
  };
  MediaServer server(options);
  const auto source = server.addSource({"tone", {}});
  const Tone tone(server, source);
  const DtlsIdentity identity;
  webrtc::SctpPage page;
  LoopbackClient* self = nullptr;
  bool established = false;
  const auto onData = [&](webrtc::ByteView packet) {
    if (packet[12] == 2) self->say(page.answered(packet));  // INIT ACK
    established = established || packet[12] == 11;          // COOKIE ACK
  };
  LoopbackClient client(identity, {.channel = true, .onData = onData});
  self = &client;
  const auto offer = server.connect(source, client.offer(), {.messages = true});
  ASSERT_TRUE(offer.ok()) << offer.error().what();
  client.begin(offer->sdp);
  ASSERT_TRUE(runUntil(client, [&] { return client.received().packets >= 10; }));
  client.say(page.init(7));
  ASSERT_TRUE(runUntil(client, [&] { return established; }));
  client.say(page.say("play"));
  client.say(page.say("cue"));
  ASSERT_TRUE(runUntil(client, [&] {
    const std::scoped_lock lock(mutex);
    return messages.size() == 2;
  }));
  EXPECT_EQ(messages[0], offer->sessionId + ": play");
  EXPECT_EQ(messages[1], offer->sessionId + ": cue");
  EXPECT_EQ(client.received().lost(), 0u);
}

TEST(MediaServer, SeveralThreadsShareTheSources) {
  MediaServer::Options options = quick();
  options.mediaThreads = 2;
  MediaServer server(options);
  const DtlsIdentity identity;
  for (int i = 0; i < 3; ++i) {
    const auto source = server.addSource({"tone", {}});
    const Tone tone(server, source);
    LoopbackClient client(identity, {});
    const auto offer = server.connect(source, client.offer());
    ASSERT_TRUE(offer.ok()) << offer.error().what();
    client.begin(offer->sdp);
    ASSERT_TRUE(runUntil(client, [&] { return client.received().packets >= 10; })) << i;
    EXPECT_EQ(client.received().ssrc, source->ssrc());
    server.removeSource(source);
  }
}

TEST(MediaServer, ResendsTheIdenticalPacket) {
  MediaServer server(quick());
  const auto source = server.addSource({"tone", {}});
  const Tone tone(server, source);
  const DtlsIdentity identity;
  LoopbackClient client(identity, {.askAgain = true, .dropShare = 0.1, .seed = 7});
  const auto offer = server.connect(source, client.offer());
  client.begin(offer->sdp);
  // Resends are as likely to be dropped as others; what arrives must be authentic.
  ASSERT_TRUE(runUntil(client, [&] {
    const auto stats = server.stats(offer->sessionId);
    return client.received().packets >= 100 && stats->packetsResent > 0;
  }));
  EXPECT_GT(server.stats(offer->sessionId)->nacks, 0u);
  EXPECT_EQ(client.received().unauthentic, 0u);
  EXPECT_LT(client.received().lost(), 10u);
}

TEST(MediaServer, MeasuresTheRoundTrip) {
  MediaServer server(quick());
  const auto source = server.addSource({"tone", {}});
  const Tone tone(server, source);
  const DtlsIdentity identity;
  LoopbackClient client(identity, {});
  const auto offer = server.connect(source, client.offer());
  client.begin(offer->sdp);
  ASSERT_TRUE(runUntil(client, [&] { return client.received().senderReports > 0; }));
  client.reportBack();
  ASSERT_TRUE(
      runUntil(client, [&] { return server.stats(offer->sessionId)->jitter.count() == 1000; }));
  EXPECT_LT(server.stats(offer->sessionId)->rtt, std::chrono::seconds(1));
  EXPECT_TRUE(server.stats(offer->sessionId)->connected);
}

TEST(MediaServer, SendsLessIntoAFullNetworkWithoutAGap) {
  MediaServer server(quick());
  const auto source = server.addSource({"tone", {}});
  const Tone tone(server, source);
  const DtlsIdentity identity;
  LoopbackClient client(identity, {.decode = true});
  const auto offer = server.connect(source, client.offer(), ViewerOptions{60, 128});
  client.begin(offer->sdp);
  const auto rung = [&] { return server.stats(offer->sessionId)->kilobits; };
  ASSERT_TRUE(runUntil(client, [&] { return rung() == 128 && client.received().packets > 2; }));
  const auto before = client.received();
  client.reportBack(60);
  ASSERT_TRUE(runUntil(client, [&] { return rung() == 64; }));
  const std::size_t from = client.sound().size();
  ASSERT_TRUE(runUntil(client, [&] { return client.sound().size() >= from + 2 * 48000; }));
  EXPECT_EQ(client.received().lost(), 0u);
  const auto& got = client.received();
  EXPECT_EQ(got.lastTimestamp - before.lastTimestamp, (got.packets - before.packets) * 3 * 960);
  EXPECT_GT(shareAt(client.sound(), 0, kLeftHz), 0.98);
}

TEST(MediaServer, SaysGoodbyeAndForgetsTheSession) {
  MediaServer server(quick());
  const auto source = server.addSource({"tone", {}});
  const Tone tone(server, source);
  const DtlsIdentity identity;
  LoopbackClient client(identity, {});
  const auto offer = server.connect(source, client.offer());
  client.begin(offer->sdp);
  ASSERT_TRUE(runUntil(client, [&] { return client.received().packets > 0; }));
  EXPECT_TRUE(server.disconnect(offer->sessionId));
  ASSERT_TRUE(runUntil(client, [&] { return client.received().goodbye; }));
  EXPECT_TRUE(runUntil(client, [&] { return !server.stats(offer->sessionId).ok(); }));
  EXPECT_FALSE(server.disconnect(offer->sessionId));
}

// What ends by itself is told, with the reason.
SessionEnd endOf(MediaServer::Options options, LoopbackClient::Options clientOptions, bool leave) {
  std::atomic<int> reason{-1};
  options.onEnd = [&](const std::string&, SessionEnd why) { reason = static_cast<int>(why); };
  MediaServer server(options);
  const auto source = server.addSource({"tone", {}});
  const Tone tone(server, source);
  const DtlsIdentity identity;
  LoopbackClient client(identity, clientOptions);
  client.begin(server.connect(source, client.offer())->sdp);
  if (leave && runUntil(client, [&] { return client.received().packets > 0; })) client.leave();
  EXPECT_TRUE(runUntil(client, [&] { return reason >= 0; }));
  return static_cast<SessionEnd>(reason.load());
}

TEST(MediaServer, EndsASessionThatLeaves) {
  EXPECT_EQ(endOf(quick(), {}, true), SessionEnd::kLeft);
}

// A clock that the test moves.
class FedClock {
 public:
  explicit FedClock(MediaServer::Options& options) {
    options.clock = [this] { return Clock::time_point(std::chrono::milliseconds(now_.load())); };
  }
  void advance(std::chrono::milliseconds time) { now_ += time.count(); }

 private:
  std::atomic<std::int64_t> now_{3600000};
};

// Pushes frames of silence of 20 ms until `done`, as fast as the media thread encodes them.
template <typename Done>
bool feed(MediaServer& server, MediaSource& source, LoopbackClient& client, Done done) {
  static constexpr float kSilence[kBlockFrames * 2] = {};
  std::int64_t frame = 0;
  return runUntil(client, [&] {
    const auto before = server.totals().encodedFrames;
    for (int i = 0; i < 4; ++i, frame += kBlockFrames) source.push(Frame(frame), kSilence);
    server.wake();
    for (int i = 0; i < 1000 && server.totals().encodedFrames == before; ++i)
      std::this_thread::yield();
    return done();
  });
}

TEST(MediaServer, EndsASessionThatFallsSilent) {
  std::atomic<int> ends{0};
  MediaServer::Options options;
  FedClock clock(options);
  options.onEnd = [&](const std::string&, SessionEnd why) { ends += why == SessionEnd::kSilent; };
  MediaServer server(options);
  const auto source = server.addSource({"tone", {}});
  const DtlsIdentity identity;
  LoopbackClient client(identity, {});
  const auto offer = server.connect(source, client.offer());
  client.begin(offer->sdp);
  ASSERT_TRUE(runUntil(client, [&] { return server.stats(offer->sessionId)->connected; }));
  clock.advance(std::chrono::seconds(31));
  const auto deadline = Clock::now() + std::chrono::seconds(10);
  while (ends == 0 && Clock::now() < deadline) std::this_thread::yield();
  EXPECT_EQ(ends, 1);
}

TEST(MediaServer, StartsWhenTheBrowserHasSettled) {
  MediaServer::Options options;
  FedClock clock(options);
  MediaServer server(options);
  const auto source = server.addSource({"tone", {}});
  const DtlsIdentity identity;
  LoopbackClient client(identity, {});
  const auto offer = server.connect(source, client.offer());
  client.begin(offer->sdp);
  // Encoding begins when the viewer is there; nothing leaves before the clock says so.
  ASSERT_TRUE(feed(server, *source, client, [&] { return server.totals().encodedFrames > 10; }));
  EXPECT_EQ(server.stats(offer->sessionId)->packetsSent, 0u);
  clock.advance(std::chrono::milliseconds(399));
  const auto encoded = server.totals().encodedFrames;
  ASSERT_TRUE(
      feed(server, *source, client, [&] { return server.totals().encodedFrames > encoded + 10; }));
  EXPECT_EQ(server.stats(offer->sessionId)->packetsSent, 0u);
  clock.advance(std::chrono::milliseconds(1));
  ASSERT_TRUE(feed(server, *source, client, [&] { return client.received().packets > 0; }));
  EXPECT_EQ(server.stats(offer->sessionId)->joinTime, std::chrono::milliseconds(400));
}

// Whoever only knows the names cannot turn a viewer's sound elsewhere.
TEST(MediaServer, MovesAViewerOnlyForItsOwnRequest) {
  MediaServer server(quick());
  const auto source = server.addSource({"tone", {}});
  const DtlsIdentity identity;
  LoopbackClient client(identity, {});
  const auto offer = server.connect(source, client.offer());
  client.begin(offer->sdp);
  ASSERT_TRUE(feed(server, *source, client, [&] { return client.received().packets > 0; }));

  auto stranger = client.elsewhere();
  const auto refused = server.totals().datagramsRefused;
  stranger.check("a wrong password, guessed");
  ASSERT_TRUE(
      feed(server, *source, client, [&] { return server.totals().datagramsRefused > refused; }));
  const auto before = client.received().packets;
  ASSERT_TRUE(
      feed(server, *source, client, [&] { return client.received().packets > before + 5; }));
  EXPECT_EQ(stranger.waiting(), 0);

  ASSERT_TRUE(feed(server, *source, client, [&] {
    stranger.check(client.remotePassword());  // the viewer itself, from another address
    return stranger.waiting() > 5;
  }));
}

TEST(MediaServer, SpreadsLongPacketsOverTheFrames) {
  auto options = quick();
  const FedClock standing(options);
  MediaServer server(options);
  const auto source = server.addSource({"tone", {}});
  const DtlsIdentity identity;
  std::vector<std::unique_ptr<LoopbackClient>> clients;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    clients.push_back(
        std::make_unique<LoopbackClient>(identity, LoopbackClient::Options{.seed = seed}));
    clients.back()->begin(server.connect(source, clients.back()->offer(), {60, 128})->sdp);
    ASSERT_TRUE(feed(server, *source, *clients.back(),
                     [&] { return clients.back()->received().packets > 0; }));
  }
  std::array<std::uint64_t, 3> before{};
  for (std::size_t i = 0; i < 3; ++i) before[i] = clients[i]->received().packets;
  // Packets of three frames each, once the encoder has begun anew.
  ASSERT_TRUE(feed(server, *source, *clients[0], [&] {
    for (const auto& client : clients) client->onReadable();
    for (std::size_t i = 0; i < 3; ++i) {
      if (clients[i]->received().packets < before[i] + 8) return false;
    }
    return true;
  }));
  std::set<std::uint32_t> phases;
  for (const auto& client : clients) phases.insert(client->received().lastTimestamp / 960 % 3);
  EXPECT_EQ(phases.size(), 3u);
}

TEST(MediaServer, LimitsWhatAViewerMayAskForAgain) {
  MediaServer server(quick());
  const auto source = server.addSource({"tone", {}});
  const DtlsIdentity identity;
  LoopbackClient client(identity, {});
  const auto offer = server.connect(source, client.offer());
  client.begin(offer->sdp);
  ASSERT_TRUE(feed(server, *source, client, [&] { return client.received().packets >= 10; }));
  for (int i = 0; i < 20; ++i) client.askForAll();
  ASSERT_TRUE(runUntil(client, [&] { return server.totals().resendsRefused > 0; }));
  const auto stats = server.stats(offer->sessionId);
  EXPECT_LE(stats->packetsResent, stats->packetsSent);
}

// How many ports two viewers of a server with two of them are given.
std::size_t portsGiven(const std::string& listen) {
  auto options = quick();
  options.listen = {listen};
  options.portsPerAddress = 2;
  MediaServer server(options);
  const auto source = server.addSource({"tone", {}});
  const DtlsIdentity identity;
  std::set<std::uint16_t> ports;
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    LoopbackClient client(identity, {.seed = seed});
    client.begin(server.connect(source, client.offer())->sdp);
    EXPECT_TRUE(feed(server, *source, client, [&] { return client.received().packets > 0; }));
    ports.insert(client.remote().port());
  }
  return ports.size();
}

TEST(MediaServer, SharesViewersAmongItsPorts) {
  EXPECT_EQ(portsGiven("127.0.0.1"), 2u);
}

TEST(MediaServer, ServesIpv6) {
  try {
    EXPECT_EQ(portsGiven("::1"), 2u);
  } catch (const Error& error) {
    GTEST_SKIP() << "no IPv6 here: " << error.what();
  }
}

TEST(MediaServer, RefusesACertificateThatTheOfferDidNotPromise) {
  EXPECT_EQ(endOf(quick(), {.wrongFingerprint = true}, false), SessionEnd::kHandshake);
}

TEST(MediaServer, JoinsUnderLoss) {
  MediaServer server(quick());
  const auto source = server.addSource({"tone", {}});
  const Tone tone(server, source);
  const DtlsIdentity identity;
  LoopbackClient client(identity, {.dropShare = 0.3, .seed = 3});
  client.begin(server.connect(source, client.offer())->sdp);
  EXPECT_TRUE(runUntil(client, [&] { return client.received().packets > 0; }));
}

TEST(MediaServer, GivesOggPagesToHttpListeners) {
  MediaServer server(quick());
  const auto source = server.addSource({"tone", {}});
  const Tone tone(server, source);
  std::mutex mutex;
  std::vector<std::uint8_t> bytes;
  int pages = 0;
  auto subscription = server.subscribe(source, [&](std::span<const std::uint8_t> page) {
    const std::lock_guard lock(mutex);
    bytes.insert(bytes.end(), page.begin(), page.end());
    ++pages;
  });
  const auto deadline = Clock::now() + std::chrono::seconds(10);
  const auto enough = [&] {
    const std::lock_guard lock(mutex);
    return pages >= 4;
  };
  while (!enough() && Clock::now() < deadline) std::this_thread::yield();
  subscription.reset();
  const std::string text(bytes.begin(), bytes.end());
  EXPECT_EQ(text.rfind("OggS", 0), 0u);
  EXPECT_NE(text.find("OpusHead"), std::string::npos);
  EXPECT_NE(text.find("OpusTags"), std::string::npos);
  EXPECT_GE(pages, 4);

  // What a tool that is not ours says of it.
  if (std::system("command -v opusinfo > /dev/null") != 0) return;
  const auto file =
      std::filesystem::temp_directory_path() / fmt::format("dju-pages-{:08x}.opus", source->ssrc());
  std::ofstream(file, std::ios::binary)
      .write(text.data(), static_cast<std::streamsize>(text.size()));
  std::string report;
  FILE* const info = popen(fmt::format("opusinfo {} 2>&1", file.string()).c_str(), "r");
  for (int c = 0; (c = std::fgetc(info)) != EOF;) report += static_cast<char>(c);
  pclose(info);
  std::filesystem::remove(file);
  EXPECT_NE(report.find("Pre-skip: 120"), std::string::npos) << report;
  EXPECT_NE(report.find("Channels: 2"), std::string::npos) << report;
  EXPECT_NE(report.find("20.0ms (max),   20.0ms (avg)"), std::string::npos) << report;
  for (const char* fault : {"ERROR", "hole", "out of order", "corrupt"})
    EXPECT_EQ(report.find(fault), std::string::npos) << report;
}

TEST(MediaServer, MapsRtpTimeToEngineFrames) {
  MediaServer server(quick());
  std::atomic<int> points{0};
  const auto source = server.addSource({"tone", [&](const SyncPoint&) { ++points; }});
  EXPECT_FALSE(server.syncPoint(*source).ok());
  const Tone tone(server, source);
  const DtlsIdentity identity;
  LoopbackClient client(identity, {});
  client.begin(server.connect(source, client.offer())->sdp);
  ASSERT_TRUE(runUntil(client, [&] { return client.received().packets > 3; }));
  EXPECT_GE(points, 1);
  const auto point = server.syncPoint(*source);
  ASSERT_TRUE(point.ok());
  EXPECT_EQ(point->ssrc, source->ssrc());
  EXPECT_EQ(point->codecDelaySamples, 120);
  EXPECT_EQ(point->frame.index() % kBlockFrames, 0);
  // Frames and timestamps of the same moment: whole packets apart.
  EXPECT_EQ((client.received().firstTimestamp - point->rtpTimestamp) % 960, 0u);
}

TEST(MediaServer, RefusesWhatItCannotDo) {
  auto options = quick();
  options.maxViewers = 1;
  MediaServer server(options);
  const auto source = server.addSource({"tone", {}});
  const DtlsIdentity identity;
  const LoopbackClient client(identity, {});
  EXPECT_EQ(server.connect(source, client.offer(), {30, 128}).error().code(), ErrorCode::kInvalid);
  EXPECT_EQ(server.connect(source, client.offer(), {20, 96}).error().code(), ErrorCode::kInvalid);
  EXPECT_EQ(server.connect(source, "hello").error().code(), ErrorCode::kInvalid);
  const auto first = server.connect(source, client.offer());
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(server.connect(source, client.offer()).error().code(), ErrorCode::kTooMany);
  EXPECT_TRUE(
      server.addCandidate(first->sessionId, "candidate:1 1 udp 2113937151 192.0.2.1 50000 typ host")
          .ok());
  EXPECT_EQ(server.addCandidate(first->sessionId, "candidate:nonsense").error().code(),
            ErrorCode::kInvalid);
  EXPECT_EQ(server.addCandidate("nobody", "").error().code(), ErrorCode::kNotFound);
  server.removeSource(source);
  EXPECT_EQ(server.connect(source, client.offer()).error().code(), ErrorCode::kNotFound);
}

TEST(MediaServer, ReportsAPortInUse) {
  const MediaServer first(quick());
  auto options = quick();
  options.udpPort = first.udpPorts().front();
  EXPECT_THROW({ MediaServer second(options); }, Error);
}

}  // namespace
}  // namespace dju::server
