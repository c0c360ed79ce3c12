// `dju demo-tracks DIR`: writes synthesised dance music with its truth. Main thread, at start.
#pragma once

#include <CLI/App.hpp>

namespace dju::app {

// Adds the subcommand to the program; it runs when CLI11 has parsed the command line.
void addDemoTracksCommand(CLI::App& program);

}  // namespace dju::app
