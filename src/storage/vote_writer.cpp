#include "storage/vote_writer.h"

#include "core/log.h"

namespace dju::storage {

VoteWriter::VoteWriter(const std::filesystem::path& database)
    : database_(database), thread_([this] { loop(); }) {}

VoteWriter::~VoteWriter() {
  stop();
}

void VoteWriter::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void VoteWriter::cast(ArenaVote vote, Written written) {
  {
    const std::lock_guard lock(mutex_);
    wishes_.push_back({std::move(vote), std::move(written), {}});
  }
  wake_.notify_one();
}

void VoteWriter::post(std::function<void(ArenaStore& store)> work) {
  {
    const std::lock_guard lock(mutex_);
    wishes_.push_back({{}, {}, std::move(work)});
  }
  wake_.notify_one();
}

void VoteWriter::loop() {
  for (;;) {
    std::vector<Wish> wishes;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !wishes_.empty(); });
      if (wishes_.empty()) return;
      wishes.swap(wishes_);
    }
    write(wishes);
  }
}

void VoteWriter::write(std::vector<Wish>& wishes) {
  std::vector<ArenaVote> votes;
  std::vector<Written> written;
  const auto writeVotes = [&] {
    if (votes.empty()) return;
    std::vector<Result<std::int64_t>> numbers;
    try {
      numbers = store_.castVotes(votes);
    } catch (const Error& error) {
      numbers.assign(votes.size(), error);
    }
    for (std::size_t i = 0; i < written.size(); ++i) written[i](numbers[i]);
    votes.clear();
    written.clear();
  };
  for (Wish& wish : wishes) {
    if (wish.written) {
      votes.push_back(std::move(wish.vote));
      written.push_back(std::move(wish.written));
      continue;
    }
    writeVotes();
    try {
      wish.work(store_);
    } catch (const std::exception& error) {
      log::error("arena: {}", error.what());
    }
  }
  writeVotes();
}

}  // namespace dju::storage
