// A viewer in our own process: ICE, DTLS, SRTP and Opus decoding, as a browser does them. The whole
// of a session is tested with it, and bench/viewers.cpp runs a thousand of them as load. One
// thread; the caller polls fd() and calls onReadable() and onTimer().
#pragma once

#include <opus/opus.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>

#include "server/webrtc/dtls.h"
#include "server/webrtc/udp_sockets.h"

namespace dju::server::webrtc {

class LoopbackClient {
 public:
  struct Options {
    int payloadType = 111;
    bool decode = false;    // keep the decoded sound
    bool askAgain = false;  // NACK what is missing
    double dropShare = 0;   // of received packets, thrown away before anything else sees them
    std::uint64_t seed = 1;
    bool wrongFingerprint = false;  // present another certificate than the offer promises
    bool channel = false;           // offer a data channel; its packets go to onData
    DtlsConnection::OnData onData = {};
  };
  LoopbackClient(const DtlsIdentity& identity, const Options& options);
  ~LoopbackClient();
  LoopbackClient(const LoopbackClient&) = delete;
  LoopbackClient& operator=(const LoopbackClient&) = delete;

  std::string offer() const;
  void begin(std::string_view answer);  // sends the first check
  int fd() const { return fd_; }
  void onReadable();
  void onTimer();  // at least each 20 ms while joining, each second after
  void reportBack(std::uint8_t fractionLost = 0);  // sends a receiver report
  void leave();                                    // RTCP BYE

  void say(ByteView packet) { dtls_->say(packet); }  // of the data channel
  void askForAll();                                  // a NACK of the last 512 packets, got or not

  // The same viewer at another address, which may or may not know the password.
  class Elsewhere {
   public:
    Elsewhere(const SocketAddress& remote, std::string username);
    ~Elsewhere();
    Elsewhere(const Elsewhere&) = delete;
    Elsewhere& operator=(const Elsewhere&) = delete;
    void check(std::string_view password);  // nominates its address
    int waiting();                          // packets of sound received so far

   private:
    int fd_;
    std::string username_;
    int packets_ = 0;
  };
  Elsewhere elsewhere() const { return {remote_, remoteUfrag_ + ":" + ufrag_}; }
  const std::string& remotePassword() const { return remotePwd_; }
  const SocketAddress& remote() const { return remote_; }

  bool checked() const { return checked_; }
  bool secured() const { return dtls_ && dtls_->state() == DtlsConnection::State::kConnected; }
  DtlsConnection::State state() const { return dtls_->state(); }
  SrtpProfile profile() const { return dtls_->keys().server.profile; }

  struct Received {
    std::uint64_t packets = 0;  // RTP, authentic, each once
    std::uint64_t repeated = 0;
    std::uint64_t unauthentic = 0;
    std::uint64_t senderReports = 0;
    bool goodbye = false;
    std::uint64_t firstIndex = 0, lastIndex = 0;
    std::uint32_t ssrc = 0, firstTimestamp = 0, lastTimestamp = 0;
    int payloadType = -1;
    std::chrono::steady_clock::time_point first{};
    std::uint64_t late = 0;  // more than 20 ms behind the earliest, by RTP time
    std::chrono::microseconds worstLate{0};
    std::uint64_t lost() const { return packets == 0 ? 0 : lastIndex - firstIndex + 1 - packets; }
  };
  const Received& received() const { return received_; }
  void resetLateness();                                       // forgets what was late so far
  const std::vector<float>& sound() const { return sound_; }  // interleaved stereo

 private:
  void onPacket(ByteView packet);
  void onRtp(ByteView packet);
  void onRtcp(ByteView packet);
  void check();
  void noteArrival(std::uint32_t timestamp);
  void askAgain(std::uint64_t from, std::uint64_t to);
  void send(ByteView packet);

  const DtlsIdentity& identity_;
  Options options_;
  int fd_ = -1;
  SocketAddress remote_;
  std::string ufrag_, pwd_, remoteUfrag_, remotePwd_;
  Fingerprint remoteFingerprint_{};
  std::unique_ptr<DtlsConnection> dtls_;
  std::unique_ptr<SrtpReceiver> receiver_;
  std::unique_ptr<SrtpSender> sender_;
  bool checked_ = false;
  std::chrono::steady_clock::time_point lastCheck_{};
  std::uint64_t random_;
  std::set<std::uint64_t> missing_;
  std::uint32_t lastReport_ = 0;
  std::chrono::steady_clock::time_point lastReportTime_{};
  std::optional<std::chrono::steady_clock::time_point> earliest_;  // arrival of timestamp 0
  Received received_;
  struct DecoderFree {
    void operator()(OpusDecoder* decoder) const { opus_decoder_destroy(decoder); }
  };
  std::unique_ptr<OpusDecoder, DecoderFree> decoder_;
  std::vector<float> sound_;
};

}  // namespace dju::server::webrtc
