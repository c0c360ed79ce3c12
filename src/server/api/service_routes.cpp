#include "server/api/service_routes.h"

#include "core/metrics.h"
#include "server/battle/engine_clock.h"
#include "server/net/socket_io.h"
#include "server/webrtc/media_server.h"
#include "storage/pcm_cache.h"

namespace dju::server {
namespace {

using metrics::registry;

void publish(const ServiceParts& parts) {
  registry().gaugeFrom("dju_battles", "Battles being driven",
                       [&clock = parts.clock] { return clock.battles(); });
  registry().gaugeFrom("dju_sockets", "Event sockets open",
                       [&sockets = parts.sockets] { return static_cast<double>(sockets.size()); });
  registry().gaugeFrom("dju_resident_bytes", "Sound kept in memory", [&cache = parts.cache] {
    return static_cast<double>(cache.residentBytes());
  });
  const auto media = [&server = parts.media](const char* name, const char* help,
                                             std::uint64_t MediaTotals::*field) {
    registry().gaugeFrom(name, help,
                         [&server, field] { return static_cast<double>(server.totals().*field); });
  };
  media("dju_viewers", "WebRTC sessions now", &MediaTotals::sessions);
  media("dju_media_packets_sent", "RTP packets sent since the start", &MediaTotals::packetsSent);
  media("dju_media_bytes_sent", "Bytes of them", &MediaTotals::bytesSent);
  media("dju_media_packets_resent", "Packets sent again on request", &MediaTotals::packetsResent);
  media("dju_media_send_failures", "Packets that the kernel did not take",
        &MediaTotals::sendFailures);
  media("dju_media_overflows", "Blocks lost between engine and encoder", &MediaTotals::overflows);
}

}  // namespace

void addServiceRoutes(Router& router, ServiceParts parts) {
  publish(parts);
  router.get("/health", [](const Request&, Responder responder) {
    responder.json({{"status", "ok"}});
  });
  // Ready once routes are served: the data folder is open and the engine threads run by then.
  router.get("/ready", [](const Request&, Responder responder) {
    responder.json({{"status", "ready"}});
  });
  router.get("/metrics", [](const Request&, Responder responder) {
    responder.text(registry().exposition(), 200, "text/plain; version=0.0.4; charset=utf-8");
  });
}

}  // namespace dju::server
