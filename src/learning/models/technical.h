// Judges technique from sound: how well two records' tempi and beats meet, how the transition
// sounds and whether the pitch is steady, each 0 to 1.
//
// As the project's document draws it: convolutions over time and frequency, two LSTMs, attention
// with eight heads, four sigmoid outputs. Its listing averages time away before the LSTM; what it
// means is built here: frequency is averaged away, and the LSTMs and the attention read the steps
// that are left. The heads also see the mean of the steps that the
// LSTMs read, so that gradients reach the ears by a short way, too. What ships is a small
// configuration that also looks at a picture of the beats (beat_picture.h). How loud
// the whole window is does not matter: levels are heard beside their mean.
#pragma once

#include "learning/models/beat_picture.h"
#include "learning/models/encoders.h"
#include "learning/models/score_heads.h"

namespace dju::learning {

// What part of the window two records are heard, 0 to 1: no score, but what tells whoever listens
// to a whole mix which windows' beats and transitions count.
inline constexpr const char* kBothHeard = "both_heard_share";

// What is judged and what each counts in the loss, after the document; kBothHeard; and what a
// transition's quality is made of as far as ten seconds of sound tell it, so that the network has
// to hear whose basses play and how levels and spectra go on.
std::vector<ScoreHead> technicalHeads();

struct TechnicalShape {
  SpectrumShape spectrum;
  std::optional<BeatPictureShape> beats;  // nothing: hears log-mel frames alone
  std::int64_t firstLstm = 128, secondLstm = 64;
  std::int64_t attentionHeads = 8, attentionWidth = 64;  // width of a head
  std::int64_t hidden = 0;  // between everything heard and the heads; 0: the heads read it
  double dropout = 0.3;

  // The document's sizes.
  static TechnicalShape document() { return {}; }
  // Small enough for two cores to train and for a phone to run.
  static TechnicalShape shipped();
};

class TechnicalModel : public ScoreModel {
 public:
  // Throws Error when the data set lacks the columns that the shape hears or any label.
  TechnicalModel(const DatasetInfo& info, const TechnicalShape& shape);

  torch::Tensor forward(const Inputs& inputs) override;

 private:
  SpectrumEncoder spectrum_{nullptr};
  BeatPictureEncoder beats_{nullptr};
  torch::nn::LSTM firstLstm_{nullptr}, secondLstm_{nullptr};
  torch::nn::Dropout dropout_;
  LastStepAttention attention_{nullptr};
  torch::nn::Linear hidden_{nullptr}, heads_{nullptr};
};

}  // namespace dju::learning
