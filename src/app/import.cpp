// `dju import DIR…`: puts audio files into the library of a data folder.
#include "storage/import.h"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <memory>

#include "app/commands.h"
#include "core/error.h"

namespace dju::app {
namespace {

struct Options {
  std::vector<std::string> folders;
  std::string dataDir = "var";
  int jobs = 2;
};

// ", the same recording as “Night Drive” (mp3)"
std::string sameText(storage::Library& library, const storage::Imported& imported) {
  if (imported.same.empty()) return {};
  const auto other = library.track(imported.same.front().trackId);
  if (!other) return {};
  return fmt::format(", the same recording as \"{}\" ({})", other->title, other->format);
}

void import(const Options& options) {
  storage::Library library(options.dataDir);
  std::vector<std::string> errors;
  int imported = 0;
  int known = 0;
  for (const std::string& folder : options.folders) {
    const auto result = storage::importDirectory(
        library, folder, options.jobs, [&library](const storage::DirectoryProgress& progress) {
          std::cout << fmt::format("[{}/{}] {}{}{}\n", progress.done, progress.total,
                                   progress.file.filename().string(),
                                   progress.error.empty() ? "" : ": " + progress.error,
                                   sameText(library, progress.imported))
                    << std::flush;
        });
    if (!result) throw result.error();
    imported += result->imported;
    known += result->known;
    errors.insert(errors.end(), result->errors.begin(), result->errors.end());
  }
  std::cout << fmt::format("{} imported, {} known already, {} refused\n", imported, known,
                           errors.size());
  if (imported + known == 0 && !errors.empty())
    throw Error(ErrorCode::kInvalid, "nothing could be imported");
}

}  // namespace

void addImport(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("import", "Put audio files into the library");
  command
      ->add_option("DIR", options->folders,
                   "Folders with MP3, AAC/M4A, FLAC, WAV, AIFF, Ogg Vorbis or Opus files")
      ->required()
      ->check(CLI::ExistingDirectory);
  command->add_option("--data-dir", options->dataDir, "The server's data folder")
      ->capture_default_str();
  command->add_option("--jobs", options->jobs, "Files at a time")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  command->callback([options] { import(*options); });
}

}  // namespace dju::app
