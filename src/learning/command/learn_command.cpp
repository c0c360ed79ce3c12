#include "learning/command/learn_command.h"

#include <cstdio>
#include <map>

#include "learning/command/commands.h"
#include "learning/recipes/model_list.h"

namespace dju::learning {
namespace {

constexpr const char* kUsage =
    "dju train MODEL --data DIR --out DIR [options]      MODEL: see below\n"
    "  --recipe shipped|document   how large and how trained (shipped)\n"
    "  --shape \"NAME=NUMBER[,NUMBER] …\"   what differs from the recipe: conv_filters, lstm_units "
    "…\n"
    "  --epochs N --batch N --rate R --patience N --plateau N --checkpoint-every N --minutes N\n"
    "  --seed N --threads N --masks N   masks: of time and of frequency in each item "
    "(SpecAugment)\n"
    "  --optimizer adam|adamw|rmsprop   --curriculum 20,30,50|none   --precision float32|bfloat16\n"
    "  --labels true|shuffled      shuffled: a control that must learn nothing\n"
    "  --share S                   of the performances, 0 to 1: what would more data bring?\n"
    "  --device cpu|cuda\n"
    "  --processes N               share every batch among N processes on this machine\n"
    "  --processes N --rank R --meet HOST:PORT   process R of N; 0 listens there, OUT is one "
    "folder\n"
    "  A run that was ended goes on when it is started again.\n"
    "dju evaluate DIR --data DIR [--split train|validation|test] [--control DIR] [--ratings FILE]\n"
    "  [--on DIR] [--out DIR]\n"
    "  DIR: a folder that training made; --control: one trained with --labels shuffled;\n"
    "  --on: another data set, of which the split is taken; baselines still learn from --data\n"
    "dju crossvalidate MODEL --data DIR --out DIR [--folds 5] [--by dj] [options of train]\n"
    "  each item is judged by a model that saw nothing of its group\n"
    "dju ensemble DIR DIR [DIR …] --data DIR --out DIR\n"
    "  trainings with different seeds become one that knows how far off it may be\n"
    "dju active MODEL --data DIR --out DIR [--strategy uncertainty|margin|committee|diversity]\n"
    "  [--rounds 10] [--per-round 100] [--epochs 5] [options of train]\n"
    "  which items to have labelled next, and how many labels that saves against chance\n"
    "dju choose DIR [DIR …] --data DIR --count N [--strategy …]\n"
    "  names the items of the train split that trained models would have labelled next\n"
    "dju search MODEL --data DIR --out DIR [--space hyperparameters|architecture] [--trials 20]\n"
    "  [--population N] [--generations N] [--trial-minutes 10] [options of train]\n"
    "  better settings by a genetic algorithm; hopeless trials are cut short\n"
    "dju card DIR --data DIR [--evaluation DIR] [--out FILE] [--limit SENTENCE]\n"
    "  a model's card out of what lies beside it\n"
    "dju models export DIR --out FILE.onnx\n"
    "  DIR: a folder that training made\n";

using Command = int (*)(Options& options);

const std::map<std::string, Command>& commands() {
  static const std::map<std::string, Command> kCommands = {
      {"train", runTrain},       {"evaluate", runEvaluate},
      {"ensemble", runEnsemble}, {"crossvalidate", runCrossValidate},
      {"active", runActive},     {"choose", runChoose},
      {"search", runSearch},     {"card", runCard},
      {"export", runExport}};
  return kCommands;
}

}  // namespace

int runLearnCommand(const std::vector<std::string>& arguments) {
  try {
    const auto command = arguments.empty() ? commands().end() : commands().find(arguments.front());
    if (command == commands().end()) {
      std::string all;
      for (const auto& [name, run] : commands()) all += " " + name;
      throw UsageError((arguments.empty() ? "" : "\"" + arguments.front() + "\": ") + "one of" +
                       all);
    }
    Options options({arguments.begin() + 1, arguments.end()});
    return command->second(options);
  } catch (const UsageError& error) {
    std::fprintf(stderr, "dju_learn: %s\n\n%s", error.what(), kUsage);
    std::fprintf(stderr, "models:");
    for (const std::string& name : modelNames()) std::fprintf(stderr, " %s", name.c_str());
    std::fprintf(stderr, "\n");
    return 2;
  }
}

}  // namespace dju::learning
