package folder

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// isoDuration is a duration of ISO 8601.
var isoDuration = regexp.MustCompile(`^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$`)

// isoUnits are those of isoDuration's groups. Years and months are those of .NET.
var isoUnits = [...]time.Duration{365 * 24 * time.Hour, 30 * 24 * time.Hour, 7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second}

// longestDuration is a century.
const longestDuration = 100 * 365 * 24 * time.Hour

// parseDuration reads a duration of ISO 8601, such as PT1M30S, that is not 0.
func parseDuration(text string) (time.Duration, bool) {
	m := isoDuration.FindStringSubmatch(text)
	if m == nil || strings.HasSuffix(text, "T") {
		return 0, false
	}
	sum := 0.0
	for i, unit := range isoUnits {
		if m[i+1] == "" {
			continue
		}
		n, err := strconv.ParseFloat(m[i+1], 64)
		if err != nil {
			return 0, false
		}
		sum += n * float64(unit)
	}
	return time.Duration(min(sum, float64(longestDuration))), sum >= 1
}

// duration returns a member that is a duration and must be there; 0 if it is not, which was
// said then.
func (s *settings) duration(name string) time.Duration {
	v, at := s.required(name)
	if v == "" {
		return 0
	}
	d, ok := parseDuration(v)
	if !ok {
		s.diags.Errorf(at, CodeType, "%q is a duration such as PT30S, PT5M or P1D, not %q", name, v)
	}
	return d
}
