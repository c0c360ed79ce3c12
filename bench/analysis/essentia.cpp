// Essentia through essentia.js (WebAssembly) in node, a process of its own: AGPL-3.0 code that
// nothing of ours links to. Its processor time is process.cpuUsage() around the call alone, which
// counts WebAssembly's compiler threads too; loading the module is outside.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analysis/systems.h"

namespace dju::bench {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(DJU_SOURCE_DIR) / "bench" / "analysis";

Answer ask(const std::string& task, const Hearing& hearing) {
  Answer answer;
  const auto text =
      outputOf(fmt::format("node \"{}\" {} \"{}\" 2>/dev/null", (kFolder / "essentia.mjs").string(),
                           task, hearing.mono44File.string()));
  const auto json = nlohmann::json::parse(text.value_or(""), nullptr, false);
  if (json.is_discarded()) {
    answer.failure = "essentia.mjs " + task + " failed";
    return answer;
  }
  answer.cpuSeconds = json.value("cpuSeconds", 0.0);
  answer.bpm = json.value("bpm", 0.0);
  answer.beats = json.value("beats", std::vector<double>{});
  answer.key = keyOf(json.value("key", ""));
  return answer;
}

System essentia(const std::string& name, const std::string& task, const std::string& what,
                const Abilities& does) {
  System system;
  system.name = name;
  system.version = what;
  system.does = does;
  if (!outputOf("node --version 2>/dev/null")) {
    system.missing = "apt install nodejs npm";
  } else if (!fs::exists(kFolder / "node_modules" / "essentia.js")) {
    system.missing = "npm --prefix bench/analysis ci --ignore-scripts";
  }
  system.analyse = [task](const Hearing& hearing) { return ask(task, hearing); };
  return system;
}

}  // namespace

System essentiaBeats(const std::string& method) {
  return essentia("Essentia " + method, method, "essentia.js 0.1.3, RhythmExtractor2013 " + method,
                  {.beats = true, .tempo = true});
}

System essentiaKey() {
  return essentia("Essentia key", "key", "essentia.js 0.1.3, KeyExtractor, profile edma",
                  {.key = true});
}

}  // namespace dju::bench
