#include "storage/packed_log.h"

#include <fmt/format.h>
#include <zstd.h>

#include <memory>

namespace dju::storage {
namespace {

// A log of eight minutes: 361 kB become 61 kB in 0.09 s; 19 takes 0.22 s for the same, 9 leaves 72.
constexpr int kLevel = 16;
// 8 MiB: what a frame may have its reader keep.
constexpr int kWindowBits = 23;

std::size_t checked(std::size_t answer) {
  if (ZSTD_isError(answer) != 0)
    throw Error(ErrorCode::kInternal,
                fmt::format("log: it cannot be compressed: {}", ZSTD_getErrorName(answer)));
  return answer;
}

Error damaged(std::string_view why) {
  return {ErrorCode::kInvalid, fmt::format("compressed log: {}", why)};
}

}  // namespace

std::string packLog(std::string_view text) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                     &ZSTD_freeCCtx);
  if (context == nullptr) throw Error(ErrorCode::kInternal, "log: no memory to compress it");
  checked(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel));
  checked(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, kWindowBits));
  checked(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1));
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(checked(
      ZSTD_compress2(context.get(), packed.data(), packed.size(), text.data(), text.size())));
  packed.shrink_to_fit();
  return packed;
}

Result<std::string> unpackLog(std::string_view packed, std::size_t mostBytes) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(),
                                                                     &ZSTD_freeDCtx);
  if (context == nullptr) return Error(ErrorCode::kInternal, "compressed log: no memory");
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kWindowBits);
  std::string text;
  std::string piece(ZSTD_DStreamOutSize(), '\0');
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  for (std::size_t missing = 1; missing != 0;) {
    ZSTD_outBuffer out{piece.data(), piece.size(), 0};
    const std::size_t before = in.pos;
    missing = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(missing) != 0) return damaged(ZSTD_getErrorName(missing));
    if (missing != 0 && out.pos == 0 && in.pos == before) return damaged("it is cut off");
    if (text.size() + out.pos > mostBytes)
      return Error(ErrorCode::kTooLarge,
                   fmt::format("compressed log: more than {} bytes, which is what a log may have",
                               mostBytes));
    text.append(piece, 0, out.pos);
  }
  if (in.pos != in.size) return damaged("something follows behind its end");
  return text;
}

}  // namespace dju::storage
