// Runs the vectors through go-jose and httpsfv: one JSON object a line in, one out (vectors/README.md).
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
)

type request struct {
	ID    json.RawMessage `json:"id"`
	Op    string          `json:"op"`
	Input json.RawMessage `json:"input"`
}

type answer struct {
	ID          json.RawMessage `json:"id"`
	Result      string          `json:"result,omitempty"`
	Output      any             `json:"output,omitempty"`
	Error       *string         `json:"error,omitempty"`
	Crash       string          `json:"crash,omitempty"`
	Unsupported bool            `json:"unsupported,omitempty"`
	Reason      string          `json:"reason,omitempty"`
}

// An operation gives its output, or the library's error.
type operation func(input json.RawMessage) (any, error)

// What the libraries do not do, as an error.
type unsupported string

func (reason unsupported) Error() string { return string(reason) }

// An error that has a code.
type coded struct{ code string }

func (refusal coded) Error() string { return refusal.code }

type output map[string]any

var operations = map[string]operation{
	"thumbprint":            thumbprint,
	"select-key":            selectKey,
	"parse-requirement":     parseRequirement,
	"build-requirement":     buildRequirement,
	"parse-token-list":      parseTokenList,
	"build-token-list":      buildTokenList,
	"parse-signature-error": parseSignatureError,
	"build-signature-error": buildSignatureError,
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(map[string]any{"hello": output{
		"name":       "go-jose and httpsfv",
		"version":    "4.1.9, 1.1.2",
		"drafts":     []string{"11"},
		"operations": slices.Sorted(maps.Keys(operations)),
	}})
	lines := bufio.NewReader(in)
	for err == nil {
		line, readError := lines.ReadBytes('\n')
		if readError != nil {
			break
		}
		var asked request
		if err = json.Unmarshal(line, &asked); err == nil {
			err = encoder.Encode(answerTo(asked))
		}
	}
	return err
}

// A panic of a library is its answer too, and says so.
func answerTo(asked request) (given answer) {
	none := ""
	defer func() {
		if panicked := recover(); panicked != nil {
			given = answer{ID: asked.ID, Result: "invalid", Error: &none, Crash: fmt.Sprint(panicked)}
		}
	}()
	perform, known := operations[asked.Op]
	if !known {
		return answer{ID: asked.ID, Unsupported: true, Reason: "not an operation of the libraries"}
	}
	result, err := perform(asked.Input)
	switch refusal := err.(type) {
	case nil:
		return answer{ID: asked.ID, Result: "valid", Output: result}
	case unsupported:
		return answer{ID: asked.ID, Unsupported: true, Reason: string(refusal)}
	case coded:
		return answer{ID: asked.ID, Result: "invalid", Error: &refusal.code}
	default:
		return answer{ID: asked.ID, Result: "invalid", Error: &none}
	}
}
