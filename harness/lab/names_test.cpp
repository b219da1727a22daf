#include "harness/lab/names.h"

#include <set>
#include <sstream>

#include "harness/catch.h"

using namespace aauth::lab;

TEST_CASE("each name has an address of its own on loopback") {
    std::set<std::string> hosts, addresses;
    for (const auto& role : roles()) {
        for (int number = 0; number < names_per_role; ++number) {
            const auto name = name_of(role, number);
            REQUIRE(name);
            CHECK(name->address.starts_with("127."));
            hosts.insert(name->host);
            addresses.insert(name->address);
            const auto found = find_name(name->identifier());
            REQUIRE(found);
            CHECK(found->address == name->address);
        }
    }
    CHECK(hosts.size() == roles().size() * names_per_role);
    CHECK(addresses.size() == hosts.size());
}

TEST_CASE("names are plain first, then numbered") {
    CHECK(name_of("ps", 0)->identifier() == "https://ps.aauth.test");
    CHECK(name_of("person-server", 7)->identifier() == "https://ps-7.aauth.test");
    CHECK(name_of("agent-provider", 0)->host == "ap.aauth.test");
    CHECK(name_of("access-server", 1)->host == "as-1.aauth.test");
    CHECK_FALSE(name_of("nobody", 0));
    CHECK_FALSE(name_of("ps", -1));
    CHECK_FALSE(name_of("ps", names_per_role));
}

TEST_CASE("what is not a name of the lab is not found") {
    for (const char* text :
         {"", "https://", "https://aauth.test", "https://.aauth.test", "https://ps.aauth.test/",
          "https://ps.aauth.test:443", "http://ps.aauth.test", "https://ps-0.aauth.test", "https://ps-07.aauth.test",
          "https://ps-.aauth.test", "https://ps-2000.aauth.test", "https://ps-1x.aauth.test", "https://ps--1.aauth.test",
          "https://PS.aauth.test", "https://person-server.aauth.test", "https://ps.aauth.test.example",
          "https://ps-99999999999999999999.aauth.test"}) {
        INFO(text);
        CHECK_FALSE(find_name(text));
    }
    CHECK(find_name("ps.aauth.test"));
}

TEST_CASE("the hosts file has every name once") {
    std::istringstream lines(hosts_lines());
    std::set<std::string> seen;
    std::string address, host, first;
    while (lines >> address >> host) {
        if (first.empty()) first = host;
        CHECK(seen.insert(host).second);
        REQUIRE(find_name(host));
        CHECK(find_name(host)->address == address);
    }
    CHECK(first == "agent.aauth.test");
    CHECK(seen.size() == roles().size() * names_per_role);
}
