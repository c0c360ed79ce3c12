#include "server/server.h"

#include <fmt/format.h>
#include <pthread.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <future>
#include <thread>

#include "core/log.h"
#include "core/metrics.h"
#include "server/api/arena_routes.h"
#include "server/api/battle_events.h"
#include "server/api/job_events.h"
#include "server/api/mix_routes.h"
#include "server/api/routes.h"
#include "server/api/service_routes.h"
#include "server/api/streams.h"
#include "server/arena/arena.h"
#include "server/auth/tokens.h"
#include "server/battle/battle_service.h"
#include "server/battle/library_tracks.h"
#include "server/battle/socket_output.h"
#include "server/data_lock.h"
#include "server/net/http_server.h"
#include "server/net/static_files.h"
#include "server/net/usable_addresses.h"
#include "server/steady_clock.h"
#include "server/wake.h"
#include "server/work.h"
#include "serving/live_sound.h"
#include "storage/reanalysis.h"

namespace dju::server {
namespace {

constexpr auto kCloseTimeout = std::chrono::seconds(5);
constexpr int kMostPlanned = 64;  // waiting for the planner's thread

HttpOptions httpOptions(const ServerConfig& config) {
  HttpOptions options;
  options.addresses = config.listen;
  options.port = config.port;
  options.allowedOrigins = config.allowedOrigins;
  if (!config.tls) return options;
  if (!config.tlsCertificate.empty()) {
    options.tls = Certificate{config.tlsCertificate, config.tlsKey};
    return options;
  }
  std::vector<std::string> names{"localhost", "127.0.0.1", "::1"};
  names.insert(names.end(), config.listen.begin(), config.listen.end());
  names.insert(names.end(), config.publicAddresses.begin(), config.publicAddresses.end());
  std::erase_if(names, [](const std::string& name) { return name == "0.0.0.0" || name == "::"; });
  options.tls = selfSigned(config.dataDir / "tls", names);
  log::info("TLS with a self-signed certificate, SHA-256 {}",
            certificateFingerprint(options.tls->certificateFile));
  return options;
}

ServerConfig withUsableAddresses(ServerConfig config) {
  config.listen = usableAddresses(config.listen);
  return config;
}

SocketOptions socketOptions() {
  SocketOptions options;
  options.engine.path = "/socket.io/";
  return options;
}

}  // namespace

class Server::Impl {
 public:
  explicit Impl(const ServerConfig& config)
      : config_(withUsableAddresses(config)),
        lock_(config_.dataDir),
        tokens_(Tokens::fromFile(config_.dataDir / "token-secret")),
        work_(config_),
        sockets_(socketOptions()),
        namespace_(sockets_.of("/battle")),
        http_(httpOptions(config_), router_),
        media_(mediaOptions()),
        streams_(media_, post(),
                 [this](const std::string& battle, int output, const nlohmann::json& sync) {
                   if (const auto room = battles_.find(battle)) room->announceSync(output, sync);
                 }),
        tracks_(work_.library, work_.cache, post()),
        logs_([this](const std::string& battle, const std::string& reason) {
          http_.post([this, battle, reason] {
            if (const auto room = battles_.find(battle)) room->logStalled(reason);
          });
        }),
        sound_(work_.modelCache),
        judges_(metrics::registry(), &sound_),
        clock_({config_.engineThreads, std::max(1, config_.maxBattles / config_.engineThreads),
                [this] {
                  wake_.signal();
                  judges_.wake();
                  media_.wake();
                }},
               metrics::registry()),
        battles_(config_, {clock_, logs_, judges_, work_.battles, tracks_, streams_,
                           [this](const std::string& id) -> std::unique_ptr<RoomOutput> {
                             return std::make_unique<SocketOutput>(
                                 namespace_, id, [this](const std::string& client) {
                                   return streams_.lossOf(client);
                                 });
                           },
                           post(), background(),
                           [this](const std::string& id) {
                             work_.verdicts.judge(id);
                             work_.recordings.archive(id);
                           }}),
        events_(work_.jobs,
                [this](int milliseconds, std::function<void()> work) {
                  http_.after(milliseconds, [work = std::move(work)] { guarded(work); });
                }),
        mixParts_{work_.mixes, work_.previews, work_.mixers,
                  [this](std::function<void()> work) { return plan(std::move(work)); }},
        arena_(config_.dataDir, {work_.library, work_.cache, work_.battles, work_.jobs, work_.shelf,
                                 work_.mixers, work_.recordings}) {
    addGuestRoutes(router_, tokens_, config_);
    addBattleRoutes(router_, tokens_, battles_);
    addStreamRoutes(router_, tokens_, battles_, streams_);
    addTrackRoutes(router_, tokens_, config_, work_.library, work_.jobs);
    addRecordingRoutes(router_, tokens_, battles_, work_.recordings, background());
    addVerdictRoutes(router_, tokens_, work_.verdicts);
    addModelRoutes(router_, work_.models);
    addJobRoutes(router_, tokens_, work_.jobs, events_);
    addMixRoutes(router_, tokens_, config_, mixParts_);
    addArenaRoutes(router_, tokens_, config_, arena_);
    addServiceRoutes(router_, {clock_, media_, work_.cache, namespace_});
    if (std::filesystem::exists(config_.webDir / "index.html"))
      router_.fallback(StaticFiles(config_.webDir));
    else
      log::warn("web client {}: not built; only the API is served", config_.webDir.string());
    installBattleEvents(namespace_, tokens_, battles_, streams_);
    http_.attach(sockets_.engine());
  }

