// Processes that train one model together, each on its share of every batch. They meet at rank 0's
// address and then only ever add tensors up: Gloo on CPUs, NCCL where LibTorch has it and the
// tensors are on a GPU.
//
// All of them call the same functions in the same order; one that ends early makes the others'
// calls fail. One group a thread, which uses it from construction to destruction.
// Callers: training/, models/shared_norm.h, command/.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace dju::learning {

struct MeetingPlace {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  // 0, for rank 0 only: any that is free

  // "HOST:PORT". Throws Error when it is not.
  static MeetingPlace in(const std::string& text);
};

class ProcessGroup {
 public:
  // `listening`: on rank 0, called with the port before the others are waited for. Throws Error
  // when the others are not there within a minute, or this build has no Gloo.
  ProcessGroup(const MeetingPlace& place, int rank, int size, const std::string& device,
               const std::function<void(std::uint16_t)>& listening = {});
  ~ProcessGroup();
  ProcessGroup(const ProcessGroup&) = delete;
  ProcessGroup& operator=(const ProcessGroup&) = delete;

  // The group of this thread; null where it trains alone.
  static ProcessGroup* current();

  int rank() const { return rank_; }
  int size() const { return size_; }
  // Replaces the tensor by the sum of everybody's. Throws Error when another is gone.
  void sum(torch::Tensor& tensor);
  // The same of several tensors in one message; undefined ones count as zero and stay so.
  void sum(std::vector<torch::Tensor> tensors);
  // Everybody goes on with rank 0's values.
  void takeFirst(std::vector<torch::Tensor> tensors);
  // Which of `count` things, in order, this process does.
  struct Share {
    std::size_t from = 0, to = 0;
  };
  Share shareOf(std::size_t count) const;

 private:
  struct Connection;
  int rank_, size_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace dju::learning
