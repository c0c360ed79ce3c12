#include "server/net/tls.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "core/error.h"
#include "core/log.h"

namespace dju::server {
namespace {

namespace fs = std::filesystem;

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using CertificatePtr = std::unique_ptr<X509, Freer<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free_all>>;

constexpr long kDaySeconds = 86400;
constexpr long kValidDays = 397;  // the longest that browsers accept
constexpr int kRenewDays = 30;

void require(bool ok, const char* step) {
  if (ok) return;
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  throw Error(ErrorCode::kInternal, fmt::format("certificate: {} failed: {}", step, text.data()));
}

bool isAddress(const std::string& name) {
  std::array<unsigned char, 16> ignored{};
  return inet_pton(AF_INET, name.c_str(), ignored.data()) == 1 ||
         inet_pton(AF_INET6, name.c_str(), ignored.data()) == 1;
}

bool isHostName(const std::string& name) {
  return !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '*';
  });
}

void addExtension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  require(extension != nullptr, "extension");
  require(X509_add_ext(certificate, extension.get(), -1) == 1, "extension");
}

std::string alternativeNames(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) {
    if (!isAddress(name) && !isHostName(name)) {
      throw Error(ErrorCode::kInvalid,
                  fmt::format("certificate: \"{}\" is neither a host name nor an address", name));
    }
    out += fmt::format("{}{}:{}", out.empty() ? "" : ",", isAddress(name) ? "IP" : "DNS", name);
  }
  return out;
}

CertificatePtr makeCertificate(EVP_PKEY* key, const std::vector<std::string>& names) {
  CertificatePtr certificate(X509_new());
  require(certificate != nullptr, "X509_new");
  X509_set_version(certificate.get(), 2);  // v3
  std::array<unsigned char, 16> serial{};
  require(RAND_bytes(serial.data(), serial.size()) == 1, "random serial");
  serial[0] &= 0x7F;
  std::unique_ptr<BIGNUM, Freer<BN_free>> number(BN_bin2bn(serial.data(), serial.size(), nullptr));
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get()));
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kDaySeconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), (kValidDays - 1) * kDaySeconds);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  const auto* common = reinterpret_cast<const unsigned char*>("DJ Universe, self-signed");
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, common, -1, -1, 0);
  X509_set_issuer_name(certificate.get(), subject);
  require(X509_set_pubkey(certificate.get(), key) == 1, "public key");
  addExtension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
  addExtension(certificate.get(), NID_key_usage, "critical,digitalSignature");
  addExtension(certificate.get(), NID_ext_key_usage, "serverAuth");
  addExtension(certificate.get(), NID_subject_alt_name, alternativeNames(names));
  require(X509_sign(certificate.get(), key, EVP_sha256()) > 0, "signing");
  return certificate;
}

// Written beside and renamed, so that a crash leaves no half file.
template <typename Write>
void writePem(const fs::path& path, mode_t mode, Write&& write) {
  const fs::path part = path.string() + ".part";
  const int descriptor = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (descriptor < 0) {
    throw Error(ErrorCode::kUnavailable,
                fmt::format("certificate: cannot write {}", part.string()));
  }
  std::unique_ptr<FILE, Freer<std::fclose>> file(::fdopen(descriptor, "w"));
  require(write(file.get()) == 1, "writing PEM");
  file.reset();
  fs::rename(part, path);
}

CertificatePtr readCertificate(const fs::path& path) {
  BioPtr file(BIO_new_file(path.c_str(), "r"));
  if (!file) return nullptr;
  return CertificatePtr(PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr));
}

bool covers(X509* certificate, const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    return isAddress(name) ? X509_check_ip_asc(certificate, name.c_str(), 0) == 1
                           : X509_check_host(certificate, name.c_str(), 0, 0, nullptr) == 1;
  });
}

bool isUsable(const Certificate& files, const std::vector<std::string>& names) {
  const auto certificate = readCertificate(files.certificateFile);
  if (!certificate || !fs::exists(files.keyFile)) return false;
  int days = 0;
  int seconds = 0;
  ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate.get()));
  return days >= kRenewDays && covers(certificate.get(), names);
}

}  // namespace

Certificate selfSigned(const fs::path& folder, const std::vector<std::string>& names) {
  if (names.empty()) throw Error(ErrorCode::kInvalid, "certificate: no name was given");
  std::error_code error;
  fs::create_directories(folder, error);
  const Certificate files{folder / "certificate.pem", folder / "key.pem"};
  if (isUsable(files, names)) return files;
  const KeyPtr key(EVP_EC_gen("P-256"));
  require(key != nullptr, "key generation");
  const auto certificate = makeCertificate(key.get(), names);
  writePem(files.keyFile, 0600, [&](FILE* file) {
    return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  writePem(files.certificateFile, 0644,
           [&](FILE* file) { return PEM_write_X509(file, certificate.get()); });
  log::info("tls: made a self-signed certificate {}, SHA-256 {}", files.certificateFile.string(),
            certificateFingerprint(files.certificateFile));
  return files;
}

std::string certificateFingerprint(const fs::path& certificateFile) {
  const auto certificate = readCertificate(certificateFile);
  if (!certificate) {
    throw Error(ErrorCode::kNotFound,
                fmt::format("certificate {}: not a PEM certificate", certificateFile.string()));
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  require(X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size) == 1, "digest");
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{}{:02X}", i ? ":" : "", digest[i]);
  return text;
}

}  // namespace dju::server
