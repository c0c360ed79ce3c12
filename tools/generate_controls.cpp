// Build step: turns data/controls.json into a header with one enumerator and one table row a
// control, so that the engine and everything above it know the registry at compile time.
// Usage: generate_controls controls.json OUT.h
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

namespace {

std::string enumerator(const std::string& id) {
  std::string name = "k";
  bool upper = true;
  for (char c : id) {
    if (c == '_') {
      upper = true;
      continue;
    }
    name += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = false;
  }
  return name;
}

std::string capital(std::string word) {
  word[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(word[0])));
  return "k" + word;
}

std::string numbered(std::string text, int n) {
  if (auto at = text.find("{n}"); at != std::string::npos) text.replace(at, 3, std::to_string(n));
  return text;
}

// An enumeration of a list's ids in their order, their number and the ids themselves: enum class
// EffectType, kEffectCount, kEffectIds.
std::string list(const nlohmann::json& registry, const char* key, const std::string& name) {
  std::string text = "enum class " + name + "Type : std::uint8_t {\n";
  std::string ids;
  for (const auto& entry : registry.at(key)) {
    text += "  " + enumerator(entry.at("id")) + ",\n";
    ids += entry.at("id").dump() + ", ";
  }
  return text + "};\ninline constexpr int k" + name +
         "Count = " + std::to_string(registry.at(key).size()) +
         ";\ninline constexpr std::string_view k" + name + "Ids[] = {" + ids + "};\n\n";
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3) throw std::runtime_error("usage: generate_controls controls.json OUT.h");
  std::ifstream in(argv[1]);
  const auto registry = nlohmann::json::parse(in);
  std::string enumerators;
  std::string rows;
  for (const auto& control : registry.at("controls")) {
    const int count = control.value("count", 1);
    for (int i = 0; i < count; ++i) {
      const std::string id = numbered(control.at("id"), i + 1);
      enumerators += "  " + enumerator(id) + ",\n";
      auto midi = [&](const char* key) {
        return control.contains(key) ? control[key].get<int>() + i : -1;
      };
      nlohmann::json choices = control.value("choices", nlohmann::json::array());
      std::string list;
      for (const auto& choice : choices) list += choice.dump() + ", ";
      rows += "    {ControlId::" + enumerator(id) + ", \"" + id +
              "\", ControlScope::" + capital(control.at("scope")) +
              ", ControlKind::" + capital(control.at("kind")) +
              ", LatencyClass::" + capital(control.at("latency")) +
              ", ControlOwner::" + capital(control.at("owner")) + ", \"" +
              control.at("unit").get<std::string>() +
              "\", ControlLaw::" + capital(control.value("law", std::string("linear"))) + ", " +
              control.at("min").dump() + ", " + control.at("max").dump() + ", " +
              control.at("default").dump() + ", " +
              nlohmann::json(control.value("unity", 1.0)).dump() + ", " +
              nlohmann::json(control.value("ramp_ms", 0.0)).dump() + ", " +
              std::to_string(midi("note")) + ", " + std::to_string(midi("cc")) + ", " +
              (control.value("pitch_bend", false) ? "true" : "false") + ", " +
              (control.value("on_beat", false) ? "true" : "false") + ", {" + list + "}, " +
              std::to_string(choices.size()) + "},\n";
    }
  }
  const std::string effects =
      list(registry, "effects", "Effect") + list(registry, "quick_effects", "QuickEffect");
  std::ofstream out(argv[2]);
  out << "// Generated from data/controls.json; edit that file.\n#pragma once\n\n"
      << "namespace dju::engine {\n\nenum class ControlId : std::uint16_t {\n"
      << enumerators << "};\n\ninline constexpr ControlInfo kControls[] = {\n"
      << rows << "};\n\n"
      << effects << "inline constexpr int kRegistryVersion = " << registry.at("version").dump()
      << ";\n\n}  // namespace dju::engine\n";
  return out.good() ? 0 : 1;
} catch (const std::exception& error) {
  std::cerr << "generate_controls: " << error.what() << '\n';
  return 1;
}
