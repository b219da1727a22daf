#include <nlohmann/json.hpp>

#include "harness/cli/lab_fixture.h"
#include "harness/cli/say.h"
#include "harness/json/json.h"

using namespace aauth;
using namespace aauth::cli;

namespace {

// Serves a person server of ours in the lab, then becomes "$@".
const std::string beside_a_person_server =
    "mkfifo said; exec 3<>said; \"$PROGRAM\" serve ps >&3 & read line <&3; rm said; exec \"$@\"";

process::Finished beside(std::vector<std::string> client, const Folder& folder) {
    client.insert(client.begin(), {"sh", "-c", beside_a_person_server, "sh"});
    auto command = lab_program(std::move(client));
    command.directory = folder.path(".");
    return finished(command);
}

bool installed(std::vector<std::string> command) {
    process::Command asked;
    asked.arguments = std::move(command);
    const auto done = process::run(asked, "", std::chrono::seconds(60));
    return done && done->exit.code == 0;
}

const std::string document = "https://ps.aauth.test/.well-known/aauth-person.json";

// The client prints the document, which it has fetched without being told of a CA or an address.
void check_fetches(const std::vector<std::string>& client, const Folder& folder) {
    const auto done = beside(client, folder);
    INFO(client.front() << "\n" << done.output << "\n" << done.errors);
    CHECK(done.exit.code == 0);
    const auto metadata = json::parse_object(done.output);
    REQUIRE(metadata);
    CHECK(json::string_member(*metadata, "issuer") == "https://ps.aauth.test");
}

}  // namespace

TEST_CASE("curl trusts the lab", "[lab]") {
    if (!labs_possible()) return;
    if (!installed({"curl", "--version"})) return left_out("curl is not here");
    const Folder folder;
    check_fetches({"curl", "-sS", "--fail", document}, folder);
    // What looks at no variable finds the system's bundle replaced, where there is one.
    if (!text_of("/etc/ssl/certs/ca-certificates.crt").empty()) {
        check_fetches({"env", "-u", "CURL_CA_BUNDLE", "-u", "SSL_CERT_FILE", "-u", "SSL_CERT_DIR", "curl", "-sS",
                       "--fail", document},
                      folder);
    }
}

TEST_CASE("node trusts the lab", "[lab]") {
    if (!labs_possible()) return;
    if (!installed({"node", "-e", "fetch"})) return left_out("node with fetch is not here");
    const Folder folder;
    check_fetches({"node", "-e", "fetch('" + document + "').then(a => a.text()).then(console.log)"}, folder);
}

TEST_CASE("Python trusts the lab, with its own library and with requests", "[lab]") {
    if (!labs_possible()) return;
    if (!installed({"python3", "-c", "import ssl"})) return left_out("python3 is not here");
    const Folder folder;
    const std::string url = "('" + document + "')";
    check_fetches({"python3", "-c", "import urllib.request as u; print(u.urlopen" + url + ".read().decode())"}, folder);
    if (!installed({"python3", "-c", "import requests"})) return left_out("Python's requests is not here");
    check_fetches({"python3", "-c", "import requests; print(requests.get" + url + ".text)"}, folder);
}

TEST_CASE("Java trusts the lab", "[lab]") {
    if (!labs_possible()) return;
    if (!installed({"javac", "--version"})) return left_out("a JDK is not here");
    const Folder folder;
    folder.write("Fetch.java",
                 "import java.net.*; import java.net.http.*;\n"
                 "public class Fetch { public static void main(String[] a) throws Exception {\n"
                 "  var request = HttpRequest.newBuilder(URI.create(a[0])).build();\n"
                 "  var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());\n"
                 "  System.out.println(answer.body()); } }\n");
    check_fetches({"java", "Fetch.java", document}, folder);
}

