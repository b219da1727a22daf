#include <array>
#include <stdexcept>

#include "harness/crypto/openssl.h"

namespace aauth::crypto {

namespace {

struct AlgorithmRow {
    Algorithm algorithm;
    std::string_view name;
    KeyType key_type;
};

constexpr std::array<AlgorithmRow, 7> rows{{
    {Algorithm::Ed25519, "Ed25519", KeyType::Ed25519},
    {Algorithm::Ed448, "Ed448", KeyType::Ed448},
    {Algorithm::ES256, "ES256", KeyType::P256},
    {Algorithm::ES384, "ES384", KeyType::P384},
    {Algorithm::ES512, "ES512", KeyType::P521},
    {Algorithm::RS256, "RS256", KeyType::RSA},
    {Algorithm::PS256, "PS256", KeyType::RSA},
}};

const AlgorithmRow& row_of(Algorithm algorithm) {
    for (const auto& row : rows) {
        if (row.algorithm == algorithm) return row;
    }
    throw std::logic_error("an algorithm without a row");
}

}  // namespace

std::string_view name(Algorithm algorithm) { return row_of(algorithm).name; }

KeyType key_type_for(Algorithm algorithm) { return row_of(algorithm).key_type; }

std::optional<Algorithm> algorithm_from_name(std::string_view wanted) {
    for (const auto& row : rows) {
        if (row.name == wanted) return row.algorithm;
    }
    return std::nullopt;
}

std::size_t field_width(KeyType type) {
    switch (type) {
        case KeyType::Ed25519:
            return 32;
        case KeyType::Ed448:
            return 57;
        case KeyType::P256:
            return 32;
        case KeyType::P384:
            return 48;
        case KeyType::P521:
            return 66;
        case KeyType::RSA:
            break;
    }
    return 0;
}

const char* openssl_name(KeyType type) {
    switch (type) {
        case KeyType::Ed25519:
            return "ED25519";
        case KeyType::Ed448:
            return "ED448";
        case KeyType::RSA:
            return "RSA";
        default:
            return "EC";
    }
}

const char* curve_name(KeyType type) {
    switch (type) {
        case KeyType::P256:
            return "P-256";
        case KeyType::P384:
            return "P-384";
        case KeyType::P521:
            return "P-521";
        default:
            throw std::logic_error("a key type without a NIST curve");
    }
}

}  // namespace aauth::crypto
