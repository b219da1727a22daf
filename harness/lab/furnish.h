#pragma once

#include <sys/types.h>

#include <string>

#include "harness/result.h"

namespace aauth::lab {

// Makes a new file with this mode, whatever the umask. Error "cannot_make".
Result<void> write_file(const std::string& path, const std::string& text, mode_t mode);
constexpr mode_t for_all = 0644, secret = 0600;

// Writes into an existing folder what a lab has (Files): a new CA, the bundles, certificates of the plain names, and a
// hosts file. Error "cannot_make".
Result<void> furnish(const std::string& folder);

// A hosts file that has the names of the lab after what the system's has.
std::string hosts_file_with_names(const std::string& system);

// A file like /etc/nsswitch.conf by which host names are looked up in the hosts file, and only then elsewhere.
std::string lookup_order(const std::string& system);

}  // namespace aauth::lab
