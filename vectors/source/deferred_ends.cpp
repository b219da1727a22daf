#include "vectors/source/deferred.h"
#include "vectors/source/material.h"

namespace aauth::vectors {

namespace {

struct End {
    int status;
    const char* error;
    const char* requirement;
    const char* flag = "";
};

void results(Table& table) {
    Scripts scripts(table, "results", 301, std::string(person_server) + "/token");
    scripts.play(
        {"200 at once", {response(200, {{"Content-Type", "application/json"}}, {{"auth_token", "eyJ"}})}, {finish()}},
        {"deferred.stops-on-terminal"});
    scripts.play({"200 after pending",
                  {pending("0"), response(200, {{"Content-Type", "application/json"}}, {{"auth_token", "eyJ"}})},
                  {poll(0), finish()}},
                 {"deferred.stops-on-terminal"});
    scripts.play({"200 with a body that says pending: a response that is no 202 ends the polling",
                  {pending("0"), response(200, {{"Content-Type", "application/json"}}, {{"status", "pending"}})},
                  {poll(0), finish()}},
                 {"deferred.stops-on-terminal"});
    scripts.play(
        {"200 with Location and Retry-After",
         {pending("0"),
          response(200, {{"Location", "/pending/1"}, {"Retry-After", "5"}, {"Content-Type", "application/json"}},
                   {{"ok", true}})},
         {poll(0), finish()}},
        {"deferred.stops-on-terminal"});
    scripts.play({"200 without a body", {pending("0"), response(200)}, {poll(0), finish()}},
                 {"deferred.stops-on-terminal"});
    scripts.free({"201: a response that is no 202 ends the polling; only 200 is said to be a result",
                  {pending("0"), response(201)},
                  {},
                  "Ambiguous"},
                 {"deferred.stops-on-terminal"});
    scripts.free({"204: a response that is no 202 ends the polling; only 200 is said to be a result",
                  {pending("0"), response(204)},
                  {},
                  "Ambiguous"},
                 {"deferred.stops-on-terminal"});
    scripts.play(
        {"200 after an unknown status", {pending("0", "", {{"status", "x"}}), response(200)}, {poll(0), finish()}},
        {"deferred.stops-on-terminal"});
}

std::vector<End> ends_of_polling(const protocol::Draft& draft) {
    std::vector<End> ends{
        {403, "denied", "deferred.denied"},
        {403, "abandoned", "deferred.abandoned"},
        {408, "expired", "deferred.expired", "MayStartOver"},
        {410, "invalid_code", "deferred.stops-on-410"},
        {500, "server_error", "deferred.stops-on-terminal", "MayStartOver"},
        {403, "mission_terminated", "mission.terminated-obeyed"},
        {403, "x_other", "deferred.stops-on-terminal"},
        {400, "invalid_request", "deferred.stops-on-terminal"},
        {404, "x_other", "deferred.stops-on-terminal"},
    };
    if (draft.revocation_cascades) ends.push_back({403, "revoked", "deferred.revoked-handled"});
    if (draft.upstream_person_token)
        ends.push_back({502, "as_unreachable", "error.handled-as-unreachable", "MayStartOver"});
    ends.push_back(
        {403, draft.problem_json ? "user_unreachable" : "interaction_required", "deferred.stops-on-terminal"});
    return ends;
}

// A code that the tables do not have for the status need not be read.
json ended(const End& end) {
    const bool defined = std::string(end.error) != "x_other" && end.status != 400 && end.status != 404;
    return defined ? stop(end.error) : stop();
}

void polling(Table& table) {
    const auto& draft = table.draft;
    Scripts scripts(table, "ends of polling", 401, std::string(person_server) + "/token");
    for (const auto& end : ends_of_polling(draft)) {
        const auto words = std::to_string(end.status) + " " + end.error;
        const auto last = problem(draft, end.status, end.error);
        scripts.play({words, {pending("0"), last}, {poll(0), ended(end)}, end.flag}, {end.requirement});
        scripts.play({words + ", after a second poll",
                      {pending("0"), pending("5"), last},
                      {poll(0), poll(5), ended(end)},
                      end.flag},
                     {end.requirement});
        scripts.play({words + ", with a Retry-After that means nothing there",
                      {pending("0"), problem(draft, end.status, end.error, {{"Retry-After", "5"}})},
                      {poll(0), ended(end)},
                      end.flag},
                     {end.requirement});
    }
    const std::vector<std::string> terminal{"deferred.stops-on-terminal"};
    for (const int status : {400, 403, 404, 405, 406, 408, 409, 410, 500, 501, 502, 504}) {
        scripts.play({std::to_string(status) + " without a body", {pending("0"), response(status)}, {poll(0), stop()}},
                     terminal);
    }
    scripts.play({"410 with a page of HTML",
                  {pending("0"), response(410, {{"Content-Type", "text/html"}}, "PGh0bWw+R29uZTwvaHRtbD4=")},
                  {poll(0), stop()}},
                 {"deferred.stops-on-410"});
    scripts.play({"403 with a code of another status: the member error decides",
                  {pending("0"), problem(draft, 403, "expired")},
                  {poll(0), stop("expired")}},
                 {"error.not-by-type"});
    if (draft.problem_json) {
        const auto typed = response(403, {{"Content-Type", "application/problem+json"}},
                                    {{"type", "https://example.com/expired"},
                                     {"title", "Expired"},
                                     {"status", 408},
                                     {"error", "denied"},
                                     {"detail", "no"}});
        scripts.play(
            {"a type and a status that say otherwise than error", {pending("0"), typed}, {poll(0), stop("denied")}},
            {"error.not-by-type"});
        scripts.play(
            {"a type of URN of the companion beside error",
             {pending("0"), response(403, {{"Content-Type", "application/problem+json; charset=utf-8"}},
                                     {{"type", "urn:ietf:params:sig-error:expired_jwt"}, {"error", "abandoned"}})},
             {poll(0), stop("abandoned")}},
            {"error.not-by-type"});
        scripts.play(
            {"a problem without error",
             {pending("0"), response(403, {{"Content-Type", "application/problem+json"}}, {{"title", "denied"}})},
             {poll(0), stop()}},
            {"error.member"});
    }
    scripts.play({"an error that is a number",
                  {pending("0"), response(403, {{"Content-Type", "application/problem+json"}}, {{"error", 1}})},
                  {poll(0), stop()}},
                 {"error.member"});
    scripts.play({"403 with the status pending in its body: a response that is no 202 ends the polling",
                  {pending("0"), response(403, {{"Content-Type", "application/problem+json"}},
                                          {{"error", "denied"}, {"status", "pending"}})},
                  {poll(0), stop("denied")}},
                 terminal);
    scripts.free({"401 to a poll, for a signature: whether it may be repeated with a good one is not said",
                  {pending("0"), response(401, {{"Signature-Error", "error=invalid_signature"}})},
                  {},
                  "Ambiguous"},
                 terminal);
    scripts.free({"401 expired_jwt to a poll: whether it may be repeated with a fresh token is not said",
                  {pending("0"), response(401, {{"Signature-Error", "error=expired_jwt"}})},
                  {},
                  "Ambiguous"},
                 terminal);
    scripts.free({"a redirect of a poll", {pending("0"), response(307, {{"Location", "/pending/2"}})}, {}, "Ambiguous"},
                 terminal);
    scripts.free({"304 to a poll", {pending("0"), response(304)}, {}, "Ambiguous"}, terminal);
}

void starts(Table& table) {
    const auto& draft = table.draft;
    Scripts scripts(table, "errors of the original request", 601, std::string(person_server) + "/token");
    scripts.play({"200 at once", {response(200)}, {finish()}}, {"deferred.stops-on-terminal"});
    std::vector<End> ends{
        {400, "invalid_request", "error.invalid-request"},
        {400, "invalid_resource_token", "error.status-matches"},
        {400, "expired_resource_token", "error.status-matches"},
        {400, "x_other", "error.member"},
        {403, "denied", "error.status-matches"},
        {403, "mission_terminated", "mission.terminated-obeyed"},
        {403, draft.problem_json ? "user_unreachable" : "interaction_required", "error.status-matches"},
        {500, "server_error", "error.status-matches", "MayStartOver"}};
    if (draft.problem_json) ends.push_back({424, "interaction_unavailable", "relay.fallback"});
    if (draft.revocation_cascades) {
        ends.push_back({400, "revoked_resource_token", "error.handled-resource-token"});
        ends.push_back({400, "expired_presented_token", "error.handled-presented"});
        ends.push_back({400, "revoked_presented_token", "error.handled-presented"});
        ends.push_back({400, "clock_skew", "error.handled-clock-skew"});
        ends.push_back({502, "as_unreachable", "error.handled-as-unreachable", "MayStartOver"});
    }
    for (const auto& end : ends) {
        scripts.play({std::to_string(end.status) + " " + end.error,
                      {problem(draft, end.status, end.error)},
                      {stop(end.error)},
                      end.flag},
                     {end.requirement});
    }
    for (const int status : {400, 403, 404, 405, 410, 500, 502}) {
        scripts.play({std::to_string(status) + " without a body", {response(status)}, {stop()}},
                     {"deferred.stops-on-terminal"});
    }
    for (const char* code : {"invalid_signature", "invalid_key", "unknown_key", "invalid_jwt", "invalid_request"}) {
        scripts.play({std::string("401 ") + code,
                      {response(401, {{"Signature-Error", std::string("error=") + code}})},
                      {stop(code)}},
                     {"sig.error-body.not-needed"});
        scripts.play(
            {std::string("401 ") + code + ", and a body that says otherwise",
             {response(
                 401, {{"Signature-Error", std::string("error=") + code}, {"Content-Type", "application/problem+json"}},
                 {{"error", "denied"}})},
             {stop(code)}},
            {"sig.error-body.not-needed"});
    }
    for (const char* field :
         {"error=invalid_input, required_input=(\"@method\" \"content-digest\")", "error=expired_jwt",
          "error=clock_skew", "error=revoked_jwt", "error=unsupported_algorithm", "error=unsupported_scheme"}) {
        scripts.free({std::string("401 with ") + field + ": a client may mend the request and send it again",
                      {response(401, {{"Signature-Error", field}})},
                      {},
                      "ClientsChoice"},
                     {"sig.error-body.not-needed"});
    }
    scripts.play({"401 with nothing in it", {response(401)}, {stop()}}, {"deferred.stops-on-terminal"});
    scripts.play({"401 with Bearer alone", {response(401, {{"WWW-Authenticate", "Bearer"}})}, {stop()}},
                 {"requirement.not-www-authenticate"});
}

}  // namespace

void write_ends(Table& table) {
    results(table);
    polling(table);
    starts(table);
}

}  // namespace aauth::vectors
