#include "server/webrtc/sdp.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "server/webrtc/sctp_receiver.h"

namespace dju::server::webrtc {
namespace {

constexpr std::size_t kMaxLines = 2000;
constexpr std::size_t kMaxLineBytes = 4096;
constexpr std::size_t kMaxMedia = 16;
constexpr std::size_t kMaxTokens = 128;

// What one m-section (or the session above them) says.
struct Section {
  OfferedMedia media;
  std::string port;
  std::vector<int> formats;
  std::vector<std::pair<int, std::string>> codecs;      // rtpmap
  std::vector<std::pair<int, std::string>> parameters;  // fmtp
  std::vector<std::pair<std::string, std::string>> feedback;
  std::optional<std::string> ufrag, pwd, fingerprint, setup, direction;
  bool rtcpMux = false;
  std::vector<std::string> bundle;
};

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> result;
  while (!text.empty() && result.size() < kMaxTokens) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) result.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

template <typename Number>
std::optional<Number> number(std::string_view text, int base = 10) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

// RFC 8839: ufrag and password are made of these.
bool iceText(std::string_view text, std::size_t least) {
  return text.size() >= least && text.size() <= 256 &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '+' || c == '/';
         });
}

// The mid is echoed, so it must be a token (RFC 8866) that can do no harm in our answer.
bool token(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < 127 &&
           std::string_view("\"(),/:;<=>?@[\\]").find(c) == std::string_view::npos;
  });
}

std::optional<Fingerprint> parseFingerprint(std::string_view text) {
  const auto parts = words(text);
  if (parts.size() != 2 || lower(parts[0]) != "sha-256" || parts[1].size() != 95)
    return std::nullopt;
  Fingerprint result{};
  for (std::size_t i = 0; i < result.size(); ++i) {
    const auto byte = number<std::uint8_t>(parts[1].substr(3 * i, 2), 16);
    if (!byte || (i > 0 && parts[1][3 * i - 1] != ':')) return std::nullopt;
    result[i] = *byte;
  }
  return result;
}

bool startMedia(std::string_view value, Section& section) {
  const auto parts = words(value);
  if (parts.size() < 4 || !token(parts[0]) || !token(parts[3])) return false;
  const bool protocolFine =
      parts[2].size() <= 32 && std::all_of(parts[2].begin(), parts[2].end(), [](char c) {
        return c == '/' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               (c >= '0' && c <= '9');
      });
  if (!protocolFine || !number<std::uint16_t>(parts[1].substr(0, parts[1].find('/')))) return false;
  section.media = {std::string(parts[0]), std::string(parts[2]), std::string(parts[3]), ""};
  section.port = parts[1];
  for (std::size_t i = 3; i < parts.size(); ++i) {
    if (const auto format = number<int>(parts[i])) section.formats.push_back(*format);
  }
  return true;
}

// "111 opus/48000/2" to its number and the rest.
bool numbered(std::string_view value, std::vector<std::pair<int, std::string>>& list) {
  const std::size_t space = value.find(' ');
  if (space == std::string_view::npos || list.size() >= kMaxTokens) return false;
  const auto format = number<int>(value.substr(0, space));
  if (!format) return false;
  list.emplace_back(*format, value.substr(space + 1));
  return true;
}

