package clr

import "testing"

func TestParseIPAddress(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "1": "0.0.0.1", "1.2": "1.0.0.2", "0x7f.1": "127.0.0.1", "::1": "::1", "[::1]": "::1",
		"2001:DB8::1": "2001:db8::1", "::ffff:1.2.3.4": "::ffff:1.2.3.4",
		"": "", "256.1.1.1": "", "1.2.3.4.5": "", "x": "", "1_0": "", "[::1": "",
	} {
		a, err := ParseIPAddress(text)
		switch {
		case want == "" && (AsException(err) == nil || !AsException(err).IsA(ClassFormat)):
			t.Errorf("%q was read as %v, %v", text, a, err)
		case want != "" && (err != nil || a.ToString() != want):
			t.Errorf("%q was read as %v, %v, want %s", text, a, err, want)
		}
	}
	a, err := ParseIPAddress("127.0.0.5")
	if err != nil || !a.IsLoopback() || a.IsIPv6() || len(a.Bytes()) != 4 {
		t.Errorf("%+v, %v", a, err)
	}
}
