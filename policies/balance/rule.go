package balance

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/apimgw/apimgw/policies/exchange"
)

// A Rule says when a breaker trips, and for how long.
type Rule struct {
	// Name is for logs.
	Name string
	// Count of failures within the interval that trips it, or Percentage of the requests; the
	// other is 0.
	Count, Percentage int
	Interval          time.Duration
	// StatusCodes of answers that are failures.
	StatusCodes []StatusRange
	// ErrorReasons of forwards that have no answer: those of LastError, whatever their case
	// and blanks. ServerErrors stands for all that are the backend's doing.
	ErrorReasons []string
	TripDuration time.Duration
	// AcceptRetryAfter takes the time from the answer that trips it, if that says one.
	AcceptRetryAfter bool
}

// A StatusRange is a range of status codes, both ends included.
type StatusRange struct{ Min, Max int }

// ServerErrors is the error reason that API Management's own examples have: any failure of the
// backend to answer.
const ServerErrors = "Server errors"

// judge tells whether a forward that has ended counts, and whether it is a failure. What went
// wrong on the client's side or on ours says nothing about the backend, unless the rule
// names it.
func (r *Rule) judge(response *exchange.Response, err error) (counts, failed bool) {
	if err == nil {
		return response != nil, response != nil && r.hasStatus(response.StatusCode)
	}
	var e *exchange.Error
	if !errors.As(err, &e) || 400 <= e.Status && e.Status <= 499 { // the client's body was late, or too large
		return false, false
	}
	backends := e.Reason == exchange.ReasonBackendConnectionFailure || e.Reason == exchange.ReasonTimeout
	failed = r.hasReason(e.Reason) || backends && r.hasReason(ServerErrors)
	return backends || failed, failed
}

func (r *Rule) hasStatus(code int) bool {
	for _, s := range r.StatusCodes {
		if s.Min <= code && code <= s.Max {
			return true
		}
	}
	return false
}

func (r *Rule) hasReason(reason string) bool {
	for _, e := range r.ErrorReasons {
		if strings.EqualFold(strings.ReplaceAll(e, " ", ""), strings.ReplaceAll(reason, " ", "")) {
			return true
		}
	}
	return false
}

// exceeded reports whether what a window has counted is too much.
func (r *Rule) exceeded(c counts) bool {
	if r.Count > 0 {
		return c.failures >= int64(r.Count)
	}
	return c.failures*100 >= int64(r.Percentage)*c.requests
}

// longest is a time that can be added to any other.
const longest = 100 * 365 * 24 * time.Hour

// duration is how long a breaker stays open that a forward has tripped.
func (r *Rule) duration(response *exchange.Response, now time.Time) time.Duration {
	d := r.TripDuration
	if r.AcceptRetryAfter && response != nil {
		if text, ok := response.Headers.First("Retry-After"); ok {
			d = retryAfter(text, now, d)
		}
	}
	return min(d, longest)
}

// retryAfter reads Retry-After: seconds, or a date. What is neither gives the fallback.
func retryAfter(text string, now time.Time, fallback time.Duration) time.Duration {
	text = strings.TrimSpace(text)
	if seconds, err := strconv.ParseUint(text, 10, 63); err == nil {
		return time.Duration(min(seconds, uint64(longest/time.Second))) * time.Second //nolint:gosec // limited
	}
	if date, err := http.ParseTime(text); err == nil {
		return max(0, date.Sub(now))
	}
	return fallback
}