  ~Impl() { stop(); }

  void start() {
    battles_.recover();
    arena_.start();
    work_.jobs.start(config_.workers);
    storage::beginReanalysis(work_.library, work_.jobs);
    http_.start();
    running_ = true;
    pump_ = std::thread([this] { pump(); });
  }

  void stop() {
    if (!running_.exchange(false)) return;
    endBattles();
    wake_.signal();
    pump_.join();
    background_.join();
    planner_.join();
    http_.stop();
    work_.jobs.stop();
    arena_.stop();
  }

  std::vector<std::string> addresses() const {
    std::vector<std::string> addresses;
    const char* scheme = config_.tls ? "https" : "http";
    for (const std::string& address : config_.listen) {
      const bool any = address == "0.0.0.0" || address == "::";
      const std::string host = any ? "localhost" : address;
      addresses.push_back(host.find(':') == std::string::npos
                              ? fmt::format("{}://{}:{}", scheme, host, http_.port())
                              : fmt::format("{}://[{}]:{}", scheme, host, http_.port()));
    }
    return addresses;
  }

 private:
  std::function<void(std::function<void()>)> post() {
    return [this](std::function<void()> work) {
      http_.post([work = std::move(work)] { guarded(work); });
    };
  }

  Background background() {
    return [this](std::function<void()> work) {
      boost::asio::post(background_, [work = std::move(work)] { guarded(work); });
    };
  }

  MediaServer::Options mediaOptions() {
    MediaServer::Options options;
    options.listen = config_.listen;
    options.udpPort = config_.mediaPort;
    options.publicAddresses = config_.publicAddresses;
    options.mediaThreads = config_.mediaThreads;
    options.maxViewers = config_.maxViewers;
    options.onEnd = [this](const std::string& session, SessionEnd) {
      post()([this, session] { streams_.forget(session); });
    };
    options.onMessage = [this](const std::string& session, std::string_view message) {
      post()([this, session, text = std::string(message), arrivedNs = steadyNs()] {
        takeMessage(session, text, arrivedNs);
      });
    };
    return options;
  }

  // Commands that come over a DJ's data channel go to the room as those of the socket do.
  void takeMessage(const std::string& session, std::string_view message, std::int64_t arrivedNs) {
    const Streams::Owner* owner = streams_.ownerOf(session);
    const auto room = owner != nullptr ? battles_.find(owner->battleId) : nullptr;
    if (room) room->commandCopies(owner->client, message, arrivedNs);
  }

  bool plan(std::function<void()> work) {
    if (planned_ >= kMostPlanned) return false;
    ++planned_;
    boost::asio::post(planner_, [this, work = std::move(work)] {
      work();
      --planned_;
    });
    return true;
  }

  // What nobody waits for must not end the process: a full disk is met here, too.
  template <typename Work>
  static void guarded(const Work& work) {
    try {
      work();
    } catch (const std::exception& error) {
      log::error("server: {}", error.what());
    }
  }

  // After each engine tick the rooms pass on what is due, on the network thread; never two passes
  // at a time, so that a busy network thread is not buried in them.
  void pump() {
    pthread_setname_np(pthread_self(), "dju-pump");
    while (running_) {
      wake_.wait();
      if (pending_.exchange(true)) continue;
      http_.post([this] {
        pending_ = false;
        guarded([this] { battles_.pump(); });
      });
    }
  }

  // Lets every battle reach its last mark and its log close, for as long as that may take.
  void endBattles() {
    post()([this] { battles_.closeAll(); });
    const auto deadline = std::chrono::steady_clock::now() + kCloseTimeout;
    for (bool done = false; !done && std::chrono::steady_clock::now() < deadline;) {
      std::promise<bool> answer;
      http_.post([&] { answer.set_value(battles_.allClosed()); });
      done = answer.get_future().get();
      if (!done) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }

  const ServerConfig config_;
  DataLock lock_;
  Tokens tokens_;
  Work work_;
  SocketServer sockets_;
  Namespace& namespace_;
  Router router_;
  HttpServer http_;
  Wake wake_;
  MediaServer media_;
  Streams streams_;
  LibraryTracks tracks_;
  LogWriter logs_;
  serving::LiveSound sound_;
  JudgeThread judges_;
  EngineClock clock_;
  BattleService battles_;
  JobEvents events_;
  MixParts mixParts_;
  Arena arena_;
  std::atomic<int> planned_{0};
  boost::asio::thread_pool background_{1};
  boost::asio::thread_pool planner_{1};
  std::atomic<bool> running_{false};
  std::atomic<bool> pending_{false};
  std::thread pump_;
};

Server::Server(const ServerConfig& config) : impl_(std::make_unique<Impl>(config)) {}
Server::~Server() = default;
void Server::start() {
  impl_->start();
}
void Server::stop() {
  impl_->stop();
}
std::vector<std::string> Server::addresses() const {
  return impl_->addresses();
}

}  // namespace dju::server
