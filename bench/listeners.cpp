// The listeners of one battle, for benchmarks in JavaScript: real viewers (ICE, DTLS, SRTP) that
// receive, decrypt and check every packet, as ViewerLoad has them. Offers, answers and figures
// travel as lines of JSON on the standard streams:
//
//   bench_listeners COUNT
//   out: {"listener": 0, "offer": SDP}   in: {"answer": SDP}    for each of them
//   out: {"joined": true}                in: begin
//                                        in: end
//   out: {"packets": 0, "lost": 0, "late": 0, "worstLateMs": 0}  since begin; late: by 20 ms
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "viewer_load.h"

namespace {

void say(const nlohmann::json& line) {
  std::cout << line << std::endl;  // NOLINT(performance-avoid-endl): the other side waits for it
}

std::string hear() {
  std::string line;
  if (!std::getline(std::cin, line)) std::exit(1);
  return line;
}

}  // namespace

int main(int argc, char** argv) {
  dju::bench::ViewerLoad load(argc > 1 ? std::atoi(argv[1]) : 1);
  load.join([](std::size_t listener, const std::string& offer) {
    say({{"listener", listener}, {"offer", offer}});
    return nlohmann::json::parse(hear()).at("answer").get<std::string>();
  });
  say({{"joined", true}});
  for (;;) {
    while (hear() != "begin") {
    }
    load.beginMeasuring();
    while (hear() != "end") {
    }
    const auto result = load.measured();
    say({{"packets", result.packets},
         {"lost", result.lost},
         {"late", result.late},
         {"worstLateMs", result.worstLateMs},
         {"notJoined", result.notJoined}});
  }
}
