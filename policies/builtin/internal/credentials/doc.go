// Package credentials has what policies authenticate requests with, and the proxy on the way:
// the elements authentication-basic, authentication-certificate and proxy, which are policies
// of their own and settings of send-request.
package credentials
