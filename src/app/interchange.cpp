// `dju export`: grids and cues for another DJ program; `dju import-cues FILE`: those of another one
// for our library. docs/interchange.md.
#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <memory>

#include "app/commands.h"
#include "core/error.h"
#include "storage/interchange/apply.h"
#include "storage/interchange/rekordbox.h"

namespace dju::app {
namespace {

namespace fs = std::filesystem;

struct ExportOptions {
  std::string rekordbox;  // file to write
  std::string dataDir = "var";
  storage::ExportScope scope;
  std::string files;  // where the DJ has the music
};

// "Artist - Title.mp3", without what a file name cannot hold.
std::string nameOf(const storage::Track& track) {
  std::string name = track.artist.empty() ? track.title : track.artist + " - " + track.title;
  for (char& c : name) {
    if (c == '/' || c == '\\' || c == ':' || static_cast<unsigned char>(c) < 0x20) c = '_';
  }
  return name + "." + track.format;
}

void exportTracks(const ExportOptions& options) {
  storage::Library library(options.dataDir);
  const std::string xml =
      storage::exportRekordbox(library, options.scope, [&](const storage::Track& track) {
        if (options.files.empty()) return library.sourcePath(track).string();
        return (fs::path(options.files) / nameOf(track)).string();
      }).valueOrThrow();
  storage::writeFileAtomically(fs::absolute(options.rekordbox), xml);
  std::cout << fmt::format("{} written; in rekordbox: Preferences, Advanced, rekordbox xml\n",
                           options.rekordbox);
}

struct ImportCuesOptions {
  std::vector<std::string> files;
  std::string dataDir = "var";
};

void importCues(const ImportCuesOptions& options) {
  storage::Library library(options.dataDir);
  for (const std::string& file : options.files) {
    const storage::Collection collection = storage::readCollection(file).valueOrThrow();
    const storage::Applied applied = storage::applyCollection(library, collection, {});
    for (const std::string& track : applied.unmatched)
      std::cout << fmt::format("not in the library: {}\n", track);
    std::cout << fmt::format(
        "{}: {} of {} entries are in the library, {} tracks changed, {} shifted by an encoder's "
        "delay\n",
        collection.program, applied.matched, collection.tracks.size(), applied.changed,
        applied.shifted);
  }
}

}  // namespace

void addExport(CLI::App& app) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* command = app.add_subcommand("export", "Grids and cues for other DJ programs");
  command->add_option("--rekordbox", options->rekordbox, "The XML file to write")->required();
  command->add_option("--crate", options->scope.crate, "Only the tracks of this crate, by its id");
  command->add_option("--track", options->scope.track, "Only this track, by its id");
  command->add_option("--files", options->files,
                      "Folder in which the DJ has \"Artist - Title.mp3\"; default: the library's "
                      "own files");
  command->add_option("--data-dir", options->dataDir, "The server's data folder")
      ->capture_default_str();
  command->callback([options] { exportTracks(*options); });
}

void addImportCues(CLI::App& app) {
  auto options = std::make_shared<ImportCuesOptions>();
  CLI::App* command =
      app.add_subcommand("import-cues", "Take over grids and cues of another DJ program");
  command
      ->add_option("FILE", options->files,
                   "rekordbox XML, Traktor's collection.nml, mixxxdb.sqlite")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--data-dir", options->dataDir, "The server's data folder")
      ->capture_default_str();
  command->callback([options] { importCues(*options); });
}

}  // namespace dju::app
