#pragma once

#include <string>
#include <vector>

#include "harness/result.h"

// Which certificate authorities programs trust, and how they are told of ours.
namespace aauth::lab {

// The files that this system keeps its certificate authorities in, PEM, symbolic links followed: where runtimes look
// that no variable can tell.
std::vector<std::string> system_bundles();

// The certificates that programs trust by default: SSL_CERT_FILE where it is set, else the first of system_bundles();
// empty when there are none.
std::string system_certificates();

// A PKCS #12 trust store with the certificates of a PEM text, in the form that Java takes: marked as trusted, neither
// encrypted nor authenticated, so that no password is needed. Error "bad_certificates" when the text has none.
Result<std::string> java_trust_store(const std::string& pem);

// NAME=VALUE for all that a lab in this folder tells its programs: its own variable, those by which runtimes are told
// of CAs, and that its names are not for proxies. What the environment has already is kept where it can be (Java's
// options, the list of hosts without proxy).
std::vector<std::string> variables(const std::string& folder);

}  // namespace aauth::lab
