#include "arena/taste/explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace dju::arena {
namespace {

struct Words {
  const char *moreEn, *moreEs, *lessEn, *lessEs;
};
// By axis, in the order of kTasteAxes.
constexpr std::array<Words, kTasteAxisCount> kWords = {{
    {"You prefer long transitions.", "Prefieres transiciones largas.",
     "You prefer short transitions.", "Prefieres transiciones cortas."},
    {"You like the basses to change late.", "Te gusta que los graves cambien tarde.",
     "You like an early bass swap.", "Te gusta que los graves cambien pronto."},
    {"You like to hear both tracks together.", "Te gusta oír las dos pistas a la vez.",
     "You like one track at a time.", "Te gusta oír una pista cada vez."},
    {"You like tracks that make room for each other.", "Te gustan las pistas que se dejan sitio.",
     "You like both tracks in full colour.", "Te gustan las dos pistas con todo su color."},
    {"You like effects.", "Te gustan los efectos.", "You prefer few effects.",
     "Prefieres pocos efectos."},
    {"You like filter sweeps.", "Te gustan los barridos de filtro.", "You prefer no filter sweeps.",
     "Prefieres que no haya barridos de filtro."},
    {"You like cuts and sudden changes.", "Te gustan los cortes y los cambios repentinos.",
     "You prefer blends to cuts.", "Prefieres las mezclas a los cortes."},
    {"You like the energy to rise.", "Te gusta que suba la energía.",
     "You like the energy to come down.", "Te gusta que baje la energía."},
    {"You like voices over each other.", "Te gustan las voces superpuestas.",
     "You dislike voices over each other.", "No te gustan las voces superpuestas."},
    {"Clashing keys do not disturb you.", "No te molestan las tonalidades que chocan.",
     "You dislike clashing keys.", "No te gustan las tonalidades que chocan."},
    {"You like tracks that come in with their drop.",
     "Te gustan las pistas que entran con su drop.", "You like tracks that come in calmly.",
     "Te gustan las pistas que entran con calma."},
}};

}  // namespace

std::vector<TasteSentence> explain(const TasteProfile& profile, std::size_t most) {
  std::array<std::size_t, kTasteAxisCount> order{};
  std::iota(order.begin(), order.end(), 0);
  const auto& leanings = profile.leanings();
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::abs(leanings[a].logOdds) > std::abs(leanings[b].logOdds);
  });
  std::vector<TasteSentence> sentences;
  for (const std::size_t axis : order) {
    if (sentences.size() >= most || !leanings[axis].sure()) continue;
    const bool more = leanings[axis].logOdds > 0;
    const Words& words = kWords[axis];
    const auto name = kTraitNames[static_cast<std::size_t>(kTasteAxes[axis].trait)];
    sentences.push_back({fmt::format("taste.{}.{}", name, more ? "more" : "less"),
                         more ? words.moreEn : words.lessEn, more ? words.moreEs : words.lessEs});
  }
  if (sentences.empty())
    sentences.push_back({"taste.unsure", "Your votes do not show a clear taste yet.",
                         "Tus votos aún no muestran un gusto claro."});
  return sentences;
}

}  // namespace dju::arena
