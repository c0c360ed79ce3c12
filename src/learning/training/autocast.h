// Mixed precision for as long as this object lives: LibTorch then computes convolutions and
// products in bfloat16, which halves their time on CPUs that know it, and keeps weights and sums in
// float. LibTorch renamed the calls in 2.4; nothing else here depends on its version. One thread.
#pragma once

#include <ATen/autocast_mode.h>
#include <torch/torch.h>

#include "learning/training/training_options.h"

namespace dju::learning {

class Autocast {
 public:
  Autocast(Precision precision, const torch::Device& device) : gpu_(device.is_cuda()) {
    on_ = precision == Precision::kBfloat16;
    if (on_) set(true);
  }
  ~Autocast() {
    if (!on_) return;
    set(false);
    at::autocast::clear_cache();
  }
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  void set(bool enabled) const {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
    const at::DeviceType type = gpu_ ? at::kCUDA : at::kCPU;
    at::autocast::set_autocast_enabled(type, enabled);
    at::autocast::set_autocast_dtype(type, at::kBFloat16);
#else
    if (gpu_) {
      at::autocast::set_enabled(enabled);
      at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
    } else {
      at::autocast::set_cpu_enabled(enabled);
      at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
    }
#endif
  }

  bool on_ = false;
  bool gpu_ = false;
};

}  // namespace dju::learning
