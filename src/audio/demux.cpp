#include "audio/demux.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace dju::audio {
namespace {

constexpr int kIoBytes = 1 << 16;
constexpr std::size_t kMaxTagBytes = 512;
constexpr char kFormats[] = "mp3,aac,flac,wav,aiff,ogg,mov,mp4,m4a,3gp,3g2,mj2";

int readFile(void* opaque, std::uint8_t* buffer, int size) {
  const int fd = *static_cast<int*>(opaque);
  ssize_t got = 0;
  do {
    got = read(fd, buffer, static_cast<std::size_t>(size));
  } while (got < 0 && errno == EINTR);
  if (got == 0) return AVERROR_EOF;
  return got < 0 ? AVERROR(errno) : static_cast<int>(got);
}

std::int64_t seekFile(void* opaque, std::int64_t offset, int whence) {
  const int fd = *static_cast<int*>(opaque);
  if (whence == AVSEEK_SIZE) {
    const off_t here = lseek(fd, 0, SEEK_CUR);
    const off_t size = lseek(fd, 0, SEEK_END);
    lseek(fd, here, SEEK_SET);
    return size;
  }
  return lseek(fd, offset, whence & ~AVSEEK_FORCE);
}

// Bytes of a well-formed UTF-8 sequence that starts here, 0 when there is none.
std::size_t utf8Length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xc2 && lead < 0xe0 ? 2
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf5 ? 4
                                                           : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return 0;
  }
  const auto second = length > 1 ? static_cast<unsigned char>(text[1]) : 0;
  const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  const bool beyond = (lead == 0xed && second >= 0xa0) || (lead == 0xf4 && second >= 0x90);
  return overlong || beyond ? 0 : length;
}

// Valid UTF-8 without control characters, cut at a character.
std::string cleanTag(std::string_view raw) {
  std::string clean;
  while (!raw.empty()) {
    const std::size_t length = utf8Length(raw);
    if (clean.size() + std::max<std::size_t>(length, 3) > kMaxTagBytes) break;
    const auto lead = static_cast<unsigned char>(raw[0]);
    if (length == 0) {
      clean += "\xef\xbf\xbd";
    } else if (lead < 0x20 || lead == 0x7f) {
      clean += ' ';
    } else {
      clean += raw.substr(0, length);
    }
    raw.remove_prefix(std::max<std::size_t>(length, 1));
  }
  const std::size_t first = clean.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return clean.substr(first, clean.find_last_not_of(' ') - first + 1);
}

std::string tag(const AVDictionary* a, const AVDictionary* b, const char* key) {
  for (const AVDictionary* dictionary : {a, b}) {
    const AVDictionaryEntry* entry = av_dict_get(dictionary, key, nullptr, 0);
    if (entry != nullptr && entry->value[0] != '\0') return cleanTag(entry->value);
  }
  return {};
}

std::string imageType(std::string_view bytes) {
  if (bytes.starts_with("\xff\xd8\xff")) return "image/jpeg";
  if (bytes.starts_with("\x89PNG\r\n")) return "image/png";
  if (bytes.starts_with("GIF8")) return "image/gif";
  if (bytes.starts_with("RIFF") && bytes.substr(8).starts_with("WEBP")) return "image/webp";
  return {};
}

std::string formatName(std::string_view demuxer, std::string_view codec) {
  if (demuxer.starts_with("mov")) return "m4a";
  if (demuxer == "ogg") return codec == "opus" ? "opus" : "ogg";
  return std::string(demuxer);
}

}  // namespace

std::string avReason(int error) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(error, text, sizeof text);
  return text;
}

