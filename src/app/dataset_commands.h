// The parts of `dju dataset` that have files of their own (dataset.cpp has the others).
#pragma once

#include <CLI/CLI.hpp>

namespace dju::app {

void addCollect(CLI::App& group);
void addListen(CLI::App& group);

}  // namespace dju::app
