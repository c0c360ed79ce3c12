// The rules of the audio thread, proved: schedule() and render() allocate nothing and call the
// system for nothing. A battle is driven hard while every allocation is counted, and again inside a
// process that the kernel kills at its first system call (seccomp's strict mode).
#include <gtest/gtest.h>

#include "core/test_support/allocation_count.h"
#include "engine/test_support.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DJU_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define DJU_SANITIZED 1
#endif
#endif

#if defined(__linux__) && defined(__GLIBC__) && !defined(DJU_SANITIZED)
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dju::engine {
namespace {

// Everything is allocated here; run() is what an engine thread would do.
class HardBattle {
 public:
  HardBattle()
      : battle_(BattleConfig{.decks = 4, .freshSoundAt = Frame(kMarkFrames)}),
        master_(2 * kSampleRate),
        commands_(4000) {
    tracks_[0] = test::musicTrack(10, 126);
    tracks_[1] = test::noiseTrack(10, 5, 0.9);
    for (std::uint32_t i = 0; i < 2; ++i) battle_.provide(i, tracks_[i].loaded);
    Random random(77);
    for (std::size_t i = 0; i < commands_.size(); ++i) {
      Command& command = commands_[i];
      command.control = static_cast<ControlId>(random.below(kControlCount));
      const ControlInfo& control = info(command.control);
      command.seq = static_cast<std::uint32_t>(i);
      command.target = static_cast<std::uint8_t>(random.below(kSamplers));
      command.value = random.uniform(control.min, control.max);
      if (takesTrack(command.control)) command.value = random.below(2);
      if (command.control == ControlId::kSeek) command.value = random.uniform(0, 400000);
      if (random.chance(0.2)) command.position = random.uniform(-1000, 400000);
      command.frame = Frame(static_cast<std::int64_t>(i) * 120 + random.below(120));
    }
  }
  void run() noexcept {
    Outputs outputs;
    outputs.master = master_.data();
    std::size_t next = 0;
    for (int block = 0; block < 2000; ++block) {
      while (next < commands_.size() && commands_[next].frame < battle_.now() + kBlockFrames) {
        battle_.schedule(commands_[next++]);
      }
      battle_.render(kBlockFrames, outputs);
      battle_.applyDue();
      found_ += battle_.deckNow(0).deck.track;
      found_ += battle_.telemetry().deckCount;
    }
  }

 private:
  Battle battle_;
  test::TestTrack tracks_[2];
  std::vector<float> master_;
  std::vector<Command> commands_;
  long found_ = 0;
};

TEST(AudioThread, AllocatesNothing) {
  HardBattle battle;
  const long before = testing::allocationCount();
  battle.run();
  EXPECT_EQ(testing::allocationCount() - before, 0);
  std::vector<char> some(1000);
  static_cast<volatile char*>(some.data())[7] = 1;
  EXPECT_GT(testing::allocationCount() - before, 0) << "the counter counts";
}

// The exit status of a child in which only read, write and exit are allowed.
template <typename Function>
int runWithoutSystemCalls(Function function) {
  const pid_t child = fork();
  if (child == 0) {
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0) syscall(SYS_exit, 77);
    function();
    syscall(SYS_exit, 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

TEST(AudioThread, CallsTheSystemForNothing) {
  HardBattle battle;
  const int status = runWithoutSystemCalls([&] { battle.run(); });
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) GTEST_SKIP() << "no seccomp on this kernel";
  EXPECT_TRUE(WIFEXITED(status)) << "killed by signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_TRUE(WIFSIGNALED(runWithoutSystemCalls([] { syscall(SYS_getuid); })))
      << "the kernel watches";
}

}  // namespace
}  // namespace dju::engine
#endif
