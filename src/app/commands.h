// The subcommands of `dju`, one file each. Each adds itself to the command line and, if it was
// chosen, runs when the line has been parsed; what it throws becomes an error line and the exit
// status (main.cpp).
#pragma once

#include <CLI/CLI.hpp>

namespace dju::app {

void addAnalyze(CLI::App& app);
void addServe(CLI::App& app);
void addWorker(CLI::App& app);
void addImport(CLI::App& app);
void addExport(CLI::App& app);
void addImportCues(CLI::App& app);
void addRender(CLI::App& app);
void addJudge(CLI::App& app);
void addMix(CLI::App& app);
void addEvolve(CLI::App& app);
void addMixers(CLI::App& app);
void addDemoTracks(CLI::App& app);
void addBeats(CLI::App& app);
void addDataset(CLI::App& app);
void addLearn(CLI::App& app);
void addPipeline(CLI::App& app);
void addQuality(CLI::App& app);
void addModels(CLI::App& app);
// `dju models export`; it lies with the other commands that dju_learn carries out.
void addModelExport(CLI::App& models);
void addModelConvert(CLI::App& models);

}  // namespace dju::app
