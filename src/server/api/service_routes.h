// For the operator: /health, /ready and /metrics, and the figures that others publish there.
#pragma once

#include "server/net/router.h"

namespace dju::storage {
class PcmCache;
}

namespace dju::server {

class EngineClock;
class MediaServer;
class Namespace;

struct ServiceParts {
  EngineClock& clock;
  MediaServer& media;
  storage::PcmCache& cache;
  Namespace& sockets;
};

// All parts outlive the metrics registry's use.
void addServiceRoutes(Router& router, ServiceParts parts);

}  // namespace dju::server
