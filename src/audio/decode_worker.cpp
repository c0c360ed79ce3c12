// The child's side of audio/decode.h: one file in, one answer out, nothing else.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <new>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "audio/decode.h"
#include "audio/demux.h"
#include "audio/pcm_writer.h"
#include "audio/sha256.h"
#include "audio/stereo.h"
#include "audio/worker_protocol.h"
#include "core/time.h"

extern "C" {
#include <libavutil/cpu.h>
#include <libavutil/log.h>
}

#include <fmt/format.h>

namespace dju::audio {
namespace {

using nlohmann::json;

struct CodecDeleter {
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
};

void limit(__rlimit_resource resource, std::int64_t value) {
  const rlimit both{static_cast<rlim_t>(value), static_cast<rlim_t>(value)};
  setrlimit(resource, &both);
}

void confine(const DecodeLimits& limits) {
  constexpr int kFirstUnused = kWorkerProgress + 1;
  syscall(SYS_close_range, kFirstUnused, ~0U, 0);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, limits.cpuSeconds);
  // Sanitizers reserve terabytes of address space.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  limit(RLIMIT_AS, limits.memoryBytes);
#endif
  const double scratchBytes = (limits.seconds + 60) * kSampleRate * kChannels * sizeof(float);
  rlimit now{};
  getrlimit(RLIMIT_FSIZE, &now);
  const auto most = static_cast<rlim_t>(scratchBytes);
  if (now.rlim_cur > most) limit(RLIMIT_FSIZE, static_cast<std::int64_t>(most));
  limit(RLIMIT_NPROC, 0);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
}

Error tooLong(double seconds, const DecodeLimits& limits) {
  return {ErrorCode::kTooLarge, fmt::format("{:.1f} hours of sound; the limit is {:.1f} hours",
                                            seconds / 3600, limits.seconds / 3600)};
}

// Hash of the payloads while somebody walks through the packets.
class Identity {
 public:
  void add(const AVPacket& packet) {
    hash_.update(packet.data, static_cast<std::size_t>(packet.size));
    bytes_ += packet.size;
    if (packet.duration > 0) duration_ += packet.duration;
  }
  std::int64_t bytes() const { return bytes_; }
  std::int64_t duration() const { return duration_; }
  std::string finish() { return toHex(hash_.finish()); }

 private:
  Sha256 hash_;
  std::int64_t bytes_ = 0;
  std::int64_t duration_ = 0;  // in the stream's time base
};

FileInfo identifyFile(const DecodeLimits& limits) {
  Demuxer demuxer(kWorkerInput, limits);
  FileInfo info = demuxer.describe();
  if (info.durationSeconds > limits.seconds) throw tooLong(info.durationSeconds, limits);
  Identity identity;
  const PacketPtr packet(av_packet_alloc());
  const double tick = av_q2d(demuxer.stream().time_base);
  while (demuxer.next(*packet)) {
    identity.add(*packet);
    av_packet_unref(packet.get());
    const double seconds = static_cast<double>(identity.duration()) * tick;
    if (seconds > limits.seconds) throw tooLong(seconds, limits);
  }
  if (identity.bytes() == 0) throw Error(ErrorCode::kInvalid, "the audio stream is empty");
  const double counted = static_cast<double>(identity.duration()) * tick;
  if (counted > 0) info.durationSeconds = counted;
  if (info.durationSeconds > 0) {
    info.bitrate =
        static_cast<int>(static_cast<double>(identity.bytes()) * 8 / info.durationSeconds);
  }
  info.id = identity.finish();
  return info;
}

// In the stream's time base. The field was renamed between the FFmpeg of Debian 12 and that of 13.
std::int64_t durationOf(const AVFrame& frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
  return frame.duration;
#else
  return frame.pkt_duration;
#endif
}

std::unique_ptr<AVCodecContext, CodecDeleter> openCodec(const AVStream& stream) {
  const AVCodec* decoder = avcodec_find_decoder(stream.codecpar->codec_id);
  if (decoder == nullptr) {
    throw Error(ErrorCode::kUnsupported, fmt::format("no decoder for the codec {}",
                                                     avcodec_get_name(stream.codecpar->codec_id)));
  }
  std::unique_ptr<AVCodecContext, CodecDeleter> codec(avcodec_alloc_context3(decoder));
  avcodec_parameters_to_context(codec.get(), stream.codecpar);
  codec->pkt_timebase = stream.time_base;
  codec->flags |= AV_CODEC_FLAG_BITEXACT;
  codec->thread_count = 1;
  const int opened = avcodec_open2(codec.get(), decoder, nullptr);
  if (opened < 0) throw Error(ErrorCode::kInvalid, "the decoder refuses it: " + avReason(opened));
  return codec;
}

class Decoding {
 public:
  explicit Decoding(const DecodeLimits& limits)
      : limits_(limits),
        demuxer_(kWorkerInput, limits),
        codec_(openCodec(demuxer_.stream())),
        writer_(kWorkerScratch, kWorkerPcm),
        converter_(demuxer_.stream().codecpar->sample_rate, writer_),
        frame_(av_frame_alloc()),
        held_(av_frame_alloc()),
        expected_(demuxer_.describe().durationSeconds) {
    if (expected_ > limits.seconds) throw tooLong(expected_, limits);
  }

