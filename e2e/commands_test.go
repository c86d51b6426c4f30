package e2e

import (
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/apimgw/apimgw/envoy/envoytest"
)

// brokenTree has an error and a warning.
func brokenTree(t testing.TB) tree {
	return newTree(t, "127.0.0.1:1", `
-- apis/a/apiInformation.json --
{"properties": {"displayName": "A", "path": "a", "protocols": ["http"], "serviceUrl": "http://$BACKEND", "subscriptionRequired": false}}
-- apis/a/policy.xml --
<policies>
    <inbound>
        <set-header name="x-id" exist-action="skip" />
        <no-such-policy />
    </inbound>
</policies>
-- apis/a/operations/get/operationInformation.json --
{"properties": {"displayName": "Get", "method": "GET", "urlTemplate": "/"}}
`)
}

func TestValidate(t *testing.T) {
	t.Parallel()
	f := brokenTree(t)
	t.Run("text", func(t *testing.T) {
		code, out, _ := run(t, "validate", f.path)
		const want = `apis/a/policy.xml:3:33: unknown attribute "exist-action" on <set-header> [unknown-attribute]
    3 |         <set-header name="x-id" exist-action="skip" />
      |                                 ^^^^^^^^^^^^
   did you mean "exists-action"?
apis/a/policy.xml:4:10: warning: unknown policy <no-such-policy> is skipped [unknown-policy]
    4 |         <no-such-policy />
      |          ^^^^^^^^^^^^^^
`
		if code != 1 || !strings.HasPrefix(out, want) || !strings.Contains(out, "1 error, 1 warning") {
			t.Errorf("exit code %d, output\n%s\nwant\n%s", code, out, want)
		}
	})
	t.Run("json", func(t *testing.T) {
		code, out, _ := run(t, "validate", f.path, "--format", "json")
		var messages []struct {
			Severity, Code string
			Place          struct {
				File         string
				Line, Column int
			}
		}
		if err := json.Unmarshal([]byte(out), &messages); err != nil || code != 1 || len(messages) != 2 {
			t.Fatalf("exit code %d, error %v, output\n%s", code, err, out)
		}
		m := messages[0]
		if m.Severity != "error" || m.Code != "unknown-attribute" || m.Place.File != "apis/a/policy.xml" || m.Place.Line != 3 || m.Place.Column != 33 {
			t.Errorf("the first message is %+v", m)
		}
	})
	t.Run("sarif", func(t *testing.T) {
		code, out, _ := run(t, "validate", f.path, "--format", "sarif")
		var log struct {
			Version string
			Runs    []struct {
				Results []struct {
					RuleID, Level string
					Locations     []struct {
						PhysicalLocation struct {
							ArtifactLocation struct{ URI string }
							Region           struct{ StartLine, StartColumn int }
						}
					}
				}
			}
		}
		if err := json.Unmarshal([]byte(out), &log); err != nil || code != 1 || log.Version != "2.1.0" || len(log.Runs) != 1 || len(log.Runs[0].Results) != 2 {
			t.Fatalf("exit code %d, error %v, output\n%s", code, err, out)
		}
		r := log.Runs[0].Results[0]
		at := r.Locations[0].PhysicalLocation
		if r.RuleID != "unknown-attribute" || r.Level != "error" || at.ArtifactLocation.URI != "apis/a/policy.xml" || at.Region.StartLine != 3 || at.Region.StartColumn != 33 {
			t.Errorf("the first result is %+v", r)
		}
	})
	t.Run("warnings only", func(t *testing.T) {
		f := brokenTree(t)
		f.write("apis/a/policy.xml", "<policies><inbound><no-such-policy /></inbound></policies>")
		if code, out, _ := run(t, "validate", f.path); code != 0 || !strings.Contains(out, "0 errors, 1 warning") {
			t.Errorf("exit code %d, output\n%s", code, out)
		}
	})
	t.Run("samples", func(t *testing.T) {
		if code, out, _ := run(t, "validate", sampleTree(t, "127.0.0.1:1").path, "--strict"); code != 0 || !strings.HasPrefix(out, "0 errors, 0 warnings") {
			t.Errorf("exit code %d, output\n%s", code, out)
		}
	})
}

