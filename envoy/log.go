package envoy

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"regexp"
	"strings"
)

// logFormat is what Envoy is told to write, and logLine what is read of it. With
// --log-format-escaped a message is one line, whatever is in it.
const logFormat = "[%l][%n] %v"

var logLine = regexp.MustCompile(`^\[([a-z]+)\]\[([^\]]+)\] (.*)$`)

var logUnescape = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t", `\r`, "\r", `\'`, `'`, `\"`, `"`)

// levels are ours for Envoy's. What Envoy calls info is the course of its own
// initialisation: details to us.
var levels = map[string]slog.Level{
	"trace": slog.LevelDebug - 4, "debug": slog.LevelDebug, "info": slog.LevelDebug,
	"warning": slog.LevelWarn, "warn": slog.LevelWarn, "error": slog.LevelError, "critical": slog.LevelError,
}

// logLevel is the level that Envoy is started with: nothing is formatted that the logger
// would drop.
func logLevel(ctx context.Context, log *slog.Logger) string {
	switch {
	case log.Enabled(ctx, levels["trace"]):
		return "debug"
	case log.Enabled(ctx, levels["info"]):
		return "info"
	default:
		return "warning"
	}
}

// QuietComponents are the levels, as Envoy's --component-log-level takes them, of loggers that
// would say the same once for each request: ext_proc while apimgw is away. That it is away, the
// logger of the configuration says, and the counters of the filter count the requests.
const QuietComponents = "ext_proc:error"

// foldLog reads Envoy's log to its end and writes it to ours. It returns the last message
// that was an error, or that had no form at all: what a dying process says. Once Envoy has
// been told to stop, its warnings are details: it tells of each connection that it closes.
func foldLog(ctx context.Context, from io.Reader, to *slog.Logger, stopping func() bool) (last string) {
	lines := bufio.NewReader(from)
	for {
		line, err := lines.ReadString('\n')
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			level, logger, message := parseLogLine(line)
			if level >= slog.LevelError {
				last = message
			} else if stopping() {
				level = min(level, slog.LevelDebug)
			}
			to.Log(ctx, level, message, "component", "envoy", "logger", logger)
		}
		if err != nil {
			return last
		}
	}
}

func parseLogLine(line string) (level slog.Level, logger, message string) {
	m := logLine.FindStringSubmatch(line)
	if m == nil {
		return slog.LevelError, "stderr", shorten(line)
	}
	level, known := levels[m[1]]
	if !known {
		return slog.LevelError, "stderr", line
	}
	if strings.Contains(m[3], "marked as work-in-progress") {
		level = slog.LevelDebug // chosen with open eyes: the version is pinned, and facts_test.go looks
	}
	return level, m[2], shorten(logUnescape.Replace(m[3]))
}

// shorten cuts a long text: Envoy prints a whole configuration when it refuses a part of it.
func shorten(text string) string {
	const limit = 2000
	if len(text) <= limit {
		return text
	}
	return text[:limit] + "…"
}
