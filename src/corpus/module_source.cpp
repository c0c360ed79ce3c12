#include "corpus/module_source.h"

#include <fstream>
#include <libopenmpt/libopenmpt_ext.hpp>

#include "core/error.h"

namespace dju::corpus {
namespace {

constexpr int kBlock = 16;  // samples between two looks at the row

openmpt::module_ext openModule(const std::filesystem::path& file, std::ostream& log) {
  std::ifstream in(file, std::ios::binary);
  try {
    return openmpt::module_ext(in, log);
  } catch (const openmpt::exception& failure) {
    throw Error(ErrorCode::kInvalid, file.string() + ": cannot be played: " + failure.what());
  }
}

void applyVariant(openmpt::module_ext& module, const ModuleVariant& variant) {
  module.set_repeat_count(0);
  module.set_position_seconds(variant.fromSeconds);
  auto* live =
      static_cast<openmpt::ext::interactive*>(module.get_interface(openmpt::ext::interactive_id));
  if (live == nullptr) {
    throw Error(ErrorCode::kUnavailable, "libopenmpt: built without its interactive interface");
  }
  live->set_tempo_factor(variant.tempoFactor);
  live->set_pitch_factor(variant.pitchFactor);
  for (int channel = 0; channel < module.get_num_channels() && channel < 32; ++channel) {
    if ((variant.mutedChannels >> channel & 1U) != 0) live->set_channel_mute_status(channel, true);
  }
}

}  // namespace

ModuleRender renderModule(const std::filesystem::path& file, const ModuleVariant& variant) {
  std::ofstream silent;
  openmpt::module_ext module = openModule(file, silent);
  applyVariant(module, variant);
  ModuleRender render;
  render.channels = module.get_num_channels();
  const auto wanted = static_cast<std::size_t>(variant.seconds * kPieceRate);
  render.samples.reserve(2 * wanted);
  std::vector<float> block(2 * kBlock);
  int order = -1;
  int row = -1;
  for (std::size_t frame = 0; frame < wanted;) {
    const std::size_t count = module.read_interleaved_stereo(kPieceRate, kBlock, block.data());
    if (count == 0) break;
    const int nowOrder = module.get_current_order();
    const int nowRow = module.get_current_row();
    if (nowOrder != order || nowRow != row) {
      render.rows.push_back(
          {(static_cast<double>(frame) + kBlock / 2.0) / kPieceRate, nowOrder, nowRow});
      order = nowOrder;
      row = nowRow;
    }
    render.samples.insert(render.samples.end(), block.begin(),
                          block.begin() + static_cast<std::ptrdiff_t>(2 * count));
    frame += count;
  }
  return render;
}

Piece pieceFromModule(const ModuleRender& render, int rowsPerBeat) {
  constexpr double kClosest = 0.2;
  Piece piece;
  piece.samples = render.samples;
  for (const ModuleRow& each : render.rows) {
    if (each.row % rowsPerBeat != 0) continue;
    if (!piece.beats.empty() && each.seconds - piece.beats.back() < kClosest) continue;
    piece.beats.push_back(each.seconds);
    if (each.row % (4 * rowsPerBeat) == 0) piece.downbeats.push_back(each.seconds);
  }
  // The first row begins wherever rendering began; its note may have started before.
  if (!piece.beats.empty() && piece.beats.front() < 0.001) {
    piece.beats.erase(piece.beats.begin());
    if (!piece.downbeats.empty() && piece.downbeats.front() < 0.001) {
      piece.downbeats.erase(piece.downbeats.begin());
    }
  }
  return piece;
}

}  // namespace dju::corpus
