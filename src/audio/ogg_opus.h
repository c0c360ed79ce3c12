// Ogg pages (RFC 3533) around Opus packets (RFC 7845): of files that are kept, and of streams for
// HTTP listeners, who share the viewers' encode. One object a stream, since pages are numbered. One
// thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dju::audio {

class OggOpusPages {
 public:
  using Bytes = std::vector<std::uint8_t>;
  using Packet = std::span<const std::uint8_t>;
  // "TITLE" and its text, UTF-8.
  using Comments = std::span<const std::pair<std::string, std::string>>;

  // `preSkip` of the decoded samples, at 48 kHz, are not heard. A page takes `packetsPerPage`, or
  // fewer where they are large.
  OggOpusPages(std::uint32_t serial, int preSkip, int packetsPerPage)
      : serial_(serial), preSkip_(preSkip), packetsPerPage_(packetsPerPage) {}

  // The identification and comment headers of a stereo stream; first of all.
  Bytes headers(Comments comments = {});
  // Adds a packet of `samples` at 48 kHz: the pages that are complete then, most often none.
  Bytes add(Packet packet, int samples);
  // What waits as the last page. `heard` samples are to be heard, at most those that were added
  // less the pre-skip: the rest of the last packet is cut off.
  Bytes finish(std::uint64_t heard);

 private:
  void flush(Bytes& out, std::uint8_t flags);
  void addPage(Bytes& out, Packet body, std::span<const std::uint8_t> lacing, std::uint8_t flags,
               std::uint64_t granule);

  std::uint32_t serial_;
  int preSkip_;
  int packetsPerPage_;
  std::uint32_t sequence_ = 0;
  std::uint64_t granule_ = 0;  // samples at the end of what was added
  Bytes body_, lacing_;        // of the page to come
  int packets_ = 0;
};

}  // namespace dju::audio