// False only where a line that we rely on is malformed.
bool takeAttribute(std::string_view name, std::string_view value, Section& section) {
  if (name == "mid") {
    section.media.mid = value;
    return token(value);
  }
  if (name == "ice-ufrag") {
    section.ufrag = value;
    return iceText(value, 4);
  }
  if (name == "ice-pwd") {
    section.pwd = value;
    return iceText(value, 22);
  }
  if (name == "fingerprint") {
    if (!section.fingerprint || lower(value).starts_with("sha-256 ")) section.fingerprint = value;
  } else if (name == "setup") {
    section.setup = value;
  } else if (name == "rtcp-mux") {
    section.rtcpMux = true;
  } else if (name == "sendrecv" || name == "recvonly" || name == "sendonly" || name == "inactive") {
    section.direction = name;
  } else if (name == "rtpmap") {
    return numbered(value, section.codecs);
  } else if (name == "fmtp") {
    return numbered(value, section.parameters);
  } else if (name == "rtcp-fb" && section.feedback.size() < kMaxTokens) {
    const std::size_t space = std::min(value.find(' '), value.size());
    section.feedback.emplace_back(value.substr(0, space),
                                  value.substr(std::min(space + 1, value.size())));
  } else if (name == "group") {
    const auto parts = words(value);
    if (!parts.empty() && parts[0] == "BUNDLE")
      section.bundle.assign(parts.begin() + 1, parts.end());
  }
  return true;
}

Error invalid(std::size_t line, std::string_view why) {
  return Error(ErrorCode::kInvalid, fmt::format("SDP offer: line {}: {}", line, why));
}

// sections[0] is the session's own.
Result<std::vector<Section>> readSections(std::string_view sdp) {
  std::vector<Section> sections(1);
  std::size_t line = 0;
  while (!sdp.empty()) {
    ++line;
    const std::size_t end = std::min(sdp.find('\n'), sdp.size());
    std::string_view text = sdp.substr(0, end);
    sdp.remove_prefix(std::min(end + 1, sdp.size()));
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (text.empty() && sdp.empty()) break;
    if (line > kMaxLines) return invalid(line, "too many lines");
    if (text.size() > kMaxLineBytes) return invalid(line, "too long");
    if (text.size() < 2 || text[1] != '=') return invalid(line, "expected \"<letter>=<value>\"");
    if (line == 1 && text != "v=0") return invalid(line, "expected \"v=0\"");
    const std::string_view value = text.substr(2);
    if (text[0] == 'm') {
      if (sections.size() > kMaxMedia) return invalid(line, "more than 16 media sections");
      if (!startMedia(value, sections.emplace_back()))
        return invalid(line, "malformed media section");
    } else if (text[0] == 'a') {
      const std::size_t colon = std::min(value.find(':'), value.size());
      if (!takeAttribute(value.substr(0, colon), value.substr(std::min(colon + 1, value.size())),
                         sections.back())) {
        return invalid(line, fmt::format("malformed \"{}\"",
                                         value.substr(0, std::min<std::size_t>(colon, 32))));
      }
    }
  }
  return sections;
}

// The payload type of Opus in `section`, with its spelling; nothing if it has none.
std::optional<std::pair<int, std::string>> findOpus(const Section& section) {
  for (const auto& [format, codec] : section.codecs) {
    const bool offered =
        std::find(section.formats.begin(), section.formats.end(), format) != section.formats.end();
    if (offered && format >= 0 && format <= 127 && lower(codec) == "opus/48000/2") {
      return std::pair(format, codec.substr(0, codec.find('/')));
    }
  }
  return std::nullopt;
}

