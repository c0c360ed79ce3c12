#include "audio/decode.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "audio/worker_protocol.h"

namespace dju::audio {
namespace {

using nlohmann::json;

class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() { reset(); }
  void reset() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }
  int get() const { return fd_; }
  // The same file at a number that no dup2 of the child's set-up can overwrite.
  Fd above(int lowest) const { return Fd(fcntl(fd_, F_DUPFD_CLOEXEC, lowest)); }

 private:
  int fd_;
};

// Environment that makes every CPU choose the same code; the rest of the parent's is not passed on.
// glibc's libm selects its FMA and AVX variants by these names; libsoxr reads its own.
const char* const kEnvironment[] = {
    "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW,-AVX512DQ,-AVX2_Usable,-AVX2,"
    "-AVX_Usable,-AVX,-FMA_Usable,-FMA,-FMA4_Usable,-FMA4,-SSE4_1,-XSAVE_Usable,-XSAVE",
    "SOXR_USE_SIMD=0",
    "SOXR_USE_SIMD32=0",
    "SOXR_USE_SIMD64=0",
    "OMP_NUM_THREADS=1",
    "LC_ALL=C",
    "OPENSSL_CONF=/dev/null",
    nullptr};

Error cannot(ErrorCode code, const std::filesystem::path& file, std::string_view reason) {
  return {code, fmt::format("cannot decode \"{}\": {}", file.filename().string(), reason)};
}

Result<Fd> openInput(const std::filesystem::path& file, const DecodeLimits& limits) {
  Fd input(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (input.get() < 0) {
    const ErrorCode code = errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kUnavailable;
    return cannot(code, file, std::strerror(errno));
  }
  struct stat status {};
  if (fstat(input.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return cannot(ErrorCode::kInvalid, file, "not a regular file");
  }
  if (status.st_size == 0) return cannot(ErrorCode::kInvalid, file, "the file is empty");
  if (status.st_size > limits.fileBytes) {
    return cannot(
        ErrorCode::kTooLarge, file,
        fmt::format("{} MiB; the limit is {} MiB", status.st_size >> 20, limits.fileBytes >> 20));
  }
  return input;
}

// The child and what it was given.
struct Task {
  std::string mode;
  const std::filesystem::path& file;
  Fd input, answer, pcm, scratch;
};

Result<pid_t> spawn(const DecodeWorker& worker, const DecodeLimits& limits, const Task& task,
                    const Fd& progress) {
  constexpr int kClear = 16;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  std::vector<Fd> moved;
  const std::pair<const Fd*, int> places[] = {{&task.input, kWorkerInput},
                                              {&task.answer, kWorkerAnswer},
                                              {&task.pcm, kWorkerPcm},
                                              {&task.scratch, kWorkerScratch},
                                              {&progress, kWorkerProgress}};
  for (const auto& [fd, place] : places) {
    if (fd->get() < 0) continue;
    moved.push_back(fd->above(kClear));
    posix_spawn_file_actions_adddup2(&actions, moved.back().get(), place);
  }
  const bool self = worker.program.empty();
  const std::string program = self ? "/proc/self/exe" : worker.program.string();
  std::vector<std::string> words = {program};
  if (self) words.emplace_back("decode-worker");
  words.insert(words.end(), worker.arguments.begin(), worker.arguments.end());
  words.push_back(task.mode);
  words.push_back(fmt::format("{}", limits.seconds));
  words.push_back(fmt::format("{}", limits.memoryBytes));
  words.push_back(fmt::format("{}", limits.cpuSeconds));
  words.push_back(fmt::format("{}", limits.coverBytes));
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  const int failed = posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(),
                                 const_cast<char* const*>(kEnvironment));
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) {
    return Error(ErrorCode::kUnavailable, fmt::format("cannot start the decoder \"{}\": {}",
                                                      program, std::strerror(failed)));
  }
  return child;
}

std::string readAnswer(int fd) {
  std::string bytes;
  char buffer[1 << 16];
  for (off_t at = 0;;) {
    const ssize_t got = pread(fd, buffer, sizeof buffer, at);
    if (got <= 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(got));
    at += got;
  }
}

