// Files of listeners: whatever is accepted has scores from 0 to 10 and becomes ratings from 0 to 1.
#include <cstdint>
#include <cstdlib>

#include "dataset/listening/answers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dju::dataset;
  const auto answers = parseListenerAnswers({reinterpret_cast<const char*>(data), size});
  if (!answers.ok()) return 0;
  SheetKey key{answers->sheet, {"beat_alignment"}, {}};
  for (const auto& answer : answers->answers) key.items[answer.sound] = answer.sound;
  for (const ListenerRating& rating : ratingsOf(key, {*answers}).ratings)
    for (const auto& [head, score] : rating.scores)
      if (score < 0 || score > 1) std::abort();
  return 0;
}
