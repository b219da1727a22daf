package main

import (
	"crypto"
	_ "crypto/sha256" // what Thumbprint is asked for
	"encoding/base64"
	"encoding/json"
	"errors"

	"github.com/go-jose/go-jose/v4"
)

func thumbprint(input json.RawMessage) (any, error) {
	var in struct{ JWK jose.JSONWebKey }
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, refusal(err)
	}
	return thumbprintOf(in.JWK)
}

// A key that cannot be used, or one of a type that go-jose does not have.
func refusal(err error) error {
	if errors.Is(err, jose.ErrUnsupportedKeyType) {
		return unsupported("a key of a type that go-jose does not have")
	}
	return coded{"invalid_key"}
}

func thumbprintOf(key jose.JSONWebKey) (any, error) {
	if _, symmetric := key.Key.([]byte); symmetric {
		return nil, unsupported("go-jose makes no thumbprints of symmetric keys")
	}
	made, err := key.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, refusal(err)
	}
	return output{"thumbprint": base64.RawURLEncoding.EncodeToString(made)}, nil
}

func selectKey(input json.RawMessage) (any, error) {
	var in struct {
		JWKS jose.JSONWebKeySet
		KID  string
	}
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, coded{"invalid_key"}
	}
	keys := in.JWKS.Key(in.KID)
	if len(keys) == 0 {
		return nil, coded{"unknown_key"}
	}
	return thumbprintOf(keys[0])
}
