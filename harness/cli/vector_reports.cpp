#include "harness/cli/vector_reports.h"

#include <fmt/format.h>

#include "harness/cli/files.h"
#include "harness/cli/say.h"
#include "harness/json/json.h"
#include "reports/text.h"

namespace aauth::cli {

using vectors::Run;

namespace {

std::string attribute(std::string_view text) {
    return reports::escaped_for_xml(reports::visible(text, reports::Lines::Show));
}

const char* word(Run::Kind kind) {
    switch (kind) {
        case Run::Kind::Agrees: return "agrees";
        case Run::Kind::Differs: return "differs";
        case Run::Kind::Unsupported: return "unsupported";
        case Run::Kind::Broke: return "broke";
    }
    return "";
}

}  // namespace

VectorReports::VectorReports(const Wanted& wanted) {
    const auto open = [](std::ofstream& file, const std::string& path) {
        if (path.empty()) return;
        check_writable(path);
        file.open(path, std::ios::binary | std::ios::trunc);
    };
    open(json_, wanted.json);
    open(junit_, wanted.junit);
    if (json_.is_open()) {
        json_ << "{\"format\": 1, \"implementation\": " << json::dump(nlohmann::json(wanted.implementation))
              << ",\n \"results\": [";
    }
    if (junit_.is_open()) {
        junit_ << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"" << attribute(wanted.implementation)
               << "\">\n";
    }
}

void VectorReports::add(const vectors::Heading& heading, const vectors::Group& group, const vectors::Vector& vector,
                        const Run& run) {
    if (json_.is_open()) add_json(heading, group, vector, run);
    if (junit_.is_open()) add_junit(heading, group, vector, run);
}

void VectorReports::add_json(const vectors::Heading& heading, const vectors::Group& group,
                             const vectors::Vector& vector, const Run& run) {
    nlohmann::ordered_json line{{"vector", vector.id}, {"draft", heading.draft}, {"op", group.op},
                                {"outcome", word(run.kind)}, {"result", vectors::name(vector.result)}};
    if (!run.answered.empty()) line["answered"] = run.answered;
    if (!run.explanation.empty()) line["explanation"] = reports::visible(run.explanation, reports::Lines::Keep);
    if (run.known) line["known"] = true;
    json_ << (first_ ? "\n  " : ",\n  ")
          << line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    first_ = false;
}

void VectorReports::add_junit(const vectors::Heading& heading, const vectors::Group& group,
                              const vectors::Vector& vector, const Run& run) {
    const auto suite = "draft " + heading.draft + ", " + heading.topic;
    if (suite != suite_) {
        junit_ << (suite_.empty() ? "" : " </testsuite>\n") << " <testsuite name=\"" << attribute(suite) << "\">\n";
        suite_ = suite;
    }
    junit_ << "  <testcase classname=\"" << attribute(group.name) << "\" name=\""
           << attribute(vector.id + " " + vector.comment) << "\">";
    if (run.kind == Run::Kind::Unsupported) junit_ << "<skipped message=\"unsupported\"/>";
    if (run.kind == Run::Kind::Differs && !run.known) {
        junit_ << "<failure message=\"" << attribute(run.explanation) << "\"/>";
    }
    if (run.kind == Run::Kind::Broke && !run.known) {
        junit_ << "<error message=\"" << attribute(run.answered + ": " + run.explanation) << "\"/>";
    }
    junit_ << "</testcase>\n";
}

void VectorReports::end() {
    const auto close = [](std::ofstream& file, const char* text) {
        if (!file.is_open()) return;
        file << text;
        file.close();
        if (!file) stop(trouble, "cannot write the results; is the disk full?");
    };
    close(json_, "\n]}\n");
    close(junit_, suite_.empty() ? "</testsuites>\n" : " </testsuite>\n</testsuites>\n");
}

}  // namespace aauth::cli
