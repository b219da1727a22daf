#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace aauth::mocks {

// What a person server remembers of its persons and of the tokens it gave: who belongs to whom (13.14), and by which
// records it judges chained requests (9.4.5 step 4, 7.1). Thread-safe, bounded.
class PersonRecords {
public:
    // The agent that a token was issued to: "iss sub", and the agent token that it came with.
    struct Caller {
        std::string agent, agent_issuer, agent_jti;
    };

    static constexpr auto first_person = "person-1";
    static constexpr auto second_person = "person-2";

    // The person that an agent belongs to; one that belongs to nobody yet is the first person's, if it is to be bound.
    std::string person_of(const std::string& agent, bool bind = true);
    // Binds an agent. False when it belongs to another person, and nothing is changed unless `anyway`.
    bool bind(const std::string& agent, const std::string& person, bool anyway = false);

    // This person is `sub` for the resource `aud`.
    void known_as(const std::string& aud, const std::string& sub, const std::string& person);
    std::optional<std::string> person_known_as(const std::string& aud, const std::string& sub) const;

    // A token (its iss and jti) that was given to this agent, by this server or by way of it.
    void given(const std::string& issuer, const std::string& jti, Caller caller);
    std::optional<Caller> caller_with(const std::string& issuer, const std::string& jti) const;

    // A person token for `aud` and `sub` was presented to this access server (9.1.1).
    void presented(const std::string& access_server, const std::string& aud, const std::string& sub);
    bool was_presented(const std::string& access_server, const std::string& aud, const std::string& sub) const;

    // True for the first use of an upstream token only: for a server that wrongly takes each of them once.
    bool first_use(const std::string& jti);

private:
    using Pair = std::pair<std::string, std::string>;

    mutable std::mutex mutex_;
    std::map<std::string, std::string> persons_;  // of agents
    std::map<Pair, std::string> known_;           // (aud, sub) -> person
    std::map<Pair, Caller> callers_;              // (iss, jti) -> agent
    std::set<std::tuple<std::string, std::string, std::string>> presented_;
    std::set<std::string> used_;
};

}  // namespace aauth::mocks
