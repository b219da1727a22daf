#pragma once

// Catch2 2 (Debian 12) and 3 (newer distributions) behind one include, and what our unit tests share.

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace aauth {

// The contents of a file under shared/data (beside the checkout, or where AAUTH_SHARED points), or nothing when it is
// not there; the test then says so and checks only its own cases.
inline std::optional<std::string> shared_data(const std::string& name) {
    const char* place = std::getenv("AAUTH_SHARED");
    const std::filesystem::path root = place != nullptr ? place : AAUTH_SOURCE_DIR "/../shared";
    std::ifstream file(root / "data" / name, std::ios::binary);
    if (!file) return std::nullopt;
    std::ostringstream contents;
    contents << file.rdbuf();
    return contents.str();
}

}  // namespace aauth
