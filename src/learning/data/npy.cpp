#include "learning/data/npy.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "core/half.h"
#include "learning/data/whole_file.h"

namespace dju::learning {
namespace {

static_assert(std::endian::native == std::endian::little, "shards are little-endian");

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kMaxHeader = std::size_t{64} << 10;
constexpr std::size_t kMaxDimensions = 8;
constexpr std::size_t kMaxElements = std::size_t{1} << 40;

Error invalid(const std::string& what) {
  return {ErrorCode::kInvalid, what};
}

// What stands behind 'key': in the header's dictionary.
std::optional<std::string_view> valueOf(std::string_view dictionary, std::string_view key) {
  std::string quoted("'");
  quoted.append(key).append("':");
  const std::size_t at = dictionary.find(quoted);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view value = dictionary.substr(at + quoted.size());
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  return value;
}

// "(3, 4), …" or "(3,), …" or "(), …".
Result<std::vector<std::size_t>> parseShape(std::string_view text) {
  std::vector<std::size_t> shape;
  const std::size_t end = text.find(')');
  if (text.empty() || text[0] != '(' || end == std::string_view::npos)
    return invalid("no shape in the header");
  std::string_view inside = text.substr(1, end - 1);
  std::size_t elements = 1;
  while (true) {
    inside.remove_prefix(std::min(inside.find_first_not_of(" ,"), inside.size()));
    if (inside.empty()) return shape;
    std::size_t size = 0;
    const auto [stop, code] = std::from_chars(inside.data(), inside.data() + inside.size(), size);
    if (code != std::errc{}) return invalid("a shape that is no list of numbers");
    inside.remove_prefix(static_cast<std::size_t>(stop - inside.data()));
    shape.push_back(size);
    if (size > kMaxElements) return invalid("more than 2^40 elements");
    elements *= size;
    if (elements > kMaxElements || shape.size() > kMaxDimensions)
      return invalid("more than 8 dimensions or 2^40 elements");
  }
}

std::string headerText(const std::vector<std::size_t>& shape, NpyType type) {
  std::string text = std::string("{'descr': '") + (type == NpyType::kFloat16 ? "<f2" : "<f4") +
                     "', 'fortran_order': False, 'shape': (";
  for (const std::size_t size : shape) text += std::to_string(size) + ", ";
  if (shape.size() > 1) text.resize(text.size() - 2);
  if (shape.size() == 1) text.resize(text.size() - 1);
  text += "), }";
  // The data begin at a multiple of 64 bytes.
  const std::size_t before = kMagic.size() + 4;
  text.append(63 - (before + text.size()) % 64, ' ');
  return text + '\n';
}

}  // namespace

std::size_t NpyHeader::elements() const {
  std::size_t count = 1;
  for (const std::size_t size : shape) count *= size;
  return count;
}

Result<NpyHeader> parseNpyHeader(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.size() < 10 || text.substr(0, kMagic.size()) != kMagic)
    return invalid("no .npy file: its first bytes are others");
  const auto byteAt = [&](std::size_t i) {
    return std::size_t{static_cast<unsigned char>(text[i])};
  };
  const std::size_t version = byteAt(6);
  if (version < 1 || version > 3)
    return Error(ErrorCode::kUnsupported, ".npy version " + std::to_string(version));
  const std::size_t start = version == 1 ? 10 : 12;
  if (text.size() < start) return invalid("the header is cut off");
  std::size_t length = byteAt(8) | (byteAt(9) << 8);
  if (version > 1) length |= (byteAt(10) << 16) | (byteAt(11) << 24);
  if (length > kMaxHeader) return invalid("a header of more than 64 KiB");
  if (text.size() < start + length) return invalid("the header is cut off");
  const std::string_view dictionary = text.substr(start, length);

  NpyHeader header;
  header.dataOffset = start + length;
  const auto type = valueOf(dictionary, "descr");
  if (type && type->starts_with("'<f2'")) {
    header.type = NpyType::kFloat16;
  } else if (!type || !type->starts_with("'<f4'")) {
    return Error(ErrorCode::kUnsupported,
                 "a type that is neither '<f2' nor '<f4': save it as float16 or float32");
  }
  const auto order = valueOf(dictionary, "fortran_order");
  if (!order || !order->starts_with("False"))
    return Error(ErrorCode::kUnsupported, "not in C order: save numpy.ascontiguousarray(…)");
  auto shape = parseShape(valueOf(dictionary, "shape").value_or(""));
  if (!shape) return shape.error();
  header.shape = std::move(shape).valueOrThrow();
  return header;
}

NpyFile::NpyFile(const std::filesystem::path& path) : path_(path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (file < 0 || ::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    if (file >= 0) ::close(file);
    throw Error(ErrorCode::kNotFound, path.string() + ": cannot be read");
  }
  size_ = static_cast<std::size_t>(status.st_size);
  void* mapped = size_ == 0 ? MAP_FAILED : ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  if (mapped == MAP_FAILED) throw invalid(path.string() + ": is empty or cannot be mapped");
  bytes_ = static_cast<const std::byte*>(mapped);
  try {
    auto header = parseNpyHeader({bytes_, size_});
    if (!header) throw Error(header.error().code(), path.string() + ": " + header.error().what());
    header_ = std::move(header).valueOrThrow();
    const std::size_t expected = header_.elements() * header_.elementBytes();
    if (header_.shape.empty() || size_ - header_.dataOffset != expected) {
      throw invalid(path.string() + ": " + std::to_string(size_ - header_.dataOffset) +
                    " bytes of data where its shape asks for " + std::to_string(expected) +
                    "; it was cut off or written by another program");
    }
  } catch (...) {
    ::munmap(mapped, size_);
    throw;
  }
}

NpyFile::~NpyFile() {
  if (bytes_ != nullptr) ::munmap(const_cast<std::byte*>(bytes_), size_);
}

NpyFile::NpyFile(NpyFile&& other) noexcept
    : path_(std::move(other.path_)),
      header_(std::move(other.header_)),
      bytes_(std::exchange(other.bytes_, nullptr)),
      size_(other.size_) {}

std::size_t NpyFile::rowElements() const {
  std::size_t count = 1;
  for (std::size_t i = 1; i < header_.shape.size(); ++i) count *= header_.shape[i];
  return count;
}

void NpyFile::copyRow(std::size_t index, std::span<float> out) const {
  const std::size_t count = rowElements();
  const std::byte* from = bytes_ + header_.dataOffset + index * count * header_.elementBytes();
  if (header_.type == NpyType::kFloat32) {
    std::memcpy(out.data(), from, count * sizeof(float));
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    std::uint16_t half = 0;
    std::memcpy(&half, from + 2 * i, sizeof half);
    out[i] = floatOfHalf(half);
  }
}

void writeNpy(const std::filesystem::path& path, const std::vector<std::size_t>& shape,
              std::span<const float> values, NpyType type) {
  const std::string header = headerText(shape, type);
  std::string out(kMagic);
  const char prefix[] = {1, 0, static_cast<char>(header.size() & 0xFF),
                         static_cast<char>(header.size() >> 8)};
  out.append(prefix, sizeof prefix).append(header);
  if (type == NpyType::kFloat32) {
    out.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  } else {
    for (const float value : values) {
      const std::uint16_t half = halfOfFloat(value);
      out.append(reinterpret_cast<const char*>(&half), sizeof half);
    }
  }
  writeWholeFile(path, out);
}

}  // namespace dju::learning
