// DTLS 1.2 by OpenSSL, over datagrams that we carry ourselves, to agree on SRTP keys (RFC 5764) and
// for the packets of a data channel (RFC 8261).
// Each session has one connection; the caller feeds it one datagram at a time and calls onTimer()
// when due. All of it on one thread (the handshake thread), off the thread that sends sound.
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "server/webrtc/sdp.h"
#include "server/webrtc/srtp.h"

namespace dju::server::webrtc {

// A self-signed ECDSA P-256 certificate, made at the start and never stored: its fingerprint
// travels in the SDP, so nobody needs to know it beforehand. Any thread once made.
class DtlsIdentity {
 public:
  DtlsIdentity();
  const Fingerprint& fingerprint() const { return fingerprint_; }
  SSL_CTX* context() const { return context_.get(); }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  std::unique_ptr<SSL_CTX, Free> context_;
  Fingerprint fingerprint_{};
};

struct DtlsKeys {
  SrtpKey client, server;
};

class DtlsConnection {
 public:
  enum class Role { kServer, kClient };
  enum class State { kHandshaking, kConnected, kClosed, kFailed };
  using Send = std::function<void(ByteView datagram)>;
  using OnData = std::function<void(ByteView packet)>;

  // `peer` is the fingerprint that the other side's certificate must have; what that side says
  // afterwards goes to `onData`, if there is one.
  DtlsConnection(const DtlsIdentity& identity, Role role, const Fingerprint& peer, Send send,
                 OnData onData = {});
  ~DtlsConnection();
  DtlsConnection(const DtlsConnection&) = delete;
  DtlsConnection& operator=(const DtlsConnection&) = delete;

  // Client: sends the first flight.
  State start() { return step(); }
  State receive(ByteView datagram);
  // Once connected; at most kMaxData bytes.
  static constexpr std::size_t kMaxData = 1150;
  void say(ByteView packet);
  // Resends what was lost.
  State onTimer();
  // How long until onTimer() is due; nothing while none runs.
  std::optional<std::chrono::microseconds> timer() const;
  void close();  // tells the other side

  State state() const { return state_; }
  const std::string& failure() const { return failure_; }
  // Once connected.
  const DtlsKeys& keys() const { return keys_; }

 private:
  struct Datagrams;  // what OpenSSL reads and writes
  State step();
  void read();
  void finish();
  void fail(std::string reason);

  std::unique_ptr<Datagrams> datagrams_;
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  std::unique_ptr<SSL, Free> ssl_;
  Fingerprint peer_;
  OnData onData_;
  State state_ = State::kHandshaking;
  std::string failure_;
  DtlsKeys keys_;
};

}  // namespace dju::server::webrtc
