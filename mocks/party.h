#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/http/server.h"
#include "harness/httpsig/discovery.h"
#include "harness/jose/jwk.h"
#include "harness/protocol/draft.h"
#include "harness/protocol/faults.h"
#include "harness/protocol/metadata.h"
#include "harness/protocol/verification.h"
#include "mocks/exchange_log.h"
#include "mocks/network.h"
#include "mocks/signed_request.h"

namespace aauth::mocks {

// How a party of ours is set up.
struct PartyOptions {
    const protocol::Draft* draft = nullptr;
    std::string identifier;     // empty: the loopback base that it is served at
    std::uint16_t port = 0;     // 0: any free one
    // Where it listens.
    std::string address = "127.0.0.1";
    // With one, it speaks TLS, and is reached by its identifier, whose host resolves to `address`. Outlives the party.
    http::TestCa* ca = nullptr;
    protocol::Faults faults;
    protocol::Reach reach = protocol::Reach::Loopback;
    std::string name = "aauth-conformance";
    // A key of its own unless one is given.
    std::optional<jose::SigningKey> key;
};

// What all served parties have: an identifier, a signing key, a metadata document and a JWKS, on a real socket. Routes
// are added by the concrete party before start(). Faults that every party knows:
//   "metadata-no-issuer", "metadata-other-issuer", "metadata-http-jwks-uri", "metadata-not-json",
//   "metadata-wrong-media-type", "metadata-no-jwks-uri", "metadata-endpoint-query",
//   "jwks-no-alg", "jwks-eddsa", "jwks-private", "jwks-empty", "jwks-not-json", "jwks-no-kid", "jwks-symmetric",
//   as a verifier: "refuse-ed25519", "refuse-es256", "ignore meta.issuer-match", "ignore jwks.cache",
//   "jwks-siblings-refused" (one unusable key spoils the set), "jwks-first-key-only", "keys-by-link" (a Link header in
//   the place of metadata is followed), "ignore jwks.RULE" with RULE one of refresh-unknown-kid, rekey-retry, http-cache,
//   stale-on-failure, backoff, "ignore egress" (no admission at all), "ignore egress.RULE" with RULE one of cross-origin,
//   redirects, limits, "iat-window" (an old iat is refused), "parse-local-part" (a plus makes a sub-agent),
//   "fold-agent-case" (agents are told apart without case),
//   on every answer: "signature-key-cache", "crash-on-long-headers"
//   as a signer: "server-scheme-hwk", "server-id-other", "server-dwk-other", "server-body-uncovered",
//   "server-uncovers COMPONENT", "server-digest-other", "server-no-created", "server-created-old", "server-other-key",
//   "server-unsigned"
class Party {
public:
    using Handler = std::function<http::Reply(const http::Request&)>;

    Party(Network& network, protocol::Role role, PartyOptions options);
    virtual ~Party();
    Party(const Party&) = delete;
    Party& operator=(const Party&) = delete;

    // Binds and serves. Errors as http::Server::start.
    Result<void> start();
    void stop();
    // Serves the same by TLS, with certificates of this CA, which outlives the party; gives the base URL. After start().
    Result<std::string> start_tls(http::TestCa& ca);
    // Where the same is served without TLS; begins to do so where it is not. After start(). Errors as http::Server::start.
    Result<std::string> base_in_clear();

    const std::string& identifier() const { return identifier_; }
    const std::string& base() const { return base_; }  // where it listens
    std::string url(std::string_view path) const { return identifier_ + std::string(path); }
    const jose::SigningKey& key() const { return key_; }
    const protocol::Draft& draft() const { return *options_.draft; }
    const protocol::Faults& faults() const { return options_.faults; }
    protocol::Reach reach() const { return options_.reach; }
    protocol::Role role() const { return role_; }
    Network& network() const { return network_; }

    // The documents as they are served; concrete parties add their members.
    virtual nlohmann::json metadata() const;
    virtual nlohmann::json jwks() const;

