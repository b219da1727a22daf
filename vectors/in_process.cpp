#include "vectors/implementation.h"
#include "vectors/operations/operation.h"

namespace aauth::vectors {

namespace {

class OwnCode : public Implementation {
public:
    std::string name() const override { return "aauth-conformance"; }
    bool does(std::string_view operation) const override { return find_operation(operation) != nullptr; }

    Result<Answer> ask(const protocol::Draft& draft, std::string_view operation, const nlohmann::json& input) override {
        const auto* found = find_operation(operation);
        if (found == nullptr) return Answer{};
        try {
            auto outcome = found->perform(draft, input);
            if (outcome) return Answer{Answer::Kind::Valid, {}, std::move(*outcome)};
            return Answer{Answer::Kind::Invalid, outcome.error().code, {}};
        } catch (const UnusableInput& unusable) {
            return failure("garbage", unusable.message);
        }
    }
};

}  // namespace

std::unique_ptr<Implementation> in_process() { return std::make_unique<OwnCode>(); }

}  // namespace aauth::vectors
