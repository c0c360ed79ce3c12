#include "server/config.h"

#include <fmt/format.h>

#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include <set>
#include <type_traits>

#include "core/error.h"

namespace dju::server {
namespace {

// Takes keys out of a table one by one, so that what is left over can be refused by name.
class Reader {
 public:
  Reader(const toml::table& table, std::string file) : table_(table), file_(std::move(file)) {}

  template <typename T>
  void integer(const char* key, T& target, std::int64_t low, std::int64_t high) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    const auto value = node->value_exact<std::int64_t>();
    if (!value || *value < low || *value > high)
      fail(*node, key, fmt::format("give a whole number from {} to {}", low, high));
    target = static_cast<T>(*value);
  }
  void text(const char* key, std::string& target) {
    if (const toml::node* node = take(key)) target = string(*node, key);
  }
  void path(const char* key, std::filesystem::path& target) {
    if (const toml::node* node = take(key)) target = string(*node, key);
  }
  void flag(const char* key, bool& target) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    const auto value = node->value_exact<bool>();
    if (!value) fail(*node, key, "give true or false");
    target = *value;
  }
  void list(const char* key, std::vector<std::string>& target) {
    if (const toml::node* node = take(key)) target = strings(*node, key);
  }
  const toml::array* tables(const char* key) {
    const toml::node* node = take(key);
    if (node == nullptr) return nullptr;
    if (!node->is_array_of_tables()) fail(*node, key, "give [[" + std::string(key) + "]] tables");
    return node->as_array();
  }
  void refuseRest() {
    for (const auto& [key, node] : table_)
      if (!taken_.contains(std::string(key.str())))
        fail(node, std::string(key.str()).c_str(),
             "there is no such setting; see docs/operations.md");
  }

 private:
  const toml::node* take(const char* key) {
    taken_.insert(key);
    return table_.get(key);
  }
  std::string string(const toml::node& node, const char* key) {
    const auto value = node.value_exact<std::string>();
    if (!value) fail(node, key, "give a text in quotes");
    return *value;
  }
  std::vector<std::string> strings(const toml::node& node, const char* key) {
    const toml::array* array = node.as_array();
    if (array == nullptr) fail(node, key, "give a list of texts");
    std::vector<std::string> values;
    for (const toml::node& item : *array) values.push_back(string(item, key));
    return values;
  }
  [[noreturn]] void fail(const toml::node& node, const char* key, const std::string& right) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("{}:{}: {}: {}", file_, node.source().begin.line, key, right));
  }

  const toml::table& table_;
  std::string file_;
  std::set<std::string> taken_;
};

toml::table parse(const std::filesystem::path& file) {
  try {
    return toml::parse_file(file.string());
  } catch (const toml::parse_error& error) {
    throw Error(ErrorCode::kInvalid, fmt::format("{}:{}: {}", file.string(),
                                                 error.source().begin.line, error.description()));
  }
}

}  // namespace

void readConfig(const std::filesystem::path& file, ServerConfig& config) {
  const toml::table table = parse(file);
  Reader reader(table, file.string());
  reader.path("data_dir", config.dataDir);
  reader.path("web_dir", config.webDir);
  reader.path("models", config.models);
  reader.list("listen", config.listen);
  reader.integer("port", config.port, 0, 65535);
  reader.integer("media_port", config.mediaPort, 0, 65535);
  reader.list("public_addresses", config.publicAddresses);
  reader.flag("tls", config.tls);
  reader.path("tls_certificate", config.tlsCertificate);
  reader.path("tls_key", config.tlsKey);
  reader.list("allowed_origins", config.allowedOrigins);
  reader.list("operators", config.operators);
  reader.text("turn_secret", config.turnSecret);
  reader.list("turn_urls", config.turnUrls);
  reader.integer("engine_threads", config.engineThreads, 1, 64);
  reader.integer("media_threads", config.mediaThreads, 1, 64);
  reader.integer("max_battles", config.maxBattles, 1, 10000);
  reader.integer("max_viewers", config.maxViewers, 1, 100000);
  reader.integer("battles_per_guest_hour", config.battlesPerGuestHour, 1, 10000);
  reader.integer("voters_per_address", config.votersPerAddress, 1, 100000);
  reader.integer("empty_battle_minutes", config.emptyBattleMinutes, 1, 1440);
  reader.integer("resident_megabytes", config.residentMegabytes, 64, 1 << 20);
  reader.integer("upload_megabytes", config.uploadMegabytes, 1, 1 << 16);
  reader.integer("workers", config.workers, 0, 64);
  reader.integer("job_days", config.jobDays, 1, 3650);
  reader.integer("mixes_per_guest", config.mixesPerGuest, 1, 10000);
  reader.integer("mix_megabytes", config.mixMegabytes, 1, 1 << 30);
  reader.integer("preview_megabytes", config.previewMegabytes, 1, 1 << 30);
  reader.flag("private_webhooks", config.privateWebhooks);
  if (const toml::array* servers = reader.tables("ice_server")) {
    for (const toml::node& node : *servers) {
      IceServer server;
      Reader entry(*node.as_table(), file.string());
      entry.list("urls", server.urls);
      entry.text("username", server.username);
      entry.text("credential", server.credential);
      entry.refuseRest();
      config.iceServers.push_back(std::move(server));
    }
  }
  reader.refuseRest();
}

}  // namespace dju::server
