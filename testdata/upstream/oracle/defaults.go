package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
)

type defaultAnswer struct {
	ID string `json:"id"`
	// Object is the first object, defaulted, in its own apiVersion; absent where Error says
	// why the server cannot read it.
	Object runtime.Object `json:"object,omitempty"`
	Error  string         `json:"error,omitempty"`
}

// answerDefault decodes the first object of a text without field validation and
// applies the defaults of its version: no conversion, no admission, no strategy.
func answerDefault(line []byte) (any, error) {
	var c validateCase
	if err := json.Unmarshal(line, &c); err != nil {
		return nil, err
	}
	object, err := defaulted(c.YAML)
	if err != nil {
		return defaultAnswer{ID: c.ID, Error: err.Error()}, nil
	}
	return defaultAnswer{ID: c.ID, Object: object}, nil
}

func defaulted(text string) (object runtime.Object, err error) {
	defer func() {
		if p := recover(); p != nil {
			object, err = nil, fmt.Errorf("panic: %v", p)
		}
	}()
	var ext runtime.RawExtension
	if err := utilyaml.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096).Decode(&ext); err != nil {
		return nil, err
	}
	// As kubectl sends it; see expand.
	var untyped map[string]any
	if err := utiljson.Unmarshal(bytes.TrimSpace(ext.Raw), &untyped); err != nil {
		return nil, err
	}
	sent, err := json.Marshal(untyped)
	if err != nil {
		return nil, err
	}
	object, _, err = lenientSerializer.Decode(sent, nil, nil)
	if err != nil {
		return nil, err
	}
	legacyscheme.Scheme.Default(object)
	return object, nil
}