    // Edits what is served from the next request on: cases publish odd documents this way. Text is served as it stands.
    void publish_metadata(std::string text);
    void publish_jwks(std::string text);
    // What GET requests below /.well-known/ are answered with from now on: the script is asked first; nothing lets the
    // ordinary answer be made. Cases publish documents with odd heads this way, or in odd places.
    using Documents = std::function<std::optional<http::Reply>(const http::Request&)>;
    void answer_documents_with(Documents script);
    // The same for everything else but what tests call: cases play an odd party with it.
    void intercept(Documents script);
    // Changes every answer that is made below this, when it has been made: a conforming one with one oddity.
    void alter_answers(std::function<void(const http::Request&, http::Reply&)> change);

    // How often a path was asked for: cases wait for and count fetches with it.
    std::size_t requests(const std::string& path) const;
    // What was asked, and answered: the requests to documents and to /mock/ are left out.
    const ExchangeLog& log() const { return log_; }

    // Serves one more path, for whoever runs this party by hand. Before start().
    void also_serve(std::string method, std::string path, Handler handler) {
        route(std::move(method), std::move(path), std::move(handler));
    }
    const std::string& name() const { return options_.name; }

    // A request that this party makes in its own right, under the jwks_uri scheme (11.3.2), with a JSON body unless it is
    // null. Not yet sent.
    SignedRequest as_server(std::string method, const http::Url& url, const nlohmann::json& body) const;
    // Signs and sends. Errors: of sealing, and as http::Client.
    Result<http::Response> call(const SignedRequest& plan) const;

protected:
    // METHOD and exact path, or a prefix ending in '*'.
    void route(std::string method, std::string path, Handler handler);
    protocol::Verifier verifier() const;
    // Verifies a request's signature; the reply is set when it was refused. Faults: "status-400-for-signature",
    // "no-signature-error", "signature-error-wrong-code", "no-required-input", "no-accept-scheme", "no-accept-alg",
    // "accept-scheme-wrong", "signature-error-string", "status-500-for-signature", "signature-body-plain",
    // "signature-body-other-type", "required-input-tokens", "accept-scheme-string", "accept-alg-string",
    // "accept-alg-eddsa", "accept-alg-subset".
    tl::expected<protocol::VerifiedRequest, http::Reply> verified(const http::Request& request,
                                                                  const protocol::SignatureRules& rules) const;
    static http::Reply text_reply(int status, std::string body, std::string media_type);
    // A JSON answer with Cache-Control: no-store.
    static http::Reply json_reply(int status, const nlohmann::json& body);
    // A problem (11.9.2). Faults: "error-plain-json", "error-no-member", "error-wrong-status", "error-wrong-code",
    // "error-html", "error-500", "error-detail-object".
    http::Reply problem_reply(std::string_view error, std::string_view detail, int status = 0) const;
    // Faults: "revoke-any-issuer" (whoever said so), "revoke-whole-issuer" (all of its tokens).
    bool revoked(const std::string& issuer, const std::string& jti) const;
    void record_revocation(const std::string& issuer, const std::string& jti);

private:
    friend class Revocations;
    friend class Interactions;  // which answers in its party's name
    http::Reply handle(const http::Request& received);
    http::Reply finished(const http::Request& request, http::Reply reply) const;
    Result<httpsig::Document> fetch(const std::string& url) const;
    http::Reply serve_metadata() const;
    http::Reply serve_jwks() const;

    struct Route {
        std::string method, path;
        Handler handler;
    };

    Network& network_;
    protocol::Role role_;
    PartyOptions options_;
    std::string identifier_, base_;
    jose::SigningKey key_;
    std::unique_ptr<httpsig::Discovery> discovery_;
    std::vector<Route> routes_;
    mutable std::mutex mutex_;
    std::optional<std::string> metadata_text_, jwks_text_;
    Documents documents_, intercepted_;
    std::function<void(const http::Request&, http::Reply&)> altered_;
    std::map<std::string, std::size_t> counts_;
    std::set<std::pair<std::string, std::string>> revocations_;
    ExchangeLog log_;
    std::unique_ptr<http::Server> server_, tls_server_, clear_server_;  // last: stop before the rest goes
};

}  // namespace aauth::mocks
