// Where this program's neighbours lie: dju_learn is a program of its own, since LibTorch takes 200
// MB and seconds to load, and no server should have either.
#pragma once

#include <filesystem>
#include <string>

namespace dju::app {

// "dju": this program; else one that lies beside it. Throws Error saying how it is built when it is
// not there.
std::filesystem::path programNamed(const std::string& name);

}  // namespace dju::app
