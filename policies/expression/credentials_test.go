package expression

import "testing"

func TestStoredCredentials(t *testing.T) {
	t.Parallel()
	const token = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJpc3MiOiJtZSIsInN1YiI6InlvdSIsImF1ZCI6WyJhIiwiYiJdLCJleHAiOjE1Nzc5MzQyNDV9."
	x := testExchange()
	for _, text := range []string{token, "Bearer " + token} {
		jwt, ok := Jwt(text)
		if !ok {
			t.Fatalf("%s is a token", text)
		}
		x.Variables.Set("jwt", jwt)
		p := compile(t, `@{ var j = (Jwt)context.Variables["jwt"]; return j.Issuer + " " + j.Claims["aud"][1] + " " + j.ExpirationTime + " " + (j.Claims["aud"] == j.Claims["AUD"]); }`, Text, Options{})
		if got, _, err := p.Text(t.Context(), x); got != "me b 01/02/2020 03:04:05 True" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
	if jwt, ok := Jwt("no.token"); ok || jwt != nil {
		t.Errorf("a token of nothing: %v", jwt)
	}
	x.Variables.Set("basic", BasicAuthCredentials("ada", "a:b"))
	p := compile(t, `@{ var b = context.Variables.GetValueOrDefault<BasicAuthCredentials>("basic"); return b.UserId + " " + b.Username + " " + b.Password; }`, Text, Options{})
	if got, _, err := p.Text(t.Context(), x); got != "ada ada a:b" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}
