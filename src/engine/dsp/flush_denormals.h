// While one of these lives, numbers too small to hear count as zero: a decaying filter would
// otherwise make the processor a hundred times slower, and not on every machine alike. The previous
// setting is restored. Render thread; on WebAssembly, which has no such switch, nothing happens.
#pragma once

#include <cstdint>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace dju::engine {

class FlushDenormals {
 public:
  FlushDenormals() noexcept : saved_(read()) { write(saved_ | kFlags); }
  ~FlushDenormals() { write(saved_); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
#if defined(__SSE2__)
  using Word = unsigned int;
  static constexpr Word kFlags = 0x8040;  // flush to zero, denormals are zero
  static Word read() noexcept {
    return _mm_getcsr();
  }
  static void write(Word word) noexcept {
    _mm_setcsr(word);
  }
#elif defined(__aarch64__)
  using Word = std::uint64_t;
  static constexpr Word kFlags = 1ULL << 24;  // FPCR.FZ
  static Word read() noexcept {
    Word word;
    __asm__ volatile("mrs %0, fpcr" : "=r"(word));
    return word;
  }
  static void write(Word word) noexcept {
    __asm__ volatile("msr fpcr, %0" : : "r"(word));
  }
#else
  using Word = unsigned int;
  static constexpr Word kFlags = 0;
  static Word read() noexcept {
    return 0;
  }
  static void write(Word) noexcept {}
#endif
  Word saved_;
};

}  // namespace dju::engine
