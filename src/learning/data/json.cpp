#include "learning/data/json.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>

namespace dju::learning {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{64} << 20;
constexpr int kMaxDepth = 32;

void appendUtf8(std::string& out, std::uint32_t point) {
  const auto add = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80) return add(point);
  if (point < 0x800) {
    add(0xC0 | (point >> 6));
  } else if (point < 0x10000) {
    add(0xE0 | (point >> 12));
    add(0x80 | ((point >> 6) & 0x3F));
  } else {
    add(0xF0 | (point >> 18));
    add(0x80 | ((point >> 12) & 0x3F));
    add(0x80 | ((point >> 6) & 0x3F));
  }
  add(0x80 | (point & 0x3F));
}

// Each take… moves on past what it understood and gives nothing when it understood nothing.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<Json> takeDocument() {
    std::optional<Json> value = takeValue(0);
    skipSpace();
    return at_ == text_.size() ? value : std::nullopt;
  }
  std::size_t at() const { return at_; }

 private:
  void skipSpace() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string::npos)
      ++at_;
  }
  bool takeText(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }

  std::optional<Json> takeValue(int depth) {
    skipSpace();
    if (at_ >= text_.size() || depth > kMaxDepth) return std::nullopt;
    switch (text_[at_]) {
      case '{':
        return takeObject(depth);
      case '[':
        return takeArray(depth);
      case '"': {
        std::optional<std::string> string = takeString();
        if (!string) return std::nullopt;
        return Json(std::move(*string));
      }
      case 't':
        return takeText("true") ? std::optional(Json(true)) : std::nullopt;
      case 'f':
        return takeText("false") ? std::optional(Json(false)) : std::nullopt;
      case 'n':
        return takeText("null") ? std::optional(Json()) : std::nullopt;
      default:
        return takeNumber();
    }
  }

  std::optional<Json> takeNumber() {
    // from_chars also reads "inf" and "nan", which JSON does not know.
    if (text_[at_] != '-' && (text_[at_] < '0' || text_[at_] > '9')) return std::nullopt;
    double number = 0;
    const auto [end, code] =
        std::from_chars(text_.data() + at_, text_.data() + text_.size(), number);
    if (code != std::errc{} || !std::isfinite(number)) return std::nullopt;
    at_ = static_cast<std::size_t>(end - text_.data());
    return Json(number);
  }

  std::optional<Json> takeArray(int depth) {
    Json::Array values;
    ++at_;
    skipSpace();
    if (takeText("]")) return Json(std::move(values));
    while (true) {
      std::optional<Json> value = takeValue(depth + 1);
      if (!value) return std::nullopt;
      values.push_back(std::move(*value));
      skipSpace();
      if (takeText("]")) return Json(std::move(values));
      if (!takeText(",")) return std::nullopt;
    }
  }

  std::optional<Json> takeObject(int depth) {
    Json::Object members;
    ++at_;
    skipSpace();
    if (takeText("}")) return Json(std::move(members));
    while (true) {
      skipSpace();
      std::optional<std::string> key = takeString();
      skipSpace();
      if (!key || !takeText(":")) return std::nullopt;
      std::optional<Json> value = takeValue(depth + 1);
      if (!value) return std::nullopt;
      members.emplace_back(std::move(*key), std::move(*value));
      skipSpace();
      if (takeText("}")) return Json(std::move(members));
      if (!takeText(",")) return std::nullopt;
    }
  }

  std::optional<std::string> takeString() {
    if (!takeText("\"")) return std::nullopt;
    std::string out;
    while (at_ < text_.size()) {
      const char next = text_[at_++];
      if (next == '"') return out;
      if (static_cast<unsigned char>(next) < 0x20) return std::nullopt;
      if (next != '\\') {
        out.push_back(next);
      } else if (!takeEscape(out)) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  bool takeEscape(std::string& out) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (at_ >= text_.size()) return false;
    const char name = text_[at_++];
    if (const std::size_t which = kNames.find(name); which != std::string_view::npos) {
      out.push_back(kMeanings[which]);
      return true;
    }
    std::optional<std::uint32_t> point;
    if (name == 'u') point = takeHex();
    if (!point) return false;
    if (*point >= 0xD800 && *point < 0xDC00) {  // the first half of a pair
      const std::optional<std::uint32_t> low =
          takeText("\\u") ? takeHex() : std::optional<std::uint32_t>();
      if (!low || *low < 0xDC00 || *low > 0xDFFF) return false;
      point = 0x10000 + ((*point - 0xD800) << 10) + (*low - 0xDC00);
    }
    appendUtf8(out, *point);
    return true;
  }

  std::optional<std::uint32_t> takeHex() {
    std::uint32_t value = 0;
    const std::string_view digits = text_.substr(at_, 4);
    const auto [end, code] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (code != std::errc{} || digits.size() != 4 || end != digits.data() + 4) return std::nullopt;
    at_ += 4;
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<Json> Json::parse(std::string_view text) {
  if (text.size() > kMaxBytes) {
    return Error(ErrorCode::kTooLarge, "JSON of " + std::to_string(text.size()) +
                                           " bytes: at most " + std::to_string(kMaxBytes));
  }
  Reader reader(text);
  std::optional<Json> value = reader.takeDocument();
  if (!value) {
    return Error(ErrorCode::kInvalid, "no JSON from byte " + std::to_string(reader.at()) + " on");
  }
  return std::move(*value);
}

const Json* Json::find(std::string_view key) const {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  for (const auto& [name, value] : *members) {
    if (name == key) return &value;
  }
  return nullptr;
}

std::string jsonQuoted(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out.push_back('\\');
    if (byte < 0x20) {
      out += "\\u00";
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  return out + '"';
}

std::string jsonNumber(double value) {
  if (!std::isfinite(value)) return "null";
  char text[32];
  const auto [end, code] = std::to_chars(text, text + sizeof text, value);
  return {text, end};
}

}  // namespace dju::learning
