// What tools/grooves.cpp draws from: bars of sixteenths as DJs' genres place them, x = hit, o =
// half as loud. Constants, any thread.
#pragma once

#include <array>
#include <string_view>

namespace dju::tools {

inline constexpr int kGrooveStyles = 8;

struct GrooveStyle {
  std::string_view name;
  double slowest, fastest;  // BPM
  std::array<std::string_view, 5> kicks;
  std::array<std::string_view, 3> snares;
};

inline constexpr std::array<GrooveStyle, kGrooveStyles> kGrooveStyleList = {{
    {"four to the floor",
     116,
     155,
     {"x...x...x...x...", "x...x...x...x.x.", "x...x...x...x...", "x..xx...x...x...",
      "x...x..xx...x..."},
     {"....x.......x...", "....x.......x...", "....x.......x..x"}},
    {"breakbeat",
     110,
     150,
     {"x.x.......x.....", "x.....x...x.....", "x..x......x..x..", "x.x.......xx....",
      "x.......x.x....."},
     {"....x.......x...", "....x..o.o..x...", "....x.......x.o."}},
    {"drum and bass",
     160,
     180,
     {"x.........x.....", "x.........x..x..", "x.x.......x.....", "x.....x...x.....",
      "x..x......x....."},
     {"....x.......x...", "....x..o.o..x..o", "....x.......x..."}},
    {"half-time",
     136,
     152,
     {"x...............", "x.....x.........", "x..x..........x.", "x.........x.....",
      "x.....x......x.."},
     {"........x.......", "........x.......", "........x....o.."}},
    {"hip-hop",
     85,
     108,
     {"x.......x.......", "x.....x.x.......", "x..x....x.x.....", "x......xx.......",
      "x.x.....x..x...."},
     {"....x.......x...", "....x.......x..o", "....x..o....x..."}},
    {"electro",
     110,
     145,
     {"x.....x...x.....", "x..x..x...x.....", "x...x...x.....x.", "x.....x.x.x.....",
      "x..x..x.......x."},
     {"....x.......x...", "....x.......x...", "....x.......x.x."}},
    {"backbeat",
     100,
     178,
     {"x.......x.......", "x.......x.x.....", "x.x.....x.......", "x...x...x...x...",
      "x.....x.x......."},
     {"....x.......x...", "....x.......x...", "....x.....o.x..."}},
    {"syncopated",
     95,
     130,
     {"x..x..x...x.....", "x...x...x...x...", "x..x....x..x....", "x.....x...x...x.",
      "x...x.x.x...x.x."},
     {"...x..x....x..x.", "....x.......x...", "...x..x....x..x."}},
}};

inline constexpr std::array<std::string_view, 8> kHatBars = {
    "..x...x...x...x.", "x.x.x.x.x.x.x.x.", "xxxxxxxxxxxxxxxx", "x...x...x...x...",
    "..x...x...x...xx", "o.x.o.x.o.x.o.x.", "ooxoooxoooxoooxo", "x.xxx.xxx.xxx.xx"};
inline constexpr std::array<std::string_view, 10> kBassBars = {
    "x.......x.......", "..x...x...x...x.", "..xx..xx..xx..xx", ".xxx.xxx.xxx.xxx",
    "x..x..x.x..x..x.", "x.x.x.x.x.x.x.x.", "x.....x...x.....", "xxxxxxxxxxxxxxxx",
    "x...x...x...x...", "x..x..x...x.x..."};
inline constexpr std::array<std::string_view, 7> kChordBars = {
    "x...............", "x.......x.......", "..x...x...x...x.", "x..x..x...x.x...",
    "..x..x....x..x..", "x..x....x..x....", "...x..x....x..x."};
inline constexpr std::array<std::string_view, 6> kLeadBars = {
    "x.x.x.x.x.x.x.x.", "xxxxxxxxxxxxxxxx", "x..x..x..x..x.x.",
    "..x.x..x..x.xx..", "x...x.x.x...x.x.", "x.xx.xx.x.xx.xx."};

}  // namespace dju::tools
