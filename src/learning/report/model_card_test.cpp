#include "learning/report/model_card.h"

#include <gmock/gmock.h>

#include <fstream>

#include "core/error.h"
#include "learning/data/test_support/toy_dataset.h"

namespace dju::learning {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ModelCard, SaysWhatLiesBesideTheModel) {
  const ScratchDirectory scratch;
  const std::filesystem::path folder = scratch.path();
  std::ofstream(folder / "model.json")
      << R"({"model": "technical", "recipe": "shipped", "definition": "d1", "frames": 1024,)"
      << R"("columns": ["mel00", "mel01"], "shape": {"lstm_units": [32]}})";
  std::ofstream(folder / "training.json")
      << R"({"weights": 123456, "settings": "batch 32", "epochs": 40, "best_epoch": 25,)"
      << R"("processes": 2, "minutes": 61.25})";
  std::ofstream(folder / "dataset.json")
      << R"({"kind": "technical", "recipe": {"seed": 1, "performances": 400},)"
      << R"("windows": {"train": 2000, "test": 400}, "license": "CC0-1.0"})";
  std::ofstream(folder / "report.json")
      << R"({"title": "technical model, test split", "measurements": [)"
      << R"({"target": "beat_alignment", "subset": "all", "predictor": "model", "items": 300,)"
      << R"("groups": 50, "pearson": 0.9123, "mean_absolute_error": 0.05},)"
      << R"({"target": "beat_alignment", "subset": "house", "predictor": "model", "items": 9,)"
      << R"("groups": 3, "pearson": 0.5}], "milliseconds_per_window": 7.5, "notes": ["A note."]})";
  const std::string card = modelCard({folder, folder, folder, {"Two decks only."}});
  EXPECT_THAT(card, HasSubstr("# Model card: technical\n"));
  EXPECT_THAT(card, HasSubstr("| Weights | 123456, –"));
  EXPECT_THAT(card, HasSubstr("| Differs from its recipe | lstm_units 32 |"));
  EXPECT_THAT(card, HasSubstr("40 epochs, the best the 25., 2 process(es), 61.250 minutes"));
  EXPECT_THAT(card, HasSubstr("| Windows | train 2000, test 400 |"));
  EXPECT_THAT(card, HasSubstr("| beat_alignment | model | 300 (50) | 0.912 | – … – | 0.050 | – |"));
  EXPECT_THAT(card, Not(HasSubstr("house")));
  EXPECT_THAT(card, HasSubstr("7.500 ms"));
  EXPECT_THAT(card, HasSubstr("- A note.\n- Two decks only.\n"));
}

TEST(ModelCard, WhatIsMissingIsNamed) {
  const ScratchDirectory scratch;
  try {
    modelCard({scratch.path(), scratch.path(), scratch.path(), {}});
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("model.json: cannot be read"));
  }
}

}  // namespace
}  // namespace dju::learning
