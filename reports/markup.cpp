#include "reports/markup.h"

#include <fmt/format.h>

#include <set>

#include "harness/engine/bounds.h"

namespace aauth::reports {

namespace {

struct Broken {
    std::string message;
};

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; }

class MarkupReader {
public:
    MarkupReader(std::string_view text, Language language) : text_(text), language_(language) {}

    Markup read() {
        try {
            check_characters();
            if (language_ == Language::Html) expect("<!doctype html>");
            if (language_ == Language::Xml && text_.starts_with("<?xml")) at_ = text_.find("?>") + 2;
            while (at_ < text_.size()) step();
            if (!open_.empty()) fail("not closed: " + open_.back());
        } catch (const Broken& broken) {
            out_.error = broken.message;
        }
        return out_;
    }

private:
    [[noreturn]] void fail(const std::string& what) {
        throw Broken{fmt::format("{} at {}: {}", what, at_, text_.substr(at_ - std::min<std::size_t>(at_, 40), 80))};
    }

    void check_characters() {
        while (at_ < text_.size()) {
            const auto byte = static_cast<unsigned char>(text_[at_]);
            const std::size_t length = engine::utf8_length(text_, at_);
            if (length == 0) fail("no UTF-8");
            if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F) fail("control character");
            at_ += length;
        }
        at_ = 0;
    }

    void expect(std::string_view word) {
        if (!text_.substr(at_).starts_with(word)) fail(fmt::format("expected {}", word));
        at_ += word.size();
    }

    std::string name() {
        const std::size_t start = at_;
        while (at_ < text_.size() && is_name(text_[at_])) ++at_;
        if (at_ == start) fail("expected a name");
        return std::string(text_.substr(start, at_ - start));
    }

    void skip_blanks() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
    }

    void check_entities(std::string_view text) {
        for (std::size_t i = text.find('&'); i != std::string_view::npos; i = text.find('&', i + 1)) {
            const std::string_view entity = text.substr(i, text.find(';', i) - i + 1);
            static const std::set<std::string_view> known{"&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#39;"};
            if (!known.contains(entity)) fail(fmt::format("bare & in {}", text.substr(i, 20)));
        }
    }

    void step() {
        if (text_[at_] != '<') {
            const std::size_t end = std::min(text_.find('<', at_), text_.size());
            const std::string_view piece = text_.substr(at_, end - at_);
            check_entities(piece);
            if (language_ == Language::Xml && piece.find("]]>") != std::string_view::npos) fail("]]> in text");
            out_.text += piece;
            at_ = end;
        } else if (text_.substr(at_).starts_with("</")) {
            at_ += 2;
            const std::string closed = name();
            if (open_.empty() || open_.back() != closed) fail("closed out of order: " + closed);
            open_.pop_back();
            expect(">");
        } else {
            ++at_;
            open();
        }
    }

    void open() {
        Tag tag{name(), {}};
        while (true) {
            const std::size_t before = at_;
            skip_blanks();
            if (at_ >= text_.size()) fail("tag not closed");
            if (text_[at_] == '>' || text_[at_] == '/') break;
            if (before == at_) fail("no blank before an attribute");
            attribute(tag);
        }
        const bool self_closed = text_[at_] == '/';
        if (self_closed) {
            if (language_ == Language::Html) fail("self-closed tag");
            ++at_;
        }
        expect(">");
        static const std::set<std::string_view> empty{"meta", "input", "br", "link"};
        const bool is_empty = language_ == Language::Html && empty.contains(tag.name);
        if (!self_closed && !is_empty) open_.push_back(tag.name);
        const bool is_raw = language_ == Language::Html && (tag.name == "script" || tag.name == "style");
        const std::string opened = tag.name;
        out_.tags.push_back(std::move(tag));
        if (is_raw) raw(opened);
    }

    void attribute(Tag& tag) {
        const std::string attribute_name = name();
        if (tag.attributes.contains(attribute_name)) fail("attribute twice: " + attribute_name);
        std::string& value = tag.attributes[attribute_name];
        static const std::set<std::string_view> flags{"open", "hidden", "disabled"};
        if (text_[at_] != '=' && language_ == Language::Html && flags.contains(attribute_name)) return;
        expect("=\"");
        const std::size_t end = text_.find('"', at_);
        if (end == std::string_view::npos) fail("attribute not closed");
        value = std::string(text_.substr(at_, end - at_));
        if (value.find('<') != std::string::npos) fail("< in an attribute");
        check_entities(value);
        at_ = end + 1;
    }

    void raw(const std::string& element) {
        const std::size_t end = text_.find("</", at_);
        if (end == std::string_view::npos) fail("not closed: " + element);
        if (out_.raw.contains(element)) fail("a second " + element);
        out_.raw[element] = std::string(text_.substr(at_, end - at_));
        at_ = end;
    }

    std::string_view text_;
    Language language_;
    std::size_t at_ = 0;
    std::vector<std::string> open_;
    Markup out_;
};

}  // namespace

Markup read_markup(std::string_view text, Language language) { return MarkupReader(text, language).read(); }

}  // namespace aauth::reports
