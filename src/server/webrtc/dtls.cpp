#include "server/webrtc/dtls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstring>

namespace dju::server::webrtc {
namespace {

constexpr long kMtu = 1200;
constexpr unsigned kFirstTimeoutUs = 60000;
constexpr unsigned kLongestTimeoutUs = 4000000;
constexpr std::size_t kMaxInput = 2048;  // a browser's ClientHello comes in datagrams of up to 1200

std::string opensslError(const char* what) {
  char text[200] = "no reason given";
  if (const unsigned long code = ERR_get_error()) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return std::string(what) + ": " + text;
}

// The default of 1 s makes a join under loss three times slower than this does.
unsigned nextTimeout(SSL*, unsigned us) {
  return us == 0 ? kFirstTimeoutUs : std::min(us * 2, kLongestTimeoutUs);
}

Fingerprint fingerprintOf(const X509* certificate) {
  Fingerprint result{};
  unsigned size = 0;
  X509_digest(certificate, EVP_sha256(), result.data(), &size);
  return result;
}

struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct CertificateFree {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyFree>;
using Certificate = std::unique_ptr<X509, CertificateFree>;

Certificate selfSigned(EVP_PKEY* key) {
  Certificate certificate(X509_new());
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -24L * 3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3650L * 24 * 3600);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("dju"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_set_pubkey(certificate.get(), key);
  if (X509_sign(certificate.get(), key, EVP_sha256()) == 0) {
    throw Error(ErrorCode::kInternal, opensslError("dtls: cannot sign a certificate"));
  }
  return certificate;
}

}  // namespace

DtlsIdentity::DtlsIdentity() : context_(SSL_CTX_new(DTLS_method())) {
  const Key key(EVP_EC_gen("P-256"));
  if (!key || !context_) throw Error(ErrorCode::kInternal, opensslError("dtls: cannot make a key"));
  const Certificate certificate = selfSigned(key.get());
  fingerprint_ = fingerprintOf(certificate.get());
  SSL_CTX* const context = context_.get();
  SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_read_ahead(context, 1);
  // Certificates are self-signed on both sides; what counts is the fingerprint, checked later.
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                     [](int, X509_STORE_CTX*) { return 1; });
  const bool good =
      SSL_CTX_use_certificate(context, certificate.get()) == 1 &&
      SSL_CTX_use_PrivateKey(context, key.get()) == 1 &&
      SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
      // This one returns 0 on success.
      SSL_CTX_set_tlsext_use_srtp(context, "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80") == 0;
  if (!good) throw Error(ErrorCode::kInternal, opensslError("dtls: cannot set up OpenSSL"));
}

// OpenSSL's view of the network: a BIO that keeps datagram boundaries.
struct DtlsConnection::Datagrams {
  Send send;
  Bytes input;
  bool pending = false;

  static int write(BIO* bio, const char* data, int size) {
    auto* self = static_cast<Datagrams*>(BIO_get_data(bio));
    self->send({reinterpret_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)});
    return size;
  }
  static int read(BIO* bio, char* data, int size) {
    auto* self = static_cast<Datagrams*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    if (!self->pending) {
      BIO_set_retry_read(bio);
      return -1;
    }
    self->pending = false;
    const std::size_t taken = std::min(static_cast<std::size_t>(size), self->input.size());
    std::memcpy(data, self->input.data(), taken);
    return static_cast<int>(taken);
  }
  static long control(BIO*, int command, long, void*) {
    switch (command) {
      case BIO_CTRL_FLUSH:
        return 1;
      case BIO_CTRL_DGRAM_QUERY_MTU:
        return kMtu;
      case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
        return kMtu;
      default:
        return 0;
    }
  }
  static BIO_METHOD* method() {
    static BIO_METHOD* const instance = [] {
      BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams");
      BIO_meth_set_write(made, write);
      BIO_meth_set_read(made, read);
      BIO_meth_set_ctrl(made, control);
      BIO_meth_set_create(made, [](BIO* bio) {
        BIO_set_init(bio, 1);
        return 1;
      });
      return made;
    }();
    return instance;
  }
};

DtlsConnection::DtlsConnection(const DtlsIdentity& identity, Role role, const Fingerprint& peer,
                               Send send, OnData onData)
    : datagrams_(std::make_unique<Datagrams>()),
      ssl_(SSL_new(identity.context())),
      peer_(peer),
      onData_(std::move(onData)) {
  datagrams_->send = std::move(send);
  BIO* bio = BIO_new(Datagrams::method());
  if (!ssl_ || bio == nullptr)
    throw Error(ErrorCode::kInternal, opensslError("dtls: out of memory"));
  BIO_set_data(bio, datagrams_.get());
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_mtu(ssl_.get(), kMtu);
  DTLS_set_timer_cb(ssl_.get(), nextTimeout);
  if (role == Role::kServer) {
    SSL_set_accept_state(ssl_.get());
  } else {
    SSL_set_connect_state(ssl_.get());
  }
}

