// Opening a stranger's file with libavformat, restricted to what we import: no network, no other
// files, seven demuxers, the decoders of seven formats. Inside the child process only; one thread.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <memory>

#include "audio/decode.h"

namespace dju::audio {

struct PacketDeleter {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct FrameDeleter {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
using PacketPtr = std::unique_ptr<AVPacket, PacketDeleter>;
using FramePtr = std::unique_ptr<AVFrame, FrameDeleter>;

// An open file and its chosen audio stream (the one libavformat calls best). Errors are thrown as
// Error with a reason only; the parent knows the file's name.
class Demuxer {
 public:
  Demuxer(int fd, const DecodeLimits& limits);
  ~Demuxer();
  Demuxer(const Demuxer&) = delete;
  Demuxer& operator=(const Demuxer&) = delete;

  // The next packet of the chosen stream; false at the end of the file. The caller unreferences it.
  bool next(AVPacket& packet);
  const AVStream& stream() const { return *format_->streams[stream_]; }
  const AVFormatContext& format() const { return *format_; }

  // Tags and format, without id and bitrate, which need all packets.
  FileInfo describe() const;

 private:
  void chooseStream();
  void readCover(FileInfo& info) const;
  int fd_;
  DecodeLimits limits_;
  AVIOContext* io_ = nullptr;
  AVFormatContext* format_ = nullptr;
  int stream_ = -1;
};

// libavutil's words for an error number.
std::string avReason(int error);

}  // namespace dju::audio
