#include "harness/catch.h"
#include "harness/cli/program_fixture.h"
#include "harness/http/client.h"

using namespace aauth;
using cli::Served;

namespace {

http::Response get(const std::string& url, http::Fields fields = {}) {
    http::Request request;
    request.fields = std::move(fields);
    const auto place = http::Url::parse(url);
    REQUIRE(place);
    auto answer = http::Client().send(*place, std::move(request));
    REQUIRE(answer);
    return answer->response;
}

}  // namespace

TEST_CASE("every role can be served, and shows what it is at its own address") {
    for (const char* role : {"ps", "as", "resource", "ap"}) {
        const Served served({role});
        const auto page = get(served.base() + "/");
        CHECK(page.status == 200);
        CHECK(page.body.find(served.base()) != std::string::npos);
        CHECK(page.body.find("Nobody has asked for anything yet") != std::string::npos);
    }
}

TEST_CASE("the status page shows the last exchanges, and nothing of them is markup") {
    const Served served({"resource", "--fault", "no-signature-error"});
    const auto asked =
        get(served.base() + "/data", {{"X-Note", "<script>alert(1)</script><img src=x onerror=alert(2)>"}});
    CHECK(asked.status == 401);
    const auto page = get(served.base() + "/");
    CHECK(page.body.find("no-signature-error") != std::string::npos);
    CHECK(page.body.find("&lt;script&gt;alert(1)") != std::string::npos);
    CHECK(page.body.find("&lt;img src=x") != std::string::npos);
    CHECK(page.body.find("<script") == std::string::npos);
    CHECK(page.body.find("<img") == std::string::npos);
    CHECK(page.fields.combined("Content-Security-Policy").value_or("").find("default-src 'none'") == 0);
}
