#include "audio/pcm_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <utility>

namespace dju::audio {
namespace {

static_assert(std::endian::native == std::endian::little, "the PCM file is mapped as it lies");

constexpr std::uint32_t kVersion = 1;
constexpr std::int64_t kFrameBytes = 4;
constexpr std::int64_t kMaxFrames = std::int64_t{1} << 34;

struct RawHeader {
  char magic[4];
  std::uint32_t version;
  std::uint64_t frames;
  float scale;
  std::uint32_t reserved;
  Sha256Digest hash;
};
static_assert(sizeof(RawHeader) == 56);

Error damaged(const std::filesystem::path& path, std::string_view what) {
  return {
      ErrorCode::kInternal,
      fmt::format("PCM cache \"{}\": {}; delete it, and it is decoded again", path.string(), what)};
}

}  // namespace

bool writePcmHeader(int fd, const PcmHeader& header) {
  char page[kPcmHeaderBytes] = {};
  RawHeader raw{{'D', 'J', 'U', 'P'}, kVersion, static_cast<std::uint64_t>(header.frames),
                header.scale,         0,        header.hash};
  std::memcpy(page, &raw, sizeof raw);
  return pwrite(fd, page, sizeof page, 0) == static_cast<ssize_t>(sizeof page);
}

Result<PcmFile> PcmFile::open(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return Error(errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kUnavailable,
                 fmt::format("PCM cache \"{}\": {}", path.string(), std::strerror(errno)));
  }
  RawHeader raw{};
  struct stat status {};
  const bool read =
      pread(fd, &raw, sizeof raw, 0) == static_cast<ssize_t>(sizeof raw) && fstat(fd, &status) == 0;
  const auto frames = static_cast<std::int64_t>(raw.frames);
  const bool sane = read && std::memcmp(raw.magic, "DJUP", 4) == 0 && raw.version == kVersion &&
                    frames >= 0 && frames < kMaxFrames && std::isfinite(raw.scale) && raw.scale > 0;
  if (!sane || status.st_size != kPcmHeaderBytes + frames * kFrameBytes) {
    ::close(fd);
    return damaged(path, sane ? "its size is not what its header says" : "no valid header");
  }
  const auto bytes = static_cast<std::int64_t>(status.st_size);
  void* mapping = mmap(nullptr, static_cast<std::size_t>(bytes), PROT_READ, MAP_SHARED, fd, 0);
  const int reason = errno;
  ::close(fd);
  if (mapping == MAP_FAILED) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("PCM cache \"{}\": {}", path.string(), std::strerror(reason)));
  }
  return PcmFile(mapping, bytes, PcmHeader{frames, raw.scale, raw.hash});
}

PcmFile::PcmFile(PcmFile&& other) noexcept
    : mapping_(std::exchange(other.mapping_, nullptr)),
      bytes_(other.bytes_),
      header_(other.header_) {}

PcmFile& PcmFile::operator=(PcmFile&& other) noexcept {
  std::swap(mapping_, other.mapping_);
  std::swap(bytes_, other.bytes_);
  std::swap(header_, other.header_);
  return *this;
}

PcmFile::~PcmFile() {
  if (mapping_ != nullptr) munmap(mapping_, static_cast<std::size_t>(bytes_));
}

PcmView PcmFile::view() const {
  const auto* bytes = static_cast<const char*>(mapping_);
  return {reinterpret_cast<const std::int16_t*>(bytes + kPcmHeaderBytes), header_.frames,
          header_.scale};
}

bool PcmFile::verifyHash() const {
  Sha256 hash;
  hash.update(view().samples, static_cast<std::size_t>(header_.frames * kFrameBytes));
  hash.update(&header_.scale, sizeof header_.scale);
  return hash.finish() == header_.hash;
}

}  // namespace dju::audio