  DecodedPcm run() {
    const PacketPtr packet(av_packet_alloc());
    while (demuxer_.next(*packet)) {
      const int sent = avcodec_send_packet(codec_.get(), packet.get());
      av_packet_unref(packet.get());
      ++packets_;
      // A damaged packet is a gap of a few ms, as in any player; a file of them is refused below.
      if (sent < 0) ++damaged_;
      receive();
    }
    avcodec_send_packet(codec_.get(), nullptr);
    receive();
    trimEnd(*held_);
    pushHeld();
    converter_.finish();
    if (writer_.frames() == 0) throw Error(ErrorCode::kInvalid, "no sound could be decoded");
    if (damaged_ * 10 > packets_) {
      throw Error(ErrorCode::kInvalid,
                  fmt::format("{} of {} packets are damaged", damaged_, packets_));
    }
    return writer_.finish(converter_.exact() ? Quantise::kExact : Quantise::kDither);
  }

 private:
  void receive() {
    for (;;) {
      const int got = avcodec_receive_frame(codec_.get(), frame_.get());
      if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return;
      if (got < 0) {
        ++damaged_;
        return;
      }
      pushHeld();
      av_frame_move_ref(held_.get(), frame_.get());
      const double seconds = static_cast<double>(writer_.frames()) / kSampleRate;
      if (seconds > limits_.seconds) throw tooLong(seconds, limits_);
      report(seconds);
    }
  }

  // One frame waits, so that the last one is known when it comes.
  void pushHeld() {
    if (held_->nb_samples > 0) converter_.push(*held_);
    av_frame_unref(held_.get());
  }

  // MP4 states the padding of the last packet as a shorter duration, which libavcodec leaves to us.
  void trimEnd(AVFrame& last) const {
    const bool mp4 = std::string_view(demuxer_.format().iformat->name).starts_with("mov");
    if (!mp4 || last.nb_samples <= 0 || durationOf(last) <= 0) return;
    const AVRational tick{1, last.sample_rate};
    const std::int64_t stated = av_rescale_q(durationOf(last), demuxer_.stream().time_base, tick);
    if (stated > 0 && stated < last.nb_samples) last.nb_samples = static_cast<int>(stated);
  }

  void report(double seconds) {
    if (expected_ <= 0) return;
    const int percent = static_cast<int>(std::min(99.0, 100 * seconds / expected_));
    if (percent == percent_) return;
    percent_ = percent;
    const auto byte = static_cast<char>(percent);
    if (write(kWorkerProgress, &byte, 1) != 1) std::exit(3);  // the parent is gone
  }

  DecodeLimits limits_;
  Demuxer demuxer_;
  std::unique_ptr<AVCodecContext, CodecDeleter> codec_;
  PcmWriter writer_;
  StereoConverter converter_;
  FramePtr frame_, held_;
  double expected_;
  int percent_ = -1;
  std::int64_t packets_ = 0;
  std::int64_t damaged_ = 0;
};

json toJson(const FileInfo& info) {
  return {{"ok", true},
          {"id", info.id},
          {"format", info.format},
          {"codec", info.codec},
          {"sampleRate", info.sampleRate},
          {"channels", info.channels},
          {"bitrate", info.bitrate},
          {"duration", info.durationSeconds},
          {"title", info.title},
          {"artist", info.artist},
          {"album", info.album},
          {"genre", info.genre},
          {"date", info.date},
          {"comment", info.comment},
          {"coverType", info.cover.mimeType}};
}

void answer(const json& head, const std::string& cover = {}) {
  std::string bytes = head.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
  bytes += cover;
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t written = write(kWorkerAnswer, bytes.data() + done, bytes.size() - done);
    if (written <= 0) std::exit(3);
    done += static_cast<std::size_t>(written);
  }
}

void work(const std::string& mode, const DecodeLimits& limits) {
  if (mode == "identify") {
    const FileInfo info = identifyFile(limits);
    answer(toJson(info), info.cover.bytes);
    return;
  }
  const DecodedPcm pcm = Decoding(limits).run();
  answer({{"ok", true}, {"frames", pcm.frames}, {"scale", pcm.scale}, {"pcmHash", pcm.pcmHash}});
}

}  // namespace

int runDecodeWorker(const std::vector<std::string>& arguments) {
  if (arguments.size() != 5) return 2;
  DecodeLimits limits;
  limits.seconds = std::stod(arguments[1]);
  limits.memoryBytes = std::stoll(arguments[2]);
  limits.cpuSeconds = std::stoi(arguments[3]);
  limits.coverBytes = std::stoll(arguments[4]);
  confine(limits);
  signal(SIGXFSZ, SIG_IGN);  // a write beyond the limit then fails like on a full disk
  av_log_set_level(AV_LOG_QUIET);
  av_force_cpu_flags(0);
  try {
    work(arguments[0], limits);
  } catch (const Error& error) {
    answer({{"ok", false}, {"code", static_cast<int>(error.code())}, {"reason", error.what()}});
  } catch (const std::bad_alloc&) {
    answer({{"ok", false},
            {"code", static_cast<int>(ErrorCode::kTooLarge)},
            {"reason", "it needs more memory than a decoder may have"}});
  }
  return 0;
}

}  // namespace dju::audio
