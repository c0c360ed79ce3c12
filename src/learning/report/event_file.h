// Scalars over training steps in the files that TensorBoard opens: records framed as TFRecord, each
// a tensorflow.Event in protocol buffers, of which we need five fields (tensorflow/core/util/
// event.proto, core/lib/io/record_writer). Written by hand, since nothing else here needs either.
//
// Callers: training/trainer.h. One instance, one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace dju::learning {

// CRC-32C (Castagnoli), as iSCSI and TFRecord have it.
std::uint32_t crc32c(std::string_view bytes);

class EventFile {
 public:
  // Makes DIR/events.out.tfevents.SECONDS.dju. wallSeconds: since 1970.
  EventFile(const std::filesystem::path& directory, double wallSeconds);
  // Throws Error when the disk refuses.
  void add(double wallSeconds, std::int64_t step, std::string_view tag, float value);

 private:
  void write(const std::string& event);

  std::filesystem::path path_;
  std::ofstream out_;
};

}  // namespace dju::learning
