#include "server/net/tls.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "core/error.h"
#include "server/net/http_server.h"

namespace dju::server {
namespace {

namespace fs = std::filesystem;

class TlsTest : public testing::Test {
 protected:
  TlsTest() {
    std::string name = (fs::temp_directory_path() / "dju-tls-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~TlsTest() override { fs::remove_all(folder_); }
  fs::path folder_;
};

TEST_F(TlsTest, TheCertificateIsMadeOnceAndKept) {
  const auto files = selfSigned(folder_, {"localhost", "127.0.0.1", "::1"});
  const auto fingerprint = certificateFingerprint(files.certificateFile);
  EXPECT_EQ(fingerprint.size(), 32u * 3 - 1);
  selfSigned(folder_, {"127.0.0.1"});
  EXPECT_EQ(certificateFingerprint(files.certificateFile), fingerprint);
  selfSigned(folder_, {"dj.example"});
  EXPECT_NE(certificateFingerprint(files.certificateFile), fingerprint);
}

TEST_F(TlsTest, OnlyTheOwnerReadsTheKey) {
  const auto files = selfSigned(folder_, {"localhost"});
  struct stat status {};
  ASSERT_EQ(::stat(files.keyFile.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(TlsTest, NamesCannotSmuggleExtensions) {
  EXPECT_THROW(selfSigned(folder_, {"localhost,DNS:bank.example"}), Error);
  EXPECT_THROW(selfSigned(folder_, {}), Error);
}

// A whole request over TLS that trusts exactly this certificate and checks the address in it.
std::string askOverTls(std::uint16_t port, const fs::path& trusted) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  SSL_CTX_free);
  SSL_CTX_load_verify_file(context.get(), trusted.c_str());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  BIO* connection = BIO_new_ssl_connect(context.get());
  SSL* ssl = nullptr;
  BIO_get_ssl(connection, &ssl);
  X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), "127.0.0.1");
  BIO_set_conn_hostname(connection, ("127.0.0.1:" + std::to_string(port)).c_str());
  const std::string request = "GET /secure HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  std::string answer;
  if (BIO_do_connect(connection) == 1) {
    BIO_write(connection, request.data(), static_cast<int>(request.size()));
    char buffer[4096];
    for (int got = 0; (got = BIO_read(connection, buffer, sizeof buffer)) > 0;) {
      answer.append(buffer, static_cast<std::size_t>(got));
    }
  }
  BIO_free_all(connection);
  return answer;
}

TEST_F(TlsTest, ServesRequestsWithIt) {
  Router router;
  router.get("/secure", [](const Request& request, Responder responder) {
    responder.text(request.secure ? "over TLS" : "in the clear");
  });
  HttpOptions options;
  options.addresses = {"127.0.0.1"};
  options.port = 0;
  options.tls = selfSigned(folder_, {"127.0.0.1"});
  HttpServer server(options, router);
  server.start();
  EXPECT_THAT(askOverTls(server.port(), options.tls->certificateFile),
              testing::EndsWith("\r\n\r\nover TLS"));
}

TEST_F(TlsTest, ABrokenCertificateIsNamed) {
  std::ofstream(folder_ / "bad.pem") << "not a certificate";
  Router router;
  HttpOptions options;
  options.port = 0;
  options.tls = Certificate{folder_ / "bad.pem", folder_ / "bad.pem"};
  HttpServer server(options, router);
  try {
    server.start();
    FAIL() << "must not start";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("bad.pem"));
  }
}

}  // namespace
}  // namespace dju::server
