// Audio files of strangers, made into PCM in a child process.
//
// The child is this program executed again (`dju decode-worker`, or dju_decode_worker in tests). It
// exists for two reasons. Safety: it sees four open files and nothing else, under limits on CPU
// time, memory and file size, and when a decoder crashes, the caller gets an Error. Sameness: it
// runs with libavcodec, libsoxr and glibc told to use no optional CPU instructions, in one thread,
// so that any CPU makes the same samples; the battle log names tracks whose PCM is the same
// everywhere.
//
// Formats: MP3, AAC and ALAC in M4A, AAC (ADTS), FLAC, WAV, AIFF, Ogg Vorbis, Ogg Opus. Sampled at
// 48 kHz by libsoxr (VHQ, double precision), mono on both sides, more than two channels mixed down.
// Encoder delay and padding are removed where the file states them (LAME header, MP4 edit list, Ogg
// granule positions, Opus pre-skip); ADTS states none, so about 21 ms of silence stay.
//
// Callers: the import. Any thread; each call blocks until the child ends.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/error.h"

namespace dju::audio {

struct DecodeLimits {
  std::int64_t fileBytes = 512LL << 20;
  double seconds = 7200;                 // of sound
  std::int64_t memoryBytes = 1LL << 30;  // address space of the child
  int cpuSeconds = 900;                  // of the child
  std::int64_t coverBytes = 8LL << 20;   // a larger cover is left out
};

// How the child is started. An empty program means /proc/self/exe with the argument decode-worker.
struct DecodeWorker {
  std::filesystem::path program;
  std::vector<std::string> arguments;
};

struct Cover {
  std::string mimeType;  // image/jpeg, image/png, image/gif or image/webp, by its first bytes
  std::string bytes;     // empty = none
};

// What a file says of itself, and who it is.
struct FileInfo {
  std::string
      id;  // SHA-256 of the payload of the chosen stream's packets, in hex: tags do not matter
  std::string format;  // mp3, m4a, aac, flac, wav, aiff, ogg, opus
  std::string codec;   // libavcodec's name: mp3, aac, flac, vorbis …
  int sampleRate = 0;  // Hz, of the file
  int channels = 0;    // of the file
  int bitrate = 0;     // bit/s, mean of the packets
  double durationSeconds = 0;
  std::string title, artist, album, genre;  // UTF-8, at most 512 bytes each; empty = unknown
  std::string date, comment;
  Cover cover;
};

struct DecodedPcm {
  std::int64_t frames = 0;
  float scale = 0;
  std::string pcmHash;  // SHA-256 of samples and scale, as in the PCM file
};

// 0 to 1 of one file. Called on the thread that called decode.
using DecodeProgress = std::function<void(double)>;

class Decoder {
 public:
  explicit Decoder(DecodeWorker worker = {}, DecodeLimits limits = {});

  // Reads tags and identity without decoding.
  Result<FileInfo> identify(const std::filesystem::path& file) const;
  // Decodes into a new PCM file (audio/pcm_file.h) at `pcmOut`, which is replaced. On error nothing
  // is left there.
  Result<DecodedPcm> decode(const std::filesystem::path& file, const std::filesystem::path& pcmOut,
                            const DecodeProgress& progress = {}) const;

 private:
  DecodeWorker worker_;
  DecodeLimits limits_;
};

// The child's side: `arguments` are those after `decode-worker`. Returns the exit status.
int runDecodeWorker(const std::vector<std::string>& arguments);

}  // namespace dju::audio
