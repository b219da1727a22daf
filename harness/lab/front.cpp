#include "harness/lab/front.h"

#include "harness/http/client.h"
#include "harness/http/server.h"
#include "harness/lab/lab.h"

namespace aauth::lab {

namespace {

// Of one connection, not of the message (RFC 9110 7.6.1).
void drop_connection_fields(http::Fields& fields) {
    for (const char* name :
         {"Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade"}) {
        fields.erase(name);
    }
}

http::ClientOptions options_for(const Name& name, const std::string& base) {
    http::ClientOptions options;
    // An answer may wait for a person.
    options.idle_timeout = options.total_timeout = std::chrono::minutes(5);
    options.addresses.entries[name.identifier()] = {base, true};
    return options;
}

http::Reply refusal(int status, std::string why) {
    http::Reply reply;
    reply.response.status = status;
    reply.response.fields.add("Content-Type", "text/plain");
    reply.response.body = std::move(why);
    return reply;
}

}  // namespace

struct Front::State {
    State(Name of, const std::string& base, Seen told)
        : name(std::move(of)), client(options_for(name, base)), seen(std::move(told)) {}

    http::Reply pass_on(const http::Request& received) const {
        const auto url = http::Url::parse(name.identifier() + received.target);
        if (!url || url->origin() != name.identifier()) return refusal(400, "the front passes on requests with a path");
        auto request = received;
        drop_connection_fields(request.fields);
        request.fields.erase("Content-Length");  // of the body as it is passed on
        request.fields.erase("Expect");          // has been met here
        request.fields.set("X-Forwarded-Proto", "https");
        request.fields.set("X-Forwarded-Host", received.authority);
        auto transfer = client.send(*url, std::move(request));
        if (!transfer) return refusal(502, "the server behind the front: " + transfer.error().message);
        if (seen) seen(received, transfer->response);
        http::Reply reply;
        reply.response = std::move(transfer->response);
        drop_connection_fields(reply.response.fields);
        return reply;
    }

    const Name name;
    const http::Client client;
    const Seen seen;
};

Result<std::unique_ptr<Front>> Front::start(const Lab& lab, const Name& name, const std::string& base, Seen seen) {
    const auto place = http::Url::parse(base);
    const bool plain = place && place->origin() + "/" == place->text() && !place->has_query && !place->has_fragment;
    if (!plain)
        return failure("bad_base", "a front needs the server's base URL, such as http://127.0.0.1:9000: " + base);
    const auto ca = lab.ca();
    if (!ca) return tl::unexpected(ca.error());
    std::unique_ptr<Front> front(new Front(std::make_unique<State>(name, place->origin(), std::move(seen))));
    http::ServerOptions options;
    options.address = name.address;
    options.port = 443;
    options.threads = 12;
    options.ca = *ca;
    auto server = http::Server::start(
        options, [state = front->state_.get()](const http::Request& request) { return state->pass_on(request); });
    if (!server) return tl::unexpected(server.error());
    front->server_ = std::move(*server);
    return front;
}

Front::Front(std::unique_ptr<State> state) : state_(std::move(state)) {}
Front::~Front() = default;

}  // namespace aauth::lab
