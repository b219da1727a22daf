#include "harness/httpsig/base.h"

#include "harness/catch.h"
#include "harness/httpsig/rfc9421_messages.h"

using namespace aauth;

namespace {

sfv::InnerList input(const std::string& text) {
    return std::get<sfv::InnerList>(sfv::parse_list(text).value().front());
}

std::string base_of(const std::string& text) {
    const auto request = rfc9421::request();
    const auto base = httpsig::signature_base({&request, nullptr}, input(text));
    return base ? *base : base.error().code;
}

std::string parse_error(const std::string& signature_input, const std::string& signature) {
    const auto parsed = httpsig::parse_signatures({{"Signature-Input", signature_input}, {"Signature", signature}});
    return parsed ? "none" : parsed.error().code;
}

}  // namespace

TEST_CASE("the base has a line for each component and the parameters last", "[httpsig]") {
    CHECK(base_of(R"(("@method" "content-digest";key="sha-512" "date");created=1;nonce="a\"b";x)") ==
          "\"@method\": POST\n"
          "\"content-digest\";key=\"sha-512\": "
          ":WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:\n"
          "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n"
          "\"@signature-params\": (\"@method\" \"content-digest\";key=\"sha-512\" \"date\")"
          ";created=1;nonce=\"a\\\"b\";x");
}

TEST_CASE("no component is covered twice", "[httpsig]") {
    CHECK(base_of(R"(("date" "date"))") == "invalid_input");
    CHECK(base_of(R"(("@method" "date" "@method"))") == "invalid_input");
    CHECK(base_of(R"(("content-digest";key="sha-512" "content-digest";key="sha-512"))") == "invalid_input");
    CHECK(base_of(R"(("content-digest";sf;key="sha-512" "content-digest";key="sha-512";sf))") == "invalid_input");
    CHECK(base_of(R"(("date" "date";bs))").starts_with("\"date\": Tue"));
    CHECK(base_of(R"(("@query-param";name="Pet" "@query-param";name="param"))").starts_with("\"@query-param\""));
}

TEST_CASE("a component that cannot be had fails the whole base", "[httpsig]") {
    CHECK(base_of(R"(("date" "missing"))") == "invalid_input");
    CHECK(base_of(R"(("Date"))") == "invalid_input");
    CHECK(base_of(R"((date))") == "invalid_input");
    CHECK(base_of(R"(("@signature-params"))") == "invalid_input");
    CHECK(base_of(R"(("@status"))") == "invalid_input");
    CHECK(base_of(R"(("caf\"e"))") == "invalid_input");
}

TEST_CASE("the number of covered components has a bound", "[httpsig]") {
    http::Request request;
    sfv::InnerList many;
    for (std::size_t i = 0; i < httpsig::most_components; ++i) {
        const std::string name = "x-" + std::to_string(i);
        request.fields.add(name, "v");
        many.items.push_back(httpsig::component(name));
    }
    CHECK(httpsig::signature_base({&request, nullptr}, many).has_value());
    request.fields.add("x-more", "v");
    many.items.push_back(httpsig::component("x-more"));
    CHECK(httpsig::signature_base({&request, nullptr}, many).error().code == "invalid_input");
}

TEST_CASE("all signatures of a message are found", "[httpsig]") {
    const auto found = httpsig::parse_signatures({{"signature", "b=:AQI=:, a=:Aw==:"},
                                                  {"Signature-Input", "a=(\"date\" \"host\";sf);created=7;expires=9"},
                                                  {"signature-input", "b=();created=\"7\""}})
                           .value();
    REQUIRE(found.size() == 2);
    CHECK(found[0].label == "a");
    CHECK(found[0].signature == "\x03");
    CHECK(found[0].covers("date"));
    CHECK_FALSE(found[0].covers("host"));
    CHECK(found[0].created() == 7);
    CHECK(found[0].expires() == 9);
    CHECK(found[1].label == "b");
    CHECK(found[1].signature == "\x01\x02");
    CHECK_FALSE(found[1].created());
    CHECK_FALSE(found[1].expires());
}

TEST_CASE("signature fields that are absent, malformed or at odds are refused", "[httpsig]") {
    CHECK(parse_error("a=()", "a=:AQ==:") == "none");
    CHECK(httpsig::parse_signatures({{"Signature-Input", "a=()"}}).error().code == "invalid_signature");
    CHECK(httpsig::parse_signatures({{"Signature", "a=:AQ==:"}}).error().code == "invalid_signature");
    CHECK(httpsig::parse_signatures({}).error().code == "invalid_signature");
    for (const auto& [signature_input, signature] : std::vector<std::pair<std::string, std::string>>{
             {"", ""},
             {"a=()", ""},
             {"", "a=:AQ==:"},
             {"a=(", "a=:AQ==:"},
             {"a=()", "a=:AQ:"},
             {"a=()", "a=AQ"},
             {"a=()", "a=\"AQ==\""},
             {"a=()", "a=(:AQ==:)"},
             {"a=\"date\"", "a=:AQ==:"},
             {"a", "a=:AQ==:"},
             {"a=(date)", "a=:AQ==:"},
             {"a=(\"date\" 3)", "a=:AQ==:"},
             {"a=()", "b=:AQ==:"},
             {"a=(), b=()", "a=:AQ==:"},
             {"a=()", "a=:AQ==:, b=:AQ==:"},
         }) {
        INFO(signature_input << " | " << signature);
        CHECK(parse_error(signature_input, signature) == "invalid_signature");
    }
}
