// Package extproc runs policies for Envoy's ext_proc filter.
//
// Envoy opens one gRPC stream for each request of an API. A session serves it as
// straight-line code in the goroutine that gRPC gives it: it makes an
// [exchange.Exchange] of the request's headers, takes the current plan, and runs what the
// plan resolves the request to. It is the exchange's driver: forwarding answers Envoy's
// message with what has changed and waits for the response's headers; reading a body that
// was not asked for answers with a mode_override and waits for the body. What the program
// leaves in x.Response is the last answer.
//
// # Failing closed
//
// Envoy lets a request pass unprocessed when the stream ends in good order before its
// message is answered. So a session returns nil only after Envoy has ended the stream, and
// an error status, which Envoy turns into a 500, for everything that it cannot finish. What
// Envoy does not check in header mutations, it checks.
//
// # What a policy cannot change
//
// Names that frame a message or belong to one connection (content-length,
// transfer-encoding, connection, keep-alive, proxy-connection, te, trailer, upgrade) and
// Envoy's and our own helpers (x-apim-*) are left out of mutations without a word: bodies
// know their length, and a client's own lines of these names are Envoy's affair.
package extproc
