// Certificates: browsers give Web MIDI, AudioWorklet and WebCodecs only to secure pages, so the
// server can speak TLS by itself. Any thread; reads and writes files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace dju::server {

struct Certificate {
  std::filesystem::path certificateFile;  // PEM, the chain
  std::filesystem::path keyFile;          // PEM
};

// The certificate in `folder` (made if there is none, or if it has less than 30 days left or lacks
// one of the names): ECDSA P-256, valid 397 days, for these DNS names and IP addresses. The key
// file is readable by its owner only. Throws Error when the folder cannot be written.
Certificate selfSigned(const std::filesystem::path& folder, const std::vector<std::string>& names);

// SHA-256 fingerprint "AB:CD:…" of the first certificate of a PEM file, to be compared by eye.
std::string certificateFingerprint(const std::filesystem::path& certificateFile);

}  // namespace dju::server
