#include "learning/processes/process_group.h"

#include <charconv>
#include <chrono>

#include "core/error.h"

#ifdef DJU_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#ifdef DJU_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif
#endif

namespace dju::learning {
namespace {

thread_local ProcessGroup* ownGroup = nullptr;

}  // namespace

MeetingPlace MeetingPlace::in(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  MeetingPlace place;
  const char* const end = text.data() + text.size();
  if (colon == std::string::npos || colon == 0 ||
      std::from_chars(text.data() + colon + 1, end, place.port).ptr != end || place.port == 0)
    throw Error(ErrorCode::kInvalid, "\"" + text + "\": give HOST:PORT of rank 0");
  place.host = text.substr(0, colon);
  return place;
}

ProcessGroup* ProcessGroup::current() {
  return ownGroup;
}

ProcessGroup::Share ProcessGroup::shareOf(std::size_t count) const {
  const auto rank = static_cast<std::size_t>(rank_);
  const auto size = static_cast<std::size_t>(size_);
  return {count * rank / size, count * (rank + 1) / size};
}

#ifdef DJU_GLOO

struct ProcessGroup::Connection {
  c10::intrusive_ptr<c10d::TCPStore> store;
  c10::intrusive_ptr<c10d::ProcessGroup> group;
};

namespace {

constexpr std::chrono::seconds kPatience{60};

// LibTorch's complaints become ours; a training that lost a process cannot go on.
template <typename Call>
void guarded(const std::string& what, Call&& call) {
  try {
    call();
  } catch (const Error&) {
    throw;
  } catch (const std::exception& failure) {
    throw Error(ErrorCode::kUnavailable,
                what + ": " + failure.what() + "; start the training again, it goes on");
  }
}

c10::intrusive_ptr<c10d::TCPStore> meet(const MeetingPlace& place, bool first, int size) {
  c10d::TCPStoreOptions options;
  options.port = place.port;
  options.isServer = first;
  options.numWorkers = static_cast<std::size_t>(size);
  options.waitWorkers = false;
  options.timeout = kPatience;
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
  options.useLibUV = false;
#endif
  return c10::make_intrusive<c10d::TCPStore>(place.host, options);
}

c10::intrusive_ptr<c10d::ProcessGroup> groupOf(const c10::intrusive_ptr<c10d::TCPStore>& store,
                                               const MeetingPlace& place, int rank, int size,
                                               const std::string& device) {
#ifdef DJU_NCCL
  if (device == "cuda") return c10::make_intrusive<c10d::ProcessGroupNCCL>(store, rank, size);
#endif
  if (device != "cpu")
    throw Error(ErrorCode::kUnsupported,
                "--processes with --device " + device + ": this build has no NCCL; use cpu");
  auto options = c10d::ProcessGroupGloo::Options::create(kPatience * 10);
  options->devices.push_back(place.host == "127.0.0.1" || place.host == "localhost"
                                 ? c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                                 : c10d::ProcessGroupGloo::createDefaultDevice());
  return c10::make_intrusive<c10d::ProcessGroupGloo>(store, rank, size, options);
}

}  // namespace

ProcessGroup::ProcessGroup(const MeetingPlace& place, int rank, int size, const std::string& device,
                           const std::function<void(std::uint16_t)>& listening)
    : rank_(rank), size_(size), connection_(std::make_unique<Connection>()) {
  guarded(place.host + ":" + std::to_string(place.port) + ": process " + std::to_string(rank) +
              " does not meet the others",
          [&] {
            connection_->store = meet(place, rank == 0, size);
            if (rank == 0 && listening) listening(connection_->store->getPort());
            connection_->group = groupOf(connection_->store, place, rank, size, device);
          });
  ownGroup = this;
}

ProcessGroup::~ProcessGroup() {
  ownGroup = nullptr;
}

void ProcessGroup::sum(torch::Tensor& tensor) {
  guarded("another process of this training is gone", [&] {
    std::vector<torch::Tensor> one = {tensor};
    connection_->group->allreduce(one)->wait();
  });
}

#else

struct ProcessGroup::Connection {};

ProcessGroup::ProcessGroup(const MeetingPlace&, int rank, int size, const std::string&,
                           const std::function<void(std::uint16_t)>&)
    : rank_(rank), size_(size) {
  throw Error(ErrorCode::kUnsupported,
              "--processes: this build has no Gloo (libgloo-dev); train with one process");
}

ProcessGroup::~ProcessGroup() = default;

void ProcessGroup::sum(torch::Tensor&) {}

#endif

void ProcessGroup::sum(std::vector<torch::Tensor> tensors) {
  std::int64_t total = 0;
  for (const torch::Tensor& tensor : tensors)
    if (tensor.defined()) total += tensor.numel();
  if (total == 0) return;
  const torch::NoGradGuard guard;
  std::vector<torch::Tensor> flat;
  for (const torch::Tensor& tensor : tensors)
    if (tensor.defined()) flat.push_back(tensor.flatten().to(torch::kFloat32));
  torch::Tensor all = torch::cat(flat);
  sum(all);
  std::int64_t at = 0;
  for (torch::Tensor& tensor : tensors) {
    if (!tensor.defined()) continue;
    tensor.copy_(all.narrow(0, at, tensor.numel()).view_as(tensor));
    at += tensor.numel();
  }
}

void ProcessGroup::takeFirst(std::vector<torch::Tensor> tensors) {
  const torch::NoGradGuard guard;
  if (rank_ != 0)
    for (torch::Tensor& tensor : tensors) tensor.zero_();
  sum(std::move(tensors));
}

}  // namespace dju::learning
