package folder

import (
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"PT10S": 10 * time.Second, "PT1M": time.Minute, "PT1H": time.Hour, "P1D": day, "P1W": 7 * day,
		"P1M": 30 * day, "P1Y": 365 * day, "P1DT2H3M4.5S": day + 2*time.Hour + 3*time.Minute + 4500*time.Millisecond,
		"PT0.5S": 500 * time.Millisecond, "PT90M": 90 * time.Minute, "PT36H": 36 * time.Hour,
		"P999999999999Y": longestDuration, "P9999999999999999999999999999Y": longestDuration,
	} {
		if got, ok := parseDuration(text); !ok || got != want {
			t.Errorf("%s: %v, %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "P", "PT", "PT0S", "P0D", "1m", "10", "PT1", "1M", "pt1m", "PT1D", "P1H", "-PT1M", "PT-1M", "PT1M ", "P1DT", "PT1,5S", "00:01:00"} {
		if got, ok := parseDuration(text); ok {
			t.Errorf("%q is %v", text, got)
		}
	}
}