Error ended(const std::filesystem::path& file, int status) {
  if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL)) {
    return cannot(ErrorCode::kTooLarge, file, "the decoder took too long or too much memory");
  }
  if (WIFSIGNALED(status)) {
    return cannot(ErrorCode::kInvalid, file,
                  fmt::format("the decoder crashed on it (signal {})", WTERMSIG(status)));
  }
  return cannot(ErrorCode::kInternal, file,
                fmt::format("the decoder ended with status {}", WEXITSTATUS(status)));
}

struct Answer {
  json head;
  std::string cover;
};

// Runs the child to its end and reads what it says.
Result<Answer> runTask(const DecodeWorker& worker, const DecodeLimits& limits, Task task,
                       const DecodeProgress& progress) {
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) != 0)
    return cannot(ErrorCode::kUnavailable, task.file, "no pipe left");
  const Fd reader(ends[0]);
  Fd writer(ends[1]);
  Result<pid_t> child = spawn(worker, limits, task, writer);
  if (!child) return child.error();
  writer.reset();
  char percent = 0;
  for (;;) {
    const ssize_t got = read(reader.get(), &percent, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    if (progress) progress(static_cast<double>(percent) / 100);
  }
  int status = 0;
  while (waitpid(*child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return ended(task.file, status);
  const std::string bytes = readAnswer(task.answer.get());
  const std::size_t line = bytes.find('\n');
  json head = json::parse(bytes.substr(0, line), nullptr, false);
  if (line == std::string::npos || !head.is_object()) {
    return cannot(ErrorCode::kInternal, task.file, "the decoder gave no answer");
  }
  if (!head.value("ok", false)) {
    const auto code = static_cast<ErrorCode>(head.value("code", 0));
    return cannot(code, task.file, head.value("reason", std::string("unknown")));
  }
  return Answer{std::move(head), bytes.substr(line + 1)};
}

Fd memoryFile() {
  return Fd(memfd_create("dju-decode", MFD_CLOEXEC));
}

// A nameless file on the disk of the output: two hours of float would not fit into memory.
Fd scratchFile(const std::filesystem::path& folder) {
  return Fd(open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
}

}  // namespace

Decoder::Decoder(DecodeWorker worker, DecodeLimits limits)
    : worker_(std::move(worker)), limits_(limits) {}

Result<FileInfo> Decoder::identify(const std::filesystem::path& file) const {
  Result<Fd> input = openInput(file, limits_);
  if (!input) return input.error();
  Task task{"identify", file, std::move(input).value(), memoryFile(), Fd(), Fd()};
  Result<Answer> answer = runTask(worker_, limits_, std::move(task), {});
  if (!answer) return answer.error();
  const json& head = answer->head;
  FileInfo info;
  info.id = head.value("id", "");
  info.format = head.value("format", "");
  info.codec = head.value("codec", "");
  info.sampleRate = head.value("sampleRate", 0);
  info.channels = head.value("channels", 0);
  info.bitrate = head.value("bitrate", 0);
  info.durationSeconds = head.value("duration", 0.0);
  info.title = head.value("title", "");
  info.artist = head.value("artist", "");
  info.album = head.value("album", "");
  info.genre = head.value("genre", "");
  info.date = head.value("date", "");
  info.comment = head.value("comment", "");
  info.cover = {head.value("coverType", ""), answer->cover};
  return info;
}

Result<DecodedPcm> Decoder::decode(const std::filesystem::path& file,
                                   const std::filesystem::path& pcmOut,
                                   const DecodeProgress& progress) const {
  Result<Fd> input = openInput(file, limits_);
  if (!input) return input.error();
  Fd pcm(open(pcmOut.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  Fd scratch = scratchFile(pcmOut.has_parent_path() ? pcmOut.parent_path() : ".");
  if (pcm.get() < 0 || scratch.get() < 0) {
    return cannot(ErrorCode::kUnavailable, file,
                  fmt::format("cannot write \"{}\": {}", pcmOut.string(), std::strerror(errno)));
  }
  Task task{"decode",     file,           std::move(input).value(),
            memoryFile(), std::move(pcm), std::move(scratch)};
  Result<Answer> answer = runTask(worker_, limits_, std::move(task), progress);
  if (!answer) {
    unlink(pcmOut.c_str());
    return answer.error();
  }
  const json& head = answer->head;
  return DecodedPcm{head.value("frames", std::int64_t{0}), head.value("scale", 0.0F),
                    head.value("pcmHash", "")};
}

}  // namespace dju::audio
