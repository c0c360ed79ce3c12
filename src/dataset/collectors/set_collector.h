// Professional sets: a recording with a cue sheet or JAMS beside it, which say which track begins
// when. What the hands did is unknown, so the judge's formulas say nothing of such a set; its
// windows are learned from once people have rated them (collect.h), and until then they are what
// people are asked to listen to. Callers: app/. Takes as long as decoding.
#pragma once

#include <filesystem>
#include <string>

#include "audio/decode.h"
#include "dataset/collectors/collector.h"

namespace dju::dataset {

class SetCollector : public Collector {
 public:
  // Every audio file of the folder that has NAME.cue or NAME.jams beside it; `license` is of all.
  SetCollector(std::filesystem::path folder, std::string license,
               audio::Decoder decoder = audio::Decoder())
      : folder_(std::move(folder)), license_(std::move(license)), decoder_(std::move(decoder)) {}

  std::string_view source() const override { return "professional"; }
  void collect(const std::function<void(CollectedRecord)>& take,
               const std::function<void(const std::string&)>& leaveOut) override;

 private:
  std::filesystem::path folder_;
  std::string license_;
  audio::Decoder decoder_;
};

}  // namespace dju::dataset
