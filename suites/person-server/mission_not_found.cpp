#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/crypto/digest.h"
#include "harness/crypto/encoding.h"
#include "harness/json/json.h"
#include "suites/common/rows.h"
#include "suites/person-server/missions.h"

// Missions that an agent has not: those that do not exist and those of others, which must not be told apart (8.7).
namespace aauth::suites::ps {

namespace {

const nlohmann::json an_update{{"action", "update"}, {"description", "moved"}};

// A mission that does not exist.
std::string unknown() { return crypto::base64url_encode(crypto::random_octets(32)); }

Answer ask_for(Test& t, const Player& player, const std::string& s256, std::string note) {
    return act(t, player, s256, an_update, std::move(note));
}

std::string without(std::string text, const std::string& reference) {
    for (auto at = text.find(reference); at != std::string::npos; at = text.find(reference)) {
        text.replace(at, reference.size(), "S256");
    }
    return text;
}

// An answer as far as it may depend on what was asked: without the date, and without the reference if it is repeated.
struct Look {
    std::map<std::string, std::string> fields;
    std::string body;
};

Look look(const Answer& answer, const std::string& reference) {
    Look look;
    for (const auto& [name, value] : answer.response.fields.all()) {
        const auto key = http::lowercase(name);
        if (key != "date") look.fields[key] += without(value, reference) + "\n";
    }
    look.body = without(answer.response.body, reference);
    return look;
}

// What differs between the answer for another's mission and the two for unknown ones; what differs between these two
// already is an identifier of the request or the like.
std::string difference(const Look& foreign, const Look& one, const Look& two) {
    auto names = one.fields;
    names.insert(foreign.fields.begin(), foreign.fields.end());
    for (const auto& [name, value] : names) {
        const auto of = [&name = name](const Look& look) {
            const auto found = look.fields.find(name);
            return found == look.fields.end() ? std::string("absent") : found->second;
        };
        if (of(foreign) != of(one) && of(one) == of(two)) return name + ": " + of(foreign) + " and not " + of(one);
        if ((of(foreign) == "absent") != (of(one) == "absent")) return name + " is there for one of them only";
    }
    if (foreign.body != one.body && one.body == two.body) return "body: " + foreign.body + " and not " + one.body;
    return {};
}

// How long answers take, in milliseconds.
struct Times {
    std::vector<double> unknown, foreign;
};

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

// The rank test of Mann and Whitney: how many standard deviations lie between what two samples of the same source would
// give on average and what these give. A slow or busy machine slows both of them, and does not move it.
double rank_distance(const std::vector<double>& a, const std::vector<double>& b) {
    double wins = 0;
    for (const double x : a) {
        for (const double y : b) wins += x < y ? 1.0 : x > y ? 0.0 : 0.5;
    }
    const auto n = static_cast<double>(a.size()), m = static_cast<double>(b.size());
    return (wins - n * m / 2) / std::sqrt(n * m * (n + m + 1) / 12);
}

// Asks for the two missions in turn. Not more than five times each by one agent, of whom the server may think badly.
Times measured(Test& t, const std::string& foreign) {
    constexpr int rounds = 40, by_one = 5;
    Times times;
    auto player = t.player();
    const auto nowhere = unknown();
    const auto url = t.world().endpoint("mission_endpoint") + "/";
    for (int i = 0; i < rounds; ++i) {
        if (i % by_one == 0) player = t.player();
        for (const bool first : {i % 2 == 0, i % 2 != 0}) {
            auto request = t.request("POST", url + (first ? nowhere : foreign), player);
            request.body(json::dump(an_update));
            auto sealed = mocks::seal(request);
            if (!sealed) throw engine::HarnessError{sealed.error().message};
            auto transfer = t.world().network().client()->send(request.url, sealed->request);
            if (!transfer) throw engine::HarnessError{"no answer came: " + transfer.error().message};
            if (transfer->response.status == 429) return times;
            (first ? times.unknown : times.foreign).push_back(static_cast<double>(transfer->elapsed.count()) / 1000);
        }
    }
    return times;
}

}  // namespace

void mission_not_found_cases(Suite& suite) {
    suite.area("Missions that are not there", "8.7");

    suite.add("PS-MIS-070", "a mission that does not exist is not found",
              {{"mission.not-found", "mission-not-found-400"}}, [](Test& t) {
                  const auto mission = new_mission(t);
                  t.expect(ask_for(t, mission.player, unknown(), "a mission that does not exist"))
                      .status(404)
                      .problem({"mission_not_found"});
              });
    suite.add("PS-MIS-071", "a mission of another agent is not found", {{"mission.not-found", "mission-foreign-403"}},
              [](Test& t) {
                  const auto mission = new_mission(t);
                  t.expect(ask_for(t, t.player(), mission.s256, "by another agent"))
                      .status(404)
                      .problem({"mission_not_found"});
              });
    suite
        .add(
            "PS-MIS-072", "nothing in the answer tells a mission of another agent from one that does not exist",
            {{"mission.not-found-same", "mission-foreign-tells"}, {"mission.not-found-same", "mission-foreign-header"}},
            [](Test& t) {
                const auto mission = new_mission(t);
                const auto player = t.player();
                const auto first = unknown(), second = unknown();
                const auto one = ask_for(t, player, first, "a mission that does not exist");
                const auto two = ask_for(t, player, second, "another that does not exist");
                const auto foreign = ask_for(t, player, mission.s256, "a mission of another agent");
                t.expect(foreign).status(one.status());
                const auto found = difference(look(foreign, mission.s256), look(one, first), look(two, second));
                t.check({}, found.empty(), "answers", "the same", found.empty() ? "the same" : found);
            })
        .because(
            "Missions are named in auth tokens. A resource that runs an agent could else ask whether one still lives.");
    suite
        .add("PS-MIS-073", "the time until the answer does not tell a mission of another agent from none",
             {{"mission.not-found-same", "mission-foreign-slow"}},
             [](Test& t) {
                 const auto mission = new_mission(t);
                 ask_for(t, t.player(), mission.s256, "one of many requests, in turn for this and for none");
                 const auto times = measured(t, mission.s256);
                 if (times.foreign.size() < 20) t.skip("the target limits the rate of such requests, too few to tell");
                 const double none = median(times.unknown), theirs = median(times.foreign);
                 const double gap = std::abs(theirs - none), share = gap / std::min(none, theirs);
                 const double apart = std::abs(rank_distance(times.unknown, times.foreign));
                 const auto seen =
                     fmt::format("medians {:.1f} ms (none) and {:.1f} ms (another's), {:.1f} standard deviations", none,
                                 theirs, apart);
                 // A failure needs a gap that one request shows; a warning, one that hardly is chance (1 in 1.7
                 // million) and that could be seen from outside.
                 const bool plain = apart > 6.5 && gap > 10 && share > 1;
                 const bool likely = apart > 5 && gap > 2 && share > 0.25;
                 t.check({}, !plain, "time until the answer", "the same for both", seen);
                 if (!plain) t.check_preferred({}, !likely, "time until the answer", "the same for both", seen);
             })
        .because(
            "Forty requests of each kind are sent in turn and their times compared by rank (Mann-Whitney), so that "
            "load "
            "on either machine, which slows both, is not taken for a difference.");

    const struct {
        int number;
        const char *what, *reference;
    } malformed[] = {
        {74, "is too short", "dBjftJeZ4CVP"},
        {75, "has padding", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk%3D"},
        {76, "is no base64url", "dBjftJeZ4CVP.mB92K27uhbUJU1p1r.wW1gFWFOEjXk"},
    };
    for (const auto& row : malformed) {
        suite.add(case_id("PS-MIS", row.number),
                  fmt::format("a mission reference that {} is refused as malformed", row.what),
                  {{"mission.malformed-reference", "mission-any-reference"}},
                  [reference = std::string(row.reference)](Test& t) {
                      const auto mission = new_mission(t);
                      t.expect(ask_for(t, mission.player, reference, "a malformed reference"))
                          .status(400)
                          .member_is("error", "invalid_request");
                  });
    }
    suite
        .add("PS-MIS-077", "an agent that asks for many missions which do not exist is slowed down",
             {{"mission.rate-limit", "mission-no-limit"}},
             [](Test& t) {
                 constexpr int most = 100;
                 const auto player = new_mission(t).player;
                 auto answer = ask_for(t, player, unknown(), "the first of many");
                 for (int i = 0; i < most && answer.status() != 429; ++i) {
                     answer = ask_for(t, player, unknown(), "one of many");
                 }
                 t.expect(answer).status(429);
             })
        .alone()
        .because("Whoever may guess for ever finds what there is.");
}

}  // namespace aauth::suites::ps
