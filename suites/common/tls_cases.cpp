#include "suites/common/tls_cases.h"

#include "harness/http/handshake.h"
#include "suites/common/test.h"

namespace aauth::suites {

namespace {

using http::TlsVersion;

// Where the target speaks TLS: the value "url.tls" of its description, or its own URL.
struct Place {
    http::Url dialled;
    std::string name;  // that is asked for
};

Place place(Test& t) {
    const auto declared = t.target().values.find("url.tls");
    const auto url = t.world().url(declared == t.target().values.end() ? t.target().url : declared->second);
    Place place{url, url.host};
    if (const auto* address = t.world().network().client()->options().addresses.find(url)) {
        place.dialled = t.world().url(address->base);
    }
    if (place.dialled.scheme != "https") t.skip("the target is reached without TLS");
    return place;
}

std::optional<TlsVersion> agreed(Test& t, TlsVersion newest) {
    const auto [dialled, name] = place(t);
    const auto version = http::handshake(dialled, name, newest);
    if (!version) throw engine::HarnessError{"no handshake could be made: " + version.error().message};
    return *version;
}

}  // namespace

void tls_cases(Suite& suite, const std::string& prefix) {
    suite.area("TLS", "13.16");
    suite.add(prefix + "-TLS-001", "the target agrees to TLS 1.2 or later", {{"tls.version", "tls-old-only"}},
              [](Test& t) {
                  const auto version = agreed(t, TlsVersion::Tls1_3);
                  t.check({}, version && *version >= TlsVersion::Tls1_2, "version", "TLS 1.2 or later",
                          version ? http::name(*version) : "no handshake");
              });
    suite
        .add(prefix + "-TLS-002", "a handshake with TLS 1.1 or 1.0 is refused",
             {{"tls.none-older", "tls-old-accepted"}},
             [](Test& t) {
                 if (!agreed(t, TlsVersion::Tls1_3)) t.blocked("the target makes no handshake at all");
                 for (const auto old : {TlsVersion::Tls1_1, TlsVersion::Tls1_0}) {
                     const auto version = agreed(t, old);
                     t.check({}, !version, "a handshake with at most " + http::name(old), "refused",
                             version ? "accepted as " + http::name(*version) : "refused");
                 }
             })
        .because("What is known to be broken helps nobody but attackers, who can make both sides fall back to it.");
}

}  // namespace aauth::suites
