#include "harness/http/transfer.h"

#include <cstring>

#include <curl/curl.h>
#include <sys/socket.h>

#include "harness/http/head.h"
#include "harness/http/no_sigpipe.h"

namespace aauth::http {

namespace {

using Clock = std::chrono::steady_clock;

struct Lines {
    Lines() = default;
    Lines(const Lines&) = delete;
    Lines& operator=(const Lines&) = delete;
    ~Lines() { curl_slist_free_all(first); }

    void add(const std::string& line) {
        auto* longer = curl_slist_append(first, line.c_str());
        if (longer == nullptr) throw std::bad_alloc();
        first = longer;
    }

    curl_slist* first = nullptr;
};

// Framing that two readers could understand in two ways (RFC 9112 section 6.3).
std::string unclear_framing(const Fields& fields) {
    const auto lengths = fields.lines("Content-Length");
    for (const auto& length : lengths)
        if (length != lengths.front()) return "the response has two different Content-Length fields";
    if (!lengths.empty() && fields.contains("Transfer-Encoding"))
        return "the response has both Content-Length and Transfer-Encoding";
    return "";
}

// What curl's callbacks collect.
struct Progress {
    explicit Progress(const ClientOptions& limits) : options(limits) {}

    const ClientOptions& options;
    Transfer transfer;
    std::optional<Error> error;
    Clock::time_point last_byte = Clock::now();
    std::string head;
    std::size_t head_size = 0;  // of all heads and the trailer
    bool head_done = false;

    // False ends the transfer.
    bool fail(const char* code, std::string why) {
        if (!error) error = Error{code, std::move(why)};
        return false;
    }

    bool take_head_line(std::string_view line) {
        head_size += line.size();
        if (head_size > options.max_response_head)
            return fail("response_too_large",
                        "the response head is larger than " + std::to_string(options.max_response_head) + " bytes");
        if (head_done) return true;  // a trailer
        head += line;
        transfer.received += line;
        if (line != "\r\n" && line != "\n") return true;
        auto response = parse_response_head(head);
        if (!response) return fail("malformed_response", response.error().message);
        if (auto why = unclear_framing(response->fields); !why.empty()) return fail("malformed_response", why);
        if (response->status == 101) return fail("malformed_response", "the peer switches protocols unasked");
        head.clear();
        if (response->status / 100 == 1) return true;
        head_done = true;
        transfer.response = std::move(*response);
        return true;
    }

    bool take_body(std::string_view bytes) {
        std::string& body = transfer.response.body;
        if (body.size() + bytes.size() > options.max_response_body)
            return fail("response_too_large",
                        "the response body is larger than " + std::to_string(options.max_response_body) + " bytes");
        body += bytes;
        return true;
    }

    void note(curl_infotype kind, std::string_view bytes) {
        if (kind == CURLINFO_TEXT) return;
        last_byte = Clock::now();
        if (kind == CURLINFO_HEADER_OUT) {  // again when curl starts over on a fresh connection
            transfer.sent = bytes;
            transfer.received.clear();
        } else if (kind == CURLINFO_DATA_OUT) {
            transfer.sent += bytes;
        } else if (kind == CURLINFO_DATA_IN) {
            // chunked framing is more than the body, but not without end
            if (transfer.received.size() > options.max_response_head + 2 * options.max_response_body + (64u << 10)) {
                fail("response_too_large", "the response has far more framing than content");
                return;
            }
            transfer.received += bytes;
        }
    }
};

std::size_t on_head_line(char* data, std::size_t, std::size_t size, void* progress) {
    return static_cast<Progress*>(progress)->take_head_line({data, size}) ? size : size + 1;
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* progress) {
    return static_cast<Progress*>(progress)->take_body({data, size}) ? size : size + 1;
}

int on_debug(CURL*, curl_infotype kind, char* data, std::size_t size, void* progress) {
    static_cast<Progress*>(progress)->note(kind, {data, size});
    return 0;
}

curl_socket_t open_socket(void*, curlsocktype, curl_sockaddr* address) {
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

Error error_of(CURLcode code, const Progress& progress, const char* detail) {
    const std::string text = *detail != '\0' ? detail : curl_easy_strerror(code);
    const bool says_chunk = text.find("chunk") != std::string::npos;
    const bool says_large = text.find("Too large response headers") != std::string::npos;
    switch (code) {
        case CURLE_COULDNT_CONNECT:
        case CURLE_COULDNT_RESOLVE_HOST:
            return {"connect_failed", text};
        case CURLE_OPERATION_TIMEDOUT:
            return {"timeout", text};
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_ISSUER_ERROR:
            return {"tls_failed", text};
        case CURLE_OUT_OF_MEMORY:  // what curl says to a field line of more than 100 kB
            return {progress.head_done ? "malformed_response" : "response_too_large", text};
        case CURLE_RECV_ERROR:
            if (says_large) return {"response_too_large", text};
            return {says_chunk ? "malformed_response" : "connection_closed", text};
        case CURLE_GOT_NOTHING:
        case CURLE_PARTIAL_FILE:
        case CURLE_SEND_ERROR:
            return {"connection_closed", text};
        case CURLE_URL_MALFORMAT:
            return {"bad_request", text};
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_UNSUPPORTED_PROTOCOL:  // HTTP/0.9, or another version than was asked for
        case CURLE_BAD_CONTENT_ENCODING:
        case CURLE_FILESIZE_EXCEEDED:
            return {"malformed_response", text};
        default:  // trouble of ours, which must not be laid at the peer's door
            return {"connect_failed", text};
    }
}

// Some options take a long, which C's varargs do not convert to.
void set(CURL* easy, CURLoption option, long value) { curl_easy_setopt(easy, option, value); }

}  // namespace

struct Exchanger::Handles {
    CURLM* multi = nullptr;
    CURL* easy = nullptr;

