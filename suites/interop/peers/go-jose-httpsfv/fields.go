package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/dunglas/httpsfv"
)

var errOtherType = errors.New("a value of another type")

// A member of a dictionary that is an item whose value is a token.
func tokenMember(lines []string, name string) (string, *httpsfv.Params, error) {
	dictionary, err := httpsfv.UnmarshalDictionary(lines)
	if err != nil {
		return "", nil, err
	}
	member, _ := dictionary.Get(name)
	item, isItem := member.(httpsfv.Item)
	token, isToken := item.Value.(httpsfv.Token)
	if !isItem || !isToken {
		return "", nil, errOtherType
	}
	return string(token), item.Params, nil
}

func parameters(params *httpsfv.Params) output {
	all := output{}
	for _, name := range params.Names() {
		value, _ := params.Get(name)
		if octets, are := value.([]byte); are {
			value = base64.StdEncoding.EncodeToString(octets)
		}
		all[name] = value
	}
	return all
}

func parseRequirement(input json.RawMessage) (any, error) {
	var in struct{ Fields []string }
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, err
	}
	value, params, err := tokenMember(in.Fields, "requirement")
	if err != nil {
		return nil, err
	}
	return output{"value": value, "parameters": parameters(params)}, nil
}

func buildRequirement(input json.RawMessage) (any, error) {
	var in struct {
		Value      string
		Parameters map[string]any
	}
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, err
	}
	item := httpsfv.NewItem(httpsfv.Token(in.Value))
	for _, name := range slices.Sorted(maps.Keys(in.Parameters)) {
		text, is := in.Parameters[name].(string)
		if !is {
			return nil, unsupported(fmt.Sprintf("no String: %s", name))
		}
		item.Params.Add(name, text)
	}
	dictionary := httpsfv.NewDictionary()
	dictionary.Add("requirement", item)
	field, err := httpsfv.Marshal(dictionary)
	return output{"field": field}, err
}

func parseTokenList(input json.RawMessage) (any, error) {
	var in struct{ Fields []string }
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, err
	}
	if len(in.Fields) == 0 {
		return nil, unsupported("an absent field is nothing to parse")
	}
	list, err := httpsfv.UnmarshalList(in.Fields)
	if err != nil {
		return nil, err
	}
	tokens := []string{}
	for _, member := range list {
		item, _ := member.(httpsfv.Item)
		token, is := item.Value.(httpsfv.Token)
		if !is {
			return nil, errOtherType
		}
		tokens = append(tokens, string(token))
	}
	return output{"tokens": tokens}, nil
}

func parseSignatureError(input json.RawMessage) (any, error) {
	var in struct{ Fields []string }
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, err
	}
	code, _, err := tokenMember(in.Fields, "error")
	if err != nil {
		return nil, err
	}
	all := output{"error": code}
	dictionary, _ := httpsfv.UnmarshalDictionary(in.Fields)
	if member, there := dictionary.Get("required_input"); there {
		list, is := member.(httpsfv.InnerList)
		if !is {
			return nil, errOtherType
		}
		names := []any{}
		for _, item := range list.Items {
			names = append(names, item.Value)
		}
		all["required_input"] = names
	}
	return all, nil
}

func buildTokenList(input json.RawMessage) (any, error) {
	var in struct{ Tokens []string }
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, err
	}
	list := httpsfv.List{}
	for _, token := range in.Tokens {
		list = append(list, httpsfv.NewItem(httpsfv.Token(token)))
	}
	field, err := httpsfv.Marshal(list)
	return output{"field": field}, err
}

func buildSignatureError(input json.RawMessage) (any, error) {
	var in struct {
		Error    string
		Required []string `json:"required_input"`
	}
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, err
	}
	dictionary := httpsfv.NewDictionary()
	dictionary.Add("error", httpsfv.NewItem(httpsfv.Token(in.Error)))
	if len(in.Required) > 0 {
		names := httpsfv.InnerList{Params: httpsfv.NewParams()}
		for _, name := range in.Required {
			names.Items = append(names.Items, httpsfv.NewItem(name))
		}
		dictionary.Add("required_input", names)
	}
	field, err := httpsfv.Marshal(dictionary)
	return output{"field": field}, err
}
