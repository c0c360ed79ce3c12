// What the trainer and the evaluation know of a model: features in, logits out, and how far they
// are from the truth. Each model has a file of its own beside this one; recipes/model_list.h makes
// them by name.
//
// Included by training alone: the header pulls in LibTorch. One instance, one thread.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "learning/data/dataset.h"
#include "learning/report/class_report.h"

namespace dju::learning {

struct Inputs {
  torch::Tensor features;  // [items, frames, columns], as the data set has them
  torch::Tensor words;     // [items, wordsAnItem()] of the model, integers; 0 = no word
};

class Model : public torch::nn::Module {
 public:
  // Gives logits [items, outputs].
  virtual torch::Tensor forward(const Inputs& inputs) = 0;

  // What a model is told of an item beside its sound, as numbers of words; most are told nothing.
  virtual std::size_t wordsAnItem() const { return 0; }
  virtual void copyWords(const Split&, std::size_t, std::span<std::int64_t>) const {}

  // What is to be learned of an item, as many values as targets(), each 0 to 1; NaN = not known.
  virtual void copyTargets(const Split& split, std::size_t item, std::span<float> out) const = 0;
  virtual const std::vector<std::string>& targets() const = 0;
  // Targets of which an item has one; none for most models.
  virtual ChoiceRange choice() const { return {}; }
  // logits: as forward() gave them; targets: [items, targets]. A scalar. NaN targets count for
  // nothing; without any known target it is zero.
  virtual torch::Tensor loss(const torch::Tensor& logits, const torch::Tensor& targets) const = 0;
  // What the logits say of each target: [items, targets], 0 to 1.
  virtual torch::Tensor scores(const torch::Tensor& logits) const = 0;

  // How the columns lie, [columns] each, so that scaled() has zero mean and unit spread. Kept with
  // the weights.
  void setScale(const torch::Tensor& mean, const torch::Tensor& spread);

 protected:
  explicit Model(const DatasetInfo& info);
  torch::Tensor scaled(const torch::Tensor& features) const;
  // The same after the mean level of the columns "mel…" of each item is made as it is on the
  // average: what is louder as a whole sounds the same. (Onsets do not depend on level.)
  torch::Tensor levelled(const torch::Tensor& features) const;

 private:
  DatasetInfo::Range mel_;
  torch::Tensor mean_, spread_;
};

using ModelPtr = std::shared_ptr<Model>;

}  // namespace dju::learning
