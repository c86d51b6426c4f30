package envoy

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestFoldLog(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		line, want, last string
		stopping         bool
	}{
		"info is detail": {`[info][main] initializing epoch 0`, `level=DEBUG msg="initializing epoch 0" component=envoy logger=main`, "", false},
		"warning":        {`[warning][config] it\'s late\n  twice`, `level=WARN msg="it's late\n  twice" component=envoy logger=config`, "", false},
		"error":          {`[error][upstream] no [x][y] here`, `level=ERROR msg="no [x][y] here" component=envoy logger=upstream`, "no [x][y] here", false},
		"critical":       {`[critical][main] error \'x\'`, `level=ERROR msg="error 'x'" component=envoy logger=main`, "error 'x'", false},
		"dotted logger":  {`[trace][envoy.http2] a\\nb`, `level=DEBUG-4 msg=a\nb component=envoy logger=envoy.http2`, "", false},
		"unstable":       {`[warning][misc] message \'a.B\' is contained in proto file \'b\' marked as work-in-progress. API`, `level=DEBUG msg="message 'a.B' is contained in proto file 'b' marked as work-in-progress. API" component=envoy logger=misc`, "", false},
		"no form":        {`libc++abi: terminating`, `level=ERROR msg="libc++abi: terminating" component=envoy logger=stderr`, "libc++abi: terminating", false},
		"unknown level":  {`[loud][main] x`, `level=ERROR msg="[loud][main] x" component=envoy logger=stderr`, "[loud][main] x", false},
		"at the end":     {`[warning][a] b`, `level=DEBUG msg=b component=envoy logger=a`, "", true},
		"error then":     {`[error][a] b`, `level=ERROR msg=b component=envoy logger=a`, "b", true},
		"no line end":    {"[warning][a] b\r", `level=WARN msg=b component=envoy logger=a`, "", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{
				Level: slog.LevelDebug - 4,
				ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
					if a.Key == slog.TimeKey {
						return slog.Attr{}
					}
					return a
				},
			}))
			last := foldLog(t.Context(), strings.NewReader("\n"+tt.line), log, func() bool { return tt.stopping })
			if got := strings.TrimSpace(out.String()); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if last != tt.last {
				t.Errorf("last %q, want %q", last, tt.last)
			}
		})
	}
}
