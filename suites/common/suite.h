#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/engine/case.h"

namespace aauth::suites {

class Test;
class World;

// A case in the making: what `Suite::add` gives back, for what not every case has.
class CaseBuilder {
public:
    explicit CaseBuilder(engine::Case& made) : case_(made) {}
    CaseBuilder& because(std::string explanation);          // why the rule matters, one or two sentences
    CaseBuilder& after(std::vector<std::string> ids);       // prerequisites
    CaseBuilder& alone();                                   // exclusive: it changes the target for everybody
    CaseBuilder& slow();
    CaseBuilder& only_for(std::vector<std::string> drafts);

private:
    engine::Case& case_;
};

// A requirement with the fault of our mock that makes the case fail on it.
using Covers = std::vector<engine::Covered>;

// The cases of one suite. Made without a world for listing, with one for running.
class Suite {
public:
    Suite(std::string name, World* world) : name_(std::move(name)), world_(world) {}

    // The area that the cases added from now on belong to, with its section: "Signature profile", "11.3".
    void area(std::string title, std::string section);

    // id like "PS-SIG-004"; a title that reads like the sentence it tests; what it covers; what it does.
    CaseBuilder add(std::string id, std::string title, Covers covers, std::function<void(Test&)> body);

    const std::string& name() const { return name_; }
    std::vector<engine::Case> take() { return std::move(cases_); }

private:
    std::string name_, area_;
    World* world_;
    std::vector<engine::Case> cases_;
};

// "person-server", "resource": the suites there are, in the order of the specification.
std::vector<std::string> suite_names();
// The cases of a suite. Throws std::logic_error for an unknown name. `world` may be null for listing only.
std::vector<engine::Case> suite_cases(const std::string& name, World* world);

}  // namespace aauth::suites
