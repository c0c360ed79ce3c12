// What the decoder's parent and child agree on: which file is which descriptor, and the answer.
#pragma once

namespace dju::audio {

// Descriptors of the child. Everything above is closed before a stranger's byte is read.
inline constexpr int kWorkerInput = 3;     // the audio file, read-only
inline constexpr int kWorkerAnswer = 4;    // a line of JSON, then the cover
inline constexpr int kWorkerPcm = 5;       // the PCM file (decode)
inline constexpr int kWorkerScratch = 6;   // a nameless file (decode)
inline constexpr int kWorkerProgress = 7;  // a pipe: bytes 0 to 99 (decode)

// The answer is {"ok": true, …} or {"ok": false, "code": n, "reason": "…"} on one line, followed by
// the cover. Arguments: identify|decode, then seconds, memory bytes, CPU seconds, cover bytes.

}  // namespace dju::audio
