// The verdict by sound alone: weights, confidence and exchanged sides.
#include "judge/sound_ruling.h"

#include <gtest/gtest.h>

namespace dju::judge {
namespace {

SoundOpinion opinion(float beats, double confidence) {
  SoundOpinion said;
  said.model = "technical 1";
  said.heads[Head::kBeatAlignment] = beats;
  said.heads[Head::kPitchStability] = 0.8F;
  said.confidence.fill(confidence);
  return said;
}

TEST(SoundRulingTest, TheBetterSoundLeadsTheMoreTheSurerTheModelIs) {
  const Rubric& rubric = standardRubric();
  const SoundRuling sure = soundRulingOf({opinion(0.9F, 0.9), opinion(0.3F, 0.9)}, rubric);
  const SoundRuling unsure = soundRulingOf({opinion(0.9F, 0.9), opinion(0.3F, 0.1)}, rubric);
  EXPECT_GT(sure.totals[0], sure.totals[1]);
  EXPECT_DOUBLE_EQ(sure.totals[0], unsure.totals[0]);
  EXPECT_GT(*sure.probabilityA, *unsure.probabilityA);
  EXPECT_GT(*unsure.probabilityA, 0.5);
  // Heads that the model does not judge are heads it knows nothing of.
  EXPECT_LT(sure.confidences[0], 0.9);
}

TEST(SoundRulingTest, ExchangedSidesGiveTheComplement) {
  const Rubric& rubric = standardRubric();
  const SoundOpinion one = opinion(0.7F, 0.6), other = opinion(0.4F, 0.8);
  EXPECT_EQ(*soundRulingOf({one, other}, rubric).probabilityA,
            1 - *soundRulingOf({other, one}, rubric).probabilityA);
}

TEST(SoundRulingTest, OpinionsWithoutAHeadInCommonGiveNoVerdict) {
  SoundOpinion beats = opinion(0.5F, 1), pitch;
  beats.heads[Head::kPitchStability].reset();
  pitch.heads[Head::kPitchStability] = 0.5F;
  EXPECT_FALSE(soundRulingOf({beats, pitch}, standardRubric()).probabilityA);
}

}  // namespace
}  // namespace dju::judge