    void prepare(const Destination& destination, const Request& request, const ClientOptions& options);
    void prepare_body(const Request& request);
    CURLcode drive(Progress& progress);
};

void Exchanger::Handles::prepare(const Destination& destination, const Request& request, const ClientOptions& options) {
    const Url& url = destination.url;
    const std::string base = destination.dialled.scheme + "://" + url.host + ":" + std::to_string(url.effective_port());
    curl_easy_setopt(easy, CURLOPT_URL, (base + "/").c_str());
    curl_easy_setopt(easy, CURLOPT_REQUEST_TARGET, request.target.c_str());
    set(easy, CURLOPT_PATH_AS_IS, 1);
    set(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    set(easy, CURLOPT_FOLLOWLOCATION, 0);
    set(easy, CURLOPT_NOSIGNAL, 1);
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    if (!options.ca_file.empty()) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
        curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);  // else the system's are trusted too
    }
    const auto connection = request.fields.combined("Connection");
    set(easy, CURLOPT_FORBID_REUSE, connection && equals_ignoring_case(*connection, "close") ? 1 : 0);
    prepare_body(request);
}

void Exchanger::Handles::prepare_body(const Request& request) {
    if (request.method == "HEAD") {
        set(easy, CURLOPT_NOBODY, 1);
    } else if (has_body(request)) {
        set(easy, CURLOPT_POST, 1);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
    } else {
        set(easy, CURLOPT_HTTPGET, 1);
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

CURLcode Exchanger::Handles::drive(Progress& progress) {
    const auto total_end = Clock::now() + progress.options.total_timeout;
    while (true) {
        int running = 0;
        if (curl_multi_perform(multi, &running) != CURLM_OK) return CURLE_FAILED_INIT;
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi, &left))
            if (message->msg == CURLMSG_DONE) return message->data.result;
        if (progress.error) return CURLE_ABORTED_BY_CALLBACK;

        const auto now = Clock::now();
        const auto idle_end = progress.last_byte + progress.options.idle_timeout;
        if (now >= total_end || now >= idle_end) {
            progress.fail("timeout", now >= total_end ? "no complete response within the total time"
                                                      : "no byte came or went for too long");
            return CURLE_OPERATION_TIMEDOUT;
        }
        const auto wait = std::chrono::ceil<std::chrono::milliseconds>(std::min(total_end, idle_end) - now);
        curl_multi_poll(multi, nullptr, 0, static_cast<int>(std::min<std::int64_t>(wait.count(), 60000)), nullptr);
    }
}

Exchanger::Exchanger() : handles_(std::make_unique<Handles>()) {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    handles_->multi = curl_multi_init();
    handles_->easy = curl_easy_init();
    if (started != CURLE_OK || handles_->multi == nullptr || handles_->easy == nullptr) throw std::bad_alloc();
    curl_multi_setopt(handles_->multi, CURLMOPT_MAXCONNECTS, 8L);
}

Exchanger::~Exchanger() {
    const NoSigpipe guard;
    curl_easy_cleanup(handles_->easy);
    curl_multi_cleanup(handles_->multi);
}

Result<Transfer> Exchanger::run(const Destination& destination, Request request, const ClientOptions& options) {
    const NoSigpipe guard;
    CURL* easy = handles_->easy;
    curl_easy_reset(easy);
    Progress progress(options);
    char detail[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_head_line);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &progress);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &progress);
    curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_debug);
    curl_easy_setopt(easy, CURLOPT_DEBUGDATA, &progress);
    set(easy, CURLOPT_VERBOSE, 1);
    handles_->prepare(destination, request, options);

    Lines fields;
    for (const auto& [name, value] : request_lines(request))
        fields.add(trim(value).empty() ? name + ";" : name + ": " + value);
    // what curl would add by itself
    for (const std::string name : {"Accept", "Expect", "Content-Type"})
        if (!request.fields.contains(name)) fields.add(name + ":");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fields.first);

    Lines connect_to;
    if (destination.mapped) {
        const Url& dialled = destination.dialled;
        connect_to.add("::" + dialled.host + ":" + std::to_string(dialled.effective_port()));
        curl_easy_setopt(easy, CURLOPT_CONNECT_TO, connect_to.first);
    }

    const auto begin = Clock::now();
    if (curl_multi_add_handle(handles_->multi, easy) != CURLM_OK) return failure("connect_failed", "curl has no room");
    const CURLcode code = handles_->drive(progress);
    char* address = nullptr;
    long port = 0;
    curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address);
    curl_easy_getinfo(easy, CURLINFO_PRIMARY_PORT, &port);
    if (address != nullptr && *address != '\0') {
        const bool v6 = std::strchr(address, ':') != nullptr;
        progress.transfer.peer =
            (v6 ? "[" + std::string(address) + "]" : std::string(address)) + ":" + std::to_string(port);
    }
    curl_multi_remove_handle(handles_->multi, easy);
    curl_easy_reset(easy);  // forgets the pointers into this call
    if (!progress.error && code != CURLE_OK) progress.error = error_of(code, progress, detail);
    if (progress.error) return tl::unexpected(*progress.error);
    if (!progress.head_done) return failure("malformed_response", "the response has no complete head");
    progress.transfer.request = std::move(request);
    progress.transfer.elapsed = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
    return std::move(progress.transfer);
}

}  // namespace aauth::http