Demuxer::Demuxer(int fd, const DecodeLimits& limits) : fd_(fd), limits_(limits) {
  lseek(fd_, 0, SEEK_SET);
  auto* buffer = static_cast<std::uint8_t*>(av_malloc(kIoBytes));
  io_ = avio_alloc_context(buffer, kIoBytes, 0, &fd_, readFile, nullptr, seekFile);
  format_ = avformat_alloc_context();
  format_->pb = io_;
  format_->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "format_whitelist", kFormats, 0);
  av_dict_set(&options, "protocol_whitelist", "", 0);
  av_dict_set(&options, "max_streams", "32", 0);
  const int opened = avformat_open_input(&format_, "", nullptr, &options);
  av_dict_free(&options);
  if (opened < 0) {
    av_freep(&io_->buffer);
    avio_context_free(&io_);
    throw Error(ErrorCode::kUnsupported,
                "not an audio file we know (MP3, AAC, M4A, FLAC, WAV, AIFF, Ogg Vorbis, Opus)");
  }
  try {
    chooseStream();
  } catch (...) {
    avformat_close_input(&format_);
    av_freep(&io_->buffer);
    avio_context_free(&io_);
    throw;
  }
}

Demuxer::~Demuxer() {
  avformat_close_input(&format_);
  av_freep(&io_->buffer);
  avio_context_free(&io_);
}

void Demuxer::chooseStream() {
  if (avformat_find_stream_info(format_, nullptr) < 0) {
    throw Error(ErrorCode::kInvalid, "the file is damaged: its streams cannot be read");
  }
  stream_ = av_find_best_stream(format_, AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
  if (stream_ < 0) throw Error(ErrorCode::kUnsupported, "no audio stream");
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    if (static_cast<int>(i) != stream_) format_->streams[i]->discard = AVDISCARD_ALL;
  }
  const AVCodecParameters& codec = *stream().codecpar;
  if (codec.sample_rate < 4000 || codec.sample_rate > 384000) {
    throw Error(
        ErrorCode::kInvalid,
        fmt::format("sample rate of {} Hz; 4000 to 384000 are possible", codec.sample_rate));
  }
  if (codec.ch_layout.nb_channels < 1 || codec.ch_layout.nb_channels > 16) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("{} channels; 1 to 16 are possible", codec.ch_layout.nb_channels));
  }
}

bool Demuxer::next(AVPacket& packet) {
  for (;;) {
    const int got = av_read_frame(format_, &packet);
    // A truncated file gives what it has; whether that is enough is decided by who counts it.
    if (got < 0) return false;
    if (packet.stream_index == stream_) return true;
    av_packet_unref(&packet);
  }
}

FileInfo Demuxer::describe() const {
  const AVCodecParameters& codec = *stream().codecpar;
  FileInfo info;
  info.codec = avcodec_get_name(codec.codec_id);
  info.format = formatName(format_->iformat->name, info.codec);
  info.sampleRate = codec.sample_rate;
  info.channels = codec.ch_layout.nb_channels;
  if (stream().duration > 0) {
    info.durationSeconds = static_cast<double>(stream().duration) * av_q2d(stream().time_base);
  } else if (format_->duration > 0) {
    info.durationSeconds = static_cast<double>(format_->duration) / AV_TIME_BASE;
  }
  const AVDictionary* outer = format_->metadata;
  const AVDictionary* inner = stream().metadata;
  info.title = tag(outer, inner, "title");
  info.artist = tag(outer, inner, "artist");
  info.album = tag(outer, inner, "album");
  info.genre = tag(outer, inner, "genre");
  info.date = tag(outer, inner, "date");
  info.comment = tag(outer, inner, "comment");
  readCover(info);
  return info;
}

void Demuxer::readCover(FileInfo& info) const {
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    const AVStream& stream = *format_->streams[i];
    if ((stream.disposition & AV_DISPOSITION_ATTACHED_PIC) == 0) continue;
    const AVPacket& picture = stream.attached_pic;
    if (picture.size <= 0 || picture.size > limits_.coverBytes) continue;
    const std::string_view bytes(reinterpret_cast<const char*>(picture.data),
                                 static_cast<std::size_t>(picture.size));
    const std::string type = imageType(bytes);
    if (type.empty()) continue;
    info.cover = {type, std::string(bytes)};
    return;
  }
}

}  // namespace dju::audio