TEST_CASE("a certificate of the lab's folder is for a server that is not ours", "[lab]") {
    if (!labs_possible()) return;
    if (!installed({"python3", "-c", "import ssl"})) return left_out("python3 is not here");
    const Folder folder;
    folder.write("server.py",
                 "import http.server, os, ssl, threading, urllib.request\n"
                 "certs = os.environ['AAUTH_LAB'] + '/certs/as.aauth.test'\n"
                 "context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n"
                 "context.load_cert_chain(certs + '.pem', certs + '.key')\n"
                 "server = http.server.HTTPServer(('as.aauth.test', 443), http.server.SimpleHTTPRequestHandler)\n"
                 "server.socket = context.wrap_socket(server.socket, server_side=True)\n"
                 "threading.Thread(target=server.serve_forever, daemon=True).start()\n"
                 "print(urllib.request.urlopen('https://as.aauth.test/server.py').read().decode())\n");
    auto command = lab_program({"python3", "server.py"});
    command.directory = folder.path(".");
    const auto done = finished(command);
    INFO(done.errors);
    CHECK(done.exit.code == 0);
    CHECK(done.output == text_of(folder.path("server.py")) + "\n");
}

TEST_CASE("a front stands at a name for a server that speaks http", "[lab]") {
    if (!labs_possible()) return;
    if (!installed({"python3", "-c", "import http.server"})) return left_out("python3 is not here");
    const Folder folder;
    folder.write(
        "server.py",
        "import http.server\n"
        "class Echo(http.server.BaseHTTPRequestHandler):\n"
        "    def do_POST(self):\n"
        "        body = self.rfile.read(int(self.headers['Content-Length']))\n"
        "        said = [self.path, self.headers['Host'], self.headers['X-Forwarded-Proto'], self.headers['Odd']]\n"
        "        self.send_response(207)\n"
        "        self.send_header('Said', ' '.join(said))\n"
        "        self.end_headers()\n"
        "        self.wfile.write(body[::-1])\n"
        "http.server.HTTPServer(('127.0.0.1', 8080), Echo).serve_forever()\n");
    folder.write("client.py",
                 "import urllib.error, urllib.request as u\n"
                 "def ask():\n"
                 "    return u.urlopen(u.Request('https://as-3.aauth.test/a%2Fb?c', b'abc', {'Odd': ' x '}))\n"
                 "while True:\n"
                 "    try:\n"
                 "        answer = ask()\n"
                 "        break\n"
                 "    except urllib.error.HTTPError as error:\n"
                 "        assert error.code == 502  # the server is still to come\n"
                 "print(answer.status, answer.headers['Said'], answer.read().decode())\n");
    const std::string script =
        "mkfifo said; exec 3<>said; \"$PROGRAM\" front https://as-3.aauth.test=http://127.0.0.1:8080 >&3 & "
        "read line <&3; python3 server.py 2>/dev/null & python3 client.py";
    auto command = lab_program({"sh", "-c", script});
    command.directory = folder.path(".");
    const auto done = finished(command);
    INFO(done.errors);
    CHECK(done.output == "207 /a%2Fb?c as-3.aauth.test https x cba\n");
}

TEST_CASE("somebody who is not root has a lab too", "[lab]") {
    const std::vector<std::string> nobody{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    if (::geteuid() != 0) return left_out("the other tests are run by somebody who is not root");
    auto asked = nobody;
    asked.insert(asked.end(), {AAUTH_CONFORM, "--version"});
    if (!installed(asked)) return left_out("nobody cannot run the program here");
    auto command = program({"lab", "--", "sh", "-c",
                            "id -u; \"$PROGRAM\" serve ps & until curl -sS --fail " + document +
                                " 2>/dev/null; do kill -0 $! || exit 1; done"});
    command.environment["PROGRAM"] = AAUTH_CONFORM;
    command.arguments.insert(command.arguments.begin(), nobody.begin(), nobody.end());
    if (!installed({"curl", "--version"})) return left_out("curl is not here");
    const auto done = finished(command);
    if (done.exit.code == bad_usage && done.errors.find("needs private namespaces or root") != std::string::npos) {
        return left_out("not here: " + done.errors);
    }
    INFO(done.output << done.errors);
    CHECK(done.exit.code == 0);
    CHECK(done.output.starts_with("65534\n"));
    CHECK(done.output.find("\"issuer\":\"https://ps.aauth.test\"") != std::string::npos);
}