// Envoy takes what bootstrap prints.
func TestBootstrap(t *testing.T) {
	t.Parallel()
	code, out, message := run(t, "bootstrap", "--socket-dir", "/run/x", "--admin", "127.0.0.1:9999")
	if code != 0 || !strings.Contains(out, "/run/x/xds.sock") || !strings.Contains(out, "/run/x/extproc.sock") || !strings.Contains(out, "9999") {
		t.Fatalf("exit code %d, output\n%s%s", code, out, message)
	}
	file := filepath.Join(t.TempDir(), "envoy.yaml")
	if err := os.WriteFile(file, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	validate := exec.Command(envoytest.Binary(t).Path, "--mode", "validate", "--config-path", file)
	if text, err := validate.CombinedOutput(); err != nil {
		t.Errorf("envoy: %v\n%s", err, text)
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "run", "serve", "validate", "bootstrap", "version"} {
		args := append(strings.Fields(name), "--help")
		code, out, message := run(t, args...)
		if code != 0 || message != "" || !strings.Contains(out, "Usage:\n  apimgw") {
			t.Errorf("%s: exit code %d, output\n%s%s", args, code, out, message)
		}
		if name != "version" && !strings.Contains(out, "Examples:\n  ") {
			t.Errorf("%s has no examples:\n%s", args, out)
		}
		for line := range strings.Lines(out) {
			if len(line) > 160 {
				t.Errorf("%s has a line of %d characters: %s", args, len(line), line)
			}
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if code, out, _ := run(t, "completion", shell); code != 0 || !strings.Contains(out, "apimgw") {
			t.Errorf("completion %s: exit code %d, %d bytes", shell, code, len(out))
		}
	}
	if code, out, _ := run(t, "version"); code != 0 || !strings.Contains(out, "envoy  1.40.0") {
		t.Errorf("version: exit code %d, output\n%s", code, out)
	}
}

// A wrong command line ends with 2 and what is wrong with it; what fails, with 1.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	file := filepath.Join(folder, "settings.yaml")
	if err := os.WriteFile(file, []byte("lisen: 127.0.0.1:0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args string
		code int
		want string
	}{
		{"nosuch", 2, `there is no command "nosuch"`},
		{"valdate", 2, `did you mean "validate"?`},
		{"run --nosuch", 2, "unknown flag: --nosuch"},
		{"run a b", 2, "takes one folder, not 2"},
		{"run --listen nowhere", 2, `--listen is HOST:PORT, not "nowhere"`},
		{"run --log-format x", 2, `--log-format is text or json, not "x"`},
		{"run --concurrency x", 2, "--concurrency"},
		{"run " + filepath.Join(folder, "none"), 1, "there is no folder"},
		{"run " + file, 1, "is not a folder"},
		{"run " + folder + " --listen " + taken.Addr().String(), 1, "address already in use"},
		{"run " + folder + " --config " + file, 1, `unknown setting "lisen"`},
		{"run --config " + filepath.Join(folder, "none.yaml"), 1, "none.yaml"},
		{"serve", 2, "APIMGW_FOLDER"},
		{"serve x", 2, "takes no argument"},
		{"validate", 2, "takes one folder"},
		{"validate " + filepath.Join(folder, "none"), 1, "no such file"},
		{"validate --format x " + folder, 2, "text, json or sarif"},
		{"bootstrap --admin x", 1, "--admin"},
		{"bootstrap --socket-dir /" + strings.Repeat("x", 110), 1, "Unix sockets take"},
	} {
		code, out, message := run(t, strings.Fields(test.args)...)
		if code != test.code || !strings.Contains(message, test.want) || out != "" || !strings.HasPrefix(message, "apimgw: ") {
			t.Errorf("apimgw %s: exit code %d, output\n%s%s\nwant %d and %q", test.args, code, out, message, test.code, test.want)
		}
	}
}

// A flag wins over the environment, and both win over the file.
func TestSettings(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "settings.yaml")
	if err := os.WriteFile(file, []byte("socket-dir: /from-file\nadmin: 127.0.0.1:1001\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		args []string
		env  []string
		want string
	}{
		{"default", nil, nil, "/run/apimgw/xds.sock"},
		{"file", []string{"--config", file}, nil, "/from-file/xds.sock"},
		{"environment", []string{"--config", file}, []string{"APIMGW_SOCKET_DIR=/from-env"}, "/from-env/xds.sock"},
		{"flag", []string{"--config", file, "--socket-dir", "/from-flag"}, []string{"APIMGW_SOCKET_DIR=/from-env"}, "/from-flag/xds.sock"},
		{"file by environment", nil, []string{"APIMGW_CONFIG=" + file}, "/from-file/xds.sock"},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, out, message := command{args: append([]string{"bootstrap"}, test.args...), env: test.env}.run(t)
			if code != 0 || !strings.Contains(out, test.want) {
				t.Errorf("exit code %d, output\n%s%s\nwant %s", code, out, message, test.want)
			}
		})
	}
}

// Ctrl-C lets requests under way end, and then everything ends well.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	arrived, answer := make(chan struct{}), make(chan struct{})
	b := slowBackend(t, arrived, answer)
	g := runGateway(t, markedTree(t, b))
	pid := g.envoyPID()

	c := envoytest.Dial(t, g.address)
	c.Send("GET /marked/slow HTTP/1.1\nHost: a\n\n")
	<-arrived
	g.signal(syscall.SIGINT)
	select {
	case <-g.ended:
		t.Fatal("apimgw ended while a request was under way")
	case <-time.After(300 * time.Millisecond): // enough to end, if it did not wait
	}
	close(answer)
	if r := c.Read("GET"); r.Line != "HTTP/1.1 200 OK" || r.Header("X-Outbound") != "yes" {
		t.Errorf("the request under way got\n%s", r)
	}
	if code := g.wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if !ended(pid) {
		t.Error("envoy still runs")
	}
}
