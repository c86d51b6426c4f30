package extproc

import (
	"encoding/json"
	"strings"
)

// isGRPC reports whether a content type is that of a call of gRPC.
func isGRPC(contentType string) bool {
	rest, ok := strings.CutPrefix(contentType, "application/grpc")
	return ok && (rest == "" || rest[0] == '+' || rest[0] == ';')
}

// callMessage is what a client of gRPC is told in place of a body. Envoy makes a status of
// gRPC of the answer's status, and the body its message; of a body of ours that is the
// message in it.
func callMessage(body []byte) []byte {
	var ours struct {
		StatusCode int    `json:"statusCode"`
		Message    string `json:"message"`
	}
	if json.Unmarshal(body, &ours) != nil || ours.StatusCode == 0 || ours.Message == "" {
		return body
	}
	return []byte(ours.Message)
}
