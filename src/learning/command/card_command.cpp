// `dju card`: a model's card.
#include <cstdio>

#include "learning/command/commands.h"
#include "learning/data/whole_file.h"
#include "learning/report/model_card.h"

namespace dju::learning {

int runCard(Options& options) {
  CardSources sources;
  sources.model = options.subject("which model? Name a folder that training made");
  sources.data = options.takeNeeded("--data");
  sources.evaluation =
      options.take("--evaluation").value_or((sources.model / "evaluation").string());
  const auto out = options.take("--out");
  if (const auto limit = options.take("--limit")) sources.limits.push_back(*limit);
  options.expectNothingLeft();
  const std::string card = modelCard(sources);
  if (out) {
    writeWholeFile(*out, card);
  } else {
    std::fputs(card.c_str(), stdout);
  }
  return 0;
}

}  // namespace dju::learning
