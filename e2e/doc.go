// Package e2e holds the tests of the whole: the apimgw binary as a process, a real Envoy,
// backends and clients on the loopback interface. It has no code but tests.
//
// The harness, by file:
//
//   - main_test.go builds the binary, once for all tests
//   - process_test.go starts it, keeps what it prints, and ends it with the test
//   - gateway_test.go makes a gateway of it: 'apimgw run', or 'apimgw serve' beside an Envoy
//   - tree_test.go lays out folders of APIs and saves files as editors do
//   - backend_test.go is a backend that counts what no policy has seen
//   - marks_test.go is a backend as a process of its own, and APIs whose policies mark what
//     they have seen
//   - matrix_test.go kills, stops and slows down each process
//   - load_test.go keeps requests coming and counts each kind of answer
//
// Tests wait for what they want to see, with a deadline, and never for a time.
package e2e