bool hasParameter(const Section& section, int format, std::string_view wanted) {
  for (const auto& [which, text] : section.parameters) {
    if (which != format) continue;
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t end = std::min(rest.find(';'), rest.size());
      std::string_view item = rest.substr(0, end);
      while (item.starts_with(' ')) item.remove_prefix(1);
      while (item.ends_with(' ')) item.remove_suffix(1);
      if (item == wanted) return true;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return false;
}

Error unsupported(std::string_view why) {
  return Error(ErrorCode::kUnsupported, fmt::format("SDP offer: {}", why));
}

// An m-line that could take our stream.
bool receivesOpus(const Section& section) {
  const std::string direction = section.direction.value_or("sendrecv");
  return section.media.kind == "audio" && section.media.protocol == "UDP/TLS/RTP/SAVPF" &&
         (direction == "recvonly" || direction == "sendrecv") && findOpus(section);
}

// RFC 8841, 8864.
bool isDataChannel(const Section& section) {
  return section.media.kind == "application" && section.media.protocol == "UDP/DTLS/SCTP" &&
         section.media.format == "webrtc-datachannel";
}

bool inBundle(const Section& session, const std::string& mid) {
  return !mid.empty() && std::ranges::find(session.bundle, mid) != session.bundle.end();
}

Result<SdpOffer> readAudio(const Section& session, const Section& audio, SdpOffer offer) {
  const auto opus = findOpus(audio);
  offer.payloadType = opus->first;
  offer.codecName = opus->second;
  offer.stereo = hasParameter(audio, opus->first, "stereo=1");
  const auto format = std::to_string(opus->first);
  for (const auto& [which, kind] : audio.feedback) {
    if ((which == format || which == "*") && kind == "nack") offer.nack = true;
  }
  const auto& ufrag = audio.ufrag ? audio.ufrag : session.ufrag;
  const auto& pwd = audio.pwd ? audio.pwd : session.pwd;
  if (!ufrag || !pwd) return unsupported("ice-ufrag or ice-pwd is missing");
  offer.iceUfrag = *ufrag;
  offer.icePwd = *pwd;
  const auto& fingerprint = audio.fingerprint ? audio.fingerprint : session.fingerprint;
  if (!fingerprint) return unsupported("the certificate's fingerprint is missing");
  const auto parsed = parseFingerprint(*fingerprint);
  if (!parsed) return unsupported("the fingerprint must be \"sha-256\" and 32 bytes");
  offer.fingerprint = *parsed;
  const auto setup = (audio.setup ? audio.setup : session.setup).value_or("actpass");
  if (setup != "actpass" && setup != "active") {
    return unsupported(fmt::format("setup:{}; the server is passive, offer actpass or active",
                                   setup.substr(0, 32)));
  }
  if (!audio.rtcpMux) return unsupported("rtcp-mux is missing");
  offer.bundled = inBundle(session, audio.media.mid);
  if (!offer.bundled) offer.data.reset();
  return offer;
}

// What every section that is accepted begins with.
std::string acceptedSection(const OfferedMedia& media, std::string_view format,
                            const SdpAnswer& answer) {
  std::string out =
      fmt::format("m={} 9 {} {}\r\nc=IN IP4 0.0.0.0\r\n", media.kind, media.protocol, format);
  if (!media.mid.empty()) out += fmt::format("a=mid:{}\r\n", media.mid);
  out += fmt::format("a=ice-ufrag:{}\r\na=ice-pwd:{}\r\n", answer.iceUfrag, answer.icePwd);
  return out + fmt::format("a=fingerprint:sha-256 {}\r\na=setup:passive\r\n",
                           formatFingerprint(answer.fingerprint));
}

std::string dataSection(const OfferedMedia& media, const SdpAnswer& answer) {
  return acceptedSection(media, media.format, answer) +
         fmt::format("a=sctp-port:{}\r\na=max-message-size:{}\r\n", SctpReceiver::kPort,
                     SctpReceiver::kMaxMessage);
}

std::string audioSection(const SdpOffer& offer, const SdpAnswer& answer) {
  const int pt = offer.payloadType;
  std::string out = acceptedSection(offer.media[offer.audio], std::to_string(pt), answer);
  out += fmt::format("a=sendonly\r\na=rtcp-mux\r\na=rtpmap:{} {}/48000/2\r\n", pt, offer.codecName);
  out += fmt::format(
      "a=fmtp:{} minptime=10;useinbandfec=0;stereo=1;sprop-stereo=1;maxaveragebitrate={}\r\n", pt,
      answer.kilobits * 1000);
  if (offer.nack) out += fmt::format("a=rtcp-fb:{} nack\r\n", pt);
  out += fmt::format("a=ptime:{0}\r\na=maxptime:{0}\r\n", answer.frameMs);
  out += fmt::format("a=msid:dju dju\r\na=ssrc:{} cname:{}\r\n", answer.ssrc, answer.cname);
  // Host candidates (RFC 8445, 5.1.2), the first listed preferred.
  std::uint32_t preference = 65535;
  int foundation = 1;
  for (const SocketAddress& address : answer.candidates) {
    out += fmt::format("a=candidate:{} 1 udp {} {} {} typ host\r\n", foundation++,
                       126u << 24 | preference-- << 8 | 255u, address.host(), address.port());
  }
  return out + "a=end-of-candidates\r\n";
}

}  // namespace

