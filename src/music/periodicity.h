// How strongly a sound repeats itself after a given time, and from that the periods that may be its
// beat. Tempo analysis (beat_analysis.cpp, tempo_map.cpp) calls it, on any thread; times are onset
// hops of 5 ms.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace dju::music {

inline constexpr double kSlowestBpm = 38;
inline constexpr double kFastestBpm = 310;

// Autocorrelation of onset strength, by FFT, each lag divided by the number of products in it so
// that long lags count as much as short ones; 1 at lag 0.
class Periodicity {
 public:
  // `longestLag` is cut to seven tenths of the sound: what is behind has few products.
  Periodicity(std::span<const float> onset, std::size_t longestLag);

  bool silent() const { return values_.empty(); }
  std::size_t lags() const { return values_.size(); }
  // Between lags by a straight line; 0 beyond the last.
  double at(double lag) const;
  // The highest value within `reach` of a lag.
  double peak(double lag, double reach) const;
  // Mean after one, two, four and eight periods: music in bars of four repeats after all of them.
  double comb(double period) const;

  // Periods whose comb is a local maximum, and their octaves, inside the range of tempi; each exact
  // to some ten-thousandths where the tempo holds. Best first, octaves after what they are of.
  std::vector<double> candidates() const;
  // The same period measured over up to 64 repetitions.
  double refined(double period) const;

 private:
  double peakLag(double lag, double reach) const;
  std::vector<float> values_;
};

}  // namespace dju::music
