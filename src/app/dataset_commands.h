// The parts of `dju dataset` that have files of their own (dataset.cpp has the others).
#pragma once

#include <CLI/CLI.hpp>

#include "dataset/crates.h"

namespace dju::app {

void addExcerpts(CLI::App& group);
void addMixWorths(CLI::App& group);
void addCollect(CLI::App& group);
void addListen(CLI::App& group);

// One line that is written over on a terminal, now and then a line elsewhere.
void showDatasetProgress(const dataset::DatasetProgress& now);

}  // namespace dju::app
