// Package policytest runs the archives of a policy's testdata.
//
// An archive (txtar) begins with a sentence that says what it shows, and holds what goes in:
//
//	policy.xml          the operation's policy; or global.xml, product.xml, api.xml and
//	                    operation.xml for several scopes
//	request             what the client sends: a request line, header lines, an empty line,
//	                    the body
//	upstream            what the backend answers, the same way; upstream/2 for its second
//	                    answer, and so on; without one, 200 with the body "from the backend"; the
//	                    word reset or timeout where it does not answer that once
//	upstream-error      how it fails to answer instead: refused, reset or timeout
//	callee/HOST         what a service answers that a policy calls, by http or https; callee/HOST/2
//	                    for its second answer; or how it fails: refused, reset or timeout
//	named-values        lines of name=value, or secret name=value
//	fragments/ID.xml    fragments
//	context.json        the API, operation, product, subscription, user and backends; see
//	                    Context for what they are without it
//	in-process          why the case cannot be run through Envoy
//
// and what is to come out:
//
//	want/errors         the messages of compiling; without it there must be no errors
//	want/upstream       the request as the backend got it, or "not called"
//	want/callee         the calls of policies as the services got them, by name of the host, or
//	                    "not called"
//	want/response       the response as the client got it
//	want/trace          what trace policies said, a line each
//
// Headers are written in lower case, sorted by name, without those that are the
// transport's own business. Host names end in .test.
//
// [Run] runs the archives in process, and go test -update rewrites what they want. [Load]
// hands them to those who run the same cases through a real Envoy.
package policytest