std::string formatFingerprint(const Fingerprint& fingerprint) {
  std::string text;
  for (const std::uint8_t byte : fingerprint)
    text += fmt::format("{}{:02X}", text.empty() ? "" : ":", byte);
  return text;
}

Result<SdpOffer> parseOffer(std::string_view sdp) {
  if (sdp.size() > kMaxSdpBytes) {
    return Error(ErrorCode::kTooLarge,
                 fmt::format("SDP offer: {} bytes, at most {}", sdp.size(), kMaxSdpBytes));
  }
  if (sdp.empty()) return Error(ErrorCode::kInvalid, "SDP offer: empty");
  auto sections = readSections(sdp);
  if (!sections) return sections.error();
  SdpOffer offer;
  const Section* audio = nullptr;
  for (std::size_t i = 1; i < sections.value().size(); ++i) {
    const Section& section = sections.value()[i];
    if (audio == nullptr && receivesOpus(section)) {
      audio = &section;
      offer.audio = i - 1;
    }
    if (!offer.data && isDataChannel(section)) offer.data = i - 1;
    offer.media.push_back(section.media);
  }
  if (audio == nullptr) {
    return unsupported("no audio section that receives opus/48000/2 over UDP/TLS/RTP/SAVPF");
  }
  const Section& session = sections.value().front();
  if (offer.data && !inBundle(session, offer.media[*offer.data].mid)) offer.data.reset();
  return readAudio(session, *audio, std::move(offer));
}

std::string formatAnswer(const SdpOffer& offer, const SdpAnswer& answer) {
  std::string out = fmt::format("v=0\r\no=- {} 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=ice-lite\r\n",
                                answer.sessionNumber);
  const std::size_t data = answer.data && offer.data ? *offer.data : offer.audio;
  if (offer.bundled)
    out += fmt::format("a=group:BUNDLE {}{}\r\n", offer.media[offer.audio].mid,
                       data == offer.audio ? "" : " " + offer.media[data].mid);
  out += "a=msid-semantic: WMS dju\r\n";
  for (std::size_t i = 0; i < offer.media.size(); ++i) {
    if (i == offer.audio) {
      out += audioSection(offer, answer);
      continue;
    }
    const OfferedMedia& media = offer.media[i];
    if (i == data) {
      out += dataSection(media, answer);
      continue;
    }
    out += fmt::format("m={} 0 {} {}\r\nc=IN IP4 0.0.0.0\r\n", media.kind, media.protocol,
                       media.format);
    if (!media.mid.empty()) out += fmt::format("a=mid:{}\r\n", media.mid);
    out += "a=inactive\r\n";
  }
  return out;
}

bool validCandidate(std::string_view candidate) {
  if (candidate.size() > 1024) return false;
  if (candidate.starts_with("a=")) candidate.remove_prefix(2);
  if (candidate.empty()) return true;  // end of candidates
  if (!candidate.starts_with("candidate:")) return false;
  const auto parts = words(candidate.substr(10));
  if (parts.size() < 8 || parts[6] != "typ") return false;
  const auto port = number<std::uint16_t>(parts[5]);
  const auto component = number<int>(parts[1]);
  const bool kind =
      parts[7] == "host" || parts[7] == "srflx" || parts[7] == "prflx" || parts[7] == "relay";
  const auto transport = lower(parts[2]);
  return kind && port && component && *component >= 1 && *component <= 256 &&
         number<std::uint32_t>(parts[3]) && (transport == "udp" || transport == "tcp") &&
         parts[0].size() <= 32 && parts[4].size() <= 255;
}

}  // namespace dju::server::webrtc
