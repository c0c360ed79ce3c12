// `dju`: the one program. Exit status 0 for success, 1 for an operation that failed (the reason on
// standard error), 2 for a command line that makes no sense.
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#include "app/commands.h"
#include "audio/decode.h"
#include "core/error.h"

int main(int argc, char** argv) {
  // The decoder's child process must not even parse a command line.
  if (argc >= 2 && std::strcmp(argv[1], "decode-worker") == 0)
    return dju::audio::runDecodeWorker(std::vector<std::string>(argv + 2, argv + argc));

  CLI::App app("DJ Universe: DJs battle on a central audio server");
  app.set_version_flag("--version", std::string("dju ") + DJU_VERSION);
  app.require_subcommand(1);
  dju::app::addServe(app);
  dju::app::addWorker(app);
  dju::app::addImport(app);
  dju::app::addAnalyze(app);
  dju::app::addImportCues(app);
  dju::app::addExport(app);
  dju::app::addRender(app);
  dju::app::addJudge(app);
  dju::app::addMix(app);
  dju::app::addEvolve(app);
  dju::app::addMixers(app);
  dju::app::addQuality(app);
  dju::app::addDemoTracks(app);
  dju::app::addBeats(app);
  dju::app::addDataset(app);
  dju::app::addLearn(app);
  dju::app::addPipeline(app);
  dju::app::addModels(app);
  try {
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::cerr << "dju: " << error.what() << '\n';
    return 1;
  }
}