DtlsConnection::~DtlsConnection() = default;

DtlsConnection::State DtlsConnection::receive(ByteView datagram) {
  if (state_ == State::kFailed || state_ == State::kClosed || datagram.size() > kMaxInput)
    return state_;
  datagrams_->input.assign(datagram.begin(), datagram.end());
  datagrams_->pending = true;
  return step();
}

DtlsConnection::State DtlsConnection::onTimer() {
  if (state_ == State::kFailed || state_ == State::kClosed) return state_;
  ERR_clear_error();
  if (DTLSv1_handle_timeout(ssl_.get()) < 0) fail(opensslError("no answer"));
  return state_;
}

std::optional<std::chrono::microseconds> DtlsConnection::timer() const {
  timeval left{};
  if (state_ != State::kHandshaking || DTLSv1_get_timeout(ssl_.get(), &left) != 1)
    return std::nullopt;
  return std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec);
}

DtlsConnection::State DtlsConnection::step() {
  ERR_clear_error();
  if (state_ == State::kHandshaking) {
    const int result = SSL_do_handshake(ssl_.get());
    if (result == 1) {
      finish();
    } else {
      const int error = SSL_get_error(ssl_.get(), result);
      if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
        fail(opensslError("handshake"));
    }
    return state_;
  }
  SSL_alloc_buffers(ssl_.get());
  read();
  SSL_free_buffers(ssl_.get());
  return state_;
}

// Reading also answers resent handshake messages and notices the farewell.
void DtlsConnection::read() {
  std::uint8_t record[kMaxInput];
  for (;;) {
    const int result = SSL_read(ssl_.get(), record, sizeof record);
    if (result > 0) {
      if (onData_) onData_({record, static_cast<std::size_t>(result)});
      continue;
    }
    if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_ZERO_RETURN) state_ = State::kClosed;
    return;
  }
}

void DtlsConnection::say(ByteView packet) {
  if (state_ != State::kConnected || packet.size() > kMaxData) return;
  SSL_alloc_buffers(ssl_.get());
  SSL_write(ssl_.get(), packet.data(), static_cast<int>(packet.size()));
}

void DtlsConnection::finish() {
  const Certificate certificate(SSL_get1_peer_certificate(ssl_.get()));
  if (!certificate || fingerprintOf(certificate.get()) != peer_) {
    return fail("the certificate does not have the fingerprint that the SDP promised");
  }
  const SRTP_PROTECTION_PROFILE* chosen = SSL_get_selected_srtp_profile(ssl_.get());
  if (chosen == nullptr) return fail("no SRTP profile in common");
  const auto profile = chosen->id == SRTP_AEAD_AES_128_GCM ? SrtpProfile::kAeadAes128Gcm
                                                           : SrtpProfile::kAes128CmSha1_80;
  const std::size_t salt = srtpSaltBytes(profile);
  std::array<std::uint8_t, 2 * (16 + 14)> material{};
  constexpr std::string_view kLabel = "EXTRACTOR-dtls_srtp";
  if (SSL_export_keying_material(ssl_.get(), material.data(), 2 * (16 + salt), kLabel.data(),
                                 kLabel.size(), nullptr, 0, 0) != 1) {
    return fail(opensslError("cannot export keys"));
  }
  // RFC 5764, 4.2: client key, server key, client salt, server salt.
  keys_.client.profile = keys_.server.profile = profile;
  std::copy_n(material.data(), 16, keys_.client.key.begin());
  std::copy_n(material.data() + 16, 16, keys_.server.key.begin());
  std::copy_n(material.data() + 32, salt, keys_.client.salt.begin());
  std::copy_n(material.data() + 32 + salt, salt, keys_.server.salt.begin());
  OPENSSL_cleanse(material.data(), material.size());
  // Half of a session's memory, and for most nothing but a farewell will pass through them.
  SSL_free_buffers(ssl_.get());
  state_ = State::kConnected;
}

void DtlsConnection::fail(std::string reason) {
  failure_ = std::move(reason);
  state_ = State::kFailed;
}

void DtlsConnection::close() {
  if (state_ == State::kConnected) {
    SSL_alloc_buffers(ssl_.get());
    SSL_shutdown(ssl_.get());
  }
  if (state_ != State::kFailed) state_ = State::kClosed;
}

}  // namespace dju::server::webrtc
