package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"k8s.io/kubernetes/pkg/util/parsers"
)

type imageAnswer struct {
	Image string `json:"image"`
	Error string `json:"error,omitempty"`
}

// answerImage says whether the kubelet can read an image reference, a JSON
// string, and otherwise why not.
func answerImage(line []byte) (any, error) {
	var answer imageAnswer
	if err := json.Unmarshal(line, &answer.Image); err != nil {
		return nil, err
	}
	if _, _, _, err := parsers.ParseImageName(answer.Image); err != nil {
		answer.Error = strings.TrimPrefix(err.Error(), fmt.Sprintf("couldn't parse image name %q: ", answer.Image))
	}
	return answer, nil
}
