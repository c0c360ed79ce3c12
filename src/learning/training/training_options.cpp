#include "learning/training/training_options.h"

#include <sstream>

namespace dju::learning {

std::string TrainingOptions::fingerprint() const {
  std::ostringstream line;
  line << "batch " << batchSize << ", rate " << learningRate << ", optimizer "
       << static_cast<int>(optimizer) << ", clip " << clipNorm << ", plateau " << plateauPatience
       << " x " << plateauFactor << ", precision " << static_cast<int>(precision) << ", labels "
       << static_cast<int>(labels) << ", seed " << seed << ", curriculum";
  for (const int phase : curriculum) line << ' ' << phase;
  if (masks > 0) line << ", masks " << masks;
  if (share < 1) line << ", share " << share;
  return line.str();
}

}  // namespace dju::learning
