package clr

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math"
	"strings"
)

// A Jwt is a token that was read, not verified.
type Jwt struct {
	Algorithm, Type, Issuer, Subject, ID string
	Audiences                            []string
	// The times are nil when the token does not tell them.
	ExpirationTime, NotBefore, IssuedAt *DateTime
	// Claims in the order of the token.
	Claims []Claim
}

// A Claim is a member of a token's payload.
type Claim struct {
	Name   string
	Values []string
	// Array is what expressions see of the values: the same string[] each time. Whoever
	// shows tokens to expressions sets it.
	Array any
}

// TypeName is the class.
func (j *Jwt) TypeName() string { return "Jwt" }

// ToString is the class's name.
func (j *Jwt) ToString() string { return j.TypeName() }

// FindClaim returns a claim, whatever the case of its name, or nil.
func (j *Jwt) FindClaim(name string) *Claim {
	for i := range j.Claims {
		if EqualIgnoreCase(j.Claims[i].Name, name) {
			return &j.Claims[i]
		}
	}
	return nil
}

// ParseJwt is AsJwt: it reads a compact token, with or without "Bearer " before it, and
// returns nil for anything else.
func ParseJwt(s string) *Jwt {
	parts := strings.Split(withoutScheme(Trim(s), "Bearer "), ".")
	if len(parts) != 3 {
		return nil
	}
	header, ok := jwtMembers(parts[0])
	payload, ok2 := jwtMembers(parts[1])
	if _, err := base64.RawURLEncoding.DecodeString(parts[2]); !ok || !ok2 || err != nil {
		return nil
	}
	j := &Jwt{Algorithm: text(header, "alg"), Type: text(header, "typ")}
	for _, m := range payload {
		values := claimValues(m.value)
		j.Claims = append(j.Claims, Claim{Name: m.name, Values: values})
		j.note(m.name, values)
	}
	return j
}

// withoutScheme drops an authentication scheme, whatever its case.
func withoutScheme(s, scheme string) string {
	if len(s) >= len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
		return strings.TrimLeft(s[len(scheme):], " ")
	}
	return s
}

// note keeps what a registered claim says in its property.
func (j *Jwt) note(name string, values []string) {
	first := ""
	if len(values) > 0 {
		first = values[0]
	}
	switch name {
	case "iss":
		j.Issuer = first
	case "sub":
		j.Subject = first
	case "jti":
		j.ID = first
	case "aud":
		j.Audiences = values
	case "exp":
		j.ExpirationTime = unixDate(first)
	case "nbf":
		j.NotBefore = unixDate(first)
	case "iat":
		j.IssuedAt = unixDate(first)
	}
}

func unixDate(s string) *DateTime {
	v, err := ParseDouble(s)
	if err != nil || math.IsNaN(v) || math.Abs(v) > 1e12 {
		return nil
	}
	at, err := FromUnixSeconds(int64(math.Floor(v)))
	if err != nil {
		return nil
	}
	d := at.UTC()
	return &d
}

type jwtMember struct {
	name  string
	value json.RawMessage
}

// jwtMembers are the members of a base64url-encoded JSON object, in their order; of two
// with one name the last counts.
func jwtMembers(part string) ([]jwtMember, bool) {
	data, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return nil, false
	}
	d := json.NewDecoder(bytes.NewReader(data))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, false
	}
	var members []jwtMember
	for d.More() {
		var m jwtMember
		name, err := d.Token()
		if err != nil || d.Decode(&m.value) != nil {
			return nil, false
		}
		m.name, _ = name.(string)
		members = setMember(members, m)
	}
	if _, err := d.Token(); err != nil || d.More() {
		return nil, false
	}
	return members, true
}

func setMember(members []jwtMember, m jwtMember) []jwtMember {
	for i := range members {
		if members[i].name == m.name {
			members[i].value = m.value
			return members
		}
	}
	return append(members, m)
}

func text(members []jwtMember, name string) string {
	for _, m := range members {
		if m.name == name {
			if values := claimValues(m.value); len(values) > 0 {
				return values[0]
			}
		}
	}
	return ""
}

// claimValues makes texts of a claim: one for each element of an array, none of null.
func claimValues(raw json.RawMessage) []string {
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err == nil && items != nil {
		values := make([]string, 0, len(items))
		for _, item := range items {
			values = append(values, claimText(item))
		}
		return values
	}
	if string(raw) == "null" {
		return []string{}
	}
	return []string{claimText(raw)}
}

func claimText(raw json.RawMessage) string {
	var s string
	if err := json.Unmarshal(raw, &s); err == nil {
		return s
	}
	var out bytes.Buffer
	if err := json.Compact(&out, raw); err != nil {
		return string(raw)
	}
	return out.String()
}

// Basic is what an Authorization header of the Basic scheme holds.
type Basic struct{ UserID, Password string }

// TypeName is the class.
func (b *Basic) TypeName() string { return "BasicAuthCredentials" }

// ToString is the class's name.
func (b *Basic) ToString() string { return b.TypeName() }

// ParseBasic is AsBasic; nil for anything else.
func ParseBasic(s string) *Basic {
	encoded := withoutScheme(s, "Basic ")
	if len(encoded) == len(s) {
		return nil
	}
	data, err := FromBase64(encoded)
	if err != nil {
		return nil
	}
	credentials := EncodingLatin1.decode(data)
	colon := strings.LastIndexByte(credentials, ':')
	if colon < 1 {
		return nil
	}
	return &Basic{credentials[:colon], credentials[colon+1:]}
}
