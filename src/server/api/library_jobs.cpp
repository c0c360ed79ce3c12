#include "server/api/library_jobs.h"

#include <filesystem>

#include "storage/import.h"
#include "storage/interchange/apply.h"
#include "storage/interchange/rekordbox.h"

namespace dju::server {
namespace {

using nlohmann::json;

json import(storage::Library& library, storage::JobContext& context) {
  const json& payload = context.job().payload;
  const std::filesystem::path file = payload.at("file").get<std::string>();
  storage::ImportOptions options;
  options.fileName = payload.at("name");
  options.uploader = payload.at("uploader");
  const auto imported = storage::importFile(
      library, file, options,
      [&](double progress, std::string_view stage) { context.progress(progress, stage); });
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  if (!imported) throw imported.error();
  json same = json::array();
  for (const storage::SameRecording& other : imported->same) same.push_back(other.trackId);
  return {{"trackId", imported->trackId}, {"known", imported->known}, {"same", same}};
}

// Only the two XML formats: a stranger's database is not opened.
json takeOver(storage::Library& library, const std::filesystem::path& path,
              const std::string& player) {
  auto bytes = storage::readWhole(path, storage::kMaxCollectionBytes);
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  const storage::Collection collection =
      storage::parseCollection(std::move(bytes).valueOrThrow()).valueOrThrow();
  const storage::Applied applied = storage::applyCollection(library, collection, player);
  return {
      {"matched", applied.matched}, {"changed", applied.changed}, {"unmatched", applied.unmatched}};
}

}  // namespace

void handleLibraryJobs(storage::Library& library, storage::JobQueue& jobs) {
  jobs.handle("import",
              [&library](storage::JobContext& context) { return import(library, context); });
  jobs.handle("interchange", [&library](storage::JobContext& context) {
    const json& payload = context.job().payload;
    return takeOver(library, payload.at("file").get<std::string>(),
                    payload.at("player").get<std::string>());
  });
}

}  // namespace dju::server
