package folder

import (
	"github.com/apimgw/apimgw/sync/catalog"
)

// Limits of what API Management takes in a rule of a circuit breaker.
const (
	maxRanges  = 10
	maxReasons = 10
)

// breaker reads the circuit breaker of a single backend. A pool has none of its own.
func (v *backend) breaker(s *settings) {
	if v.Type != "Pool" {
		v.CircuitBreaker = circuitBreaker(s.object("circuitBreaker"))
		return
	}
	if rules := s.object("circuitBreaker").list("rules"); len(rules) > 0 {
		s.diags.Warnf(rules[0].at, CodeUnsupported, "a pool has no circuit breaker of its own")
		(*s.diags)[len(*s.diags)-1].Help = "give each of its backends one"
	}
}

// circuitBreaker reads a circuit breaker; nil if there is none, or one with mistakes.
func circuitBreaker(s *settings) *catalog.CircuitBreaker {
	rules := s.list("rules")
	s.finish()
	if len(rules) == 0 {
		return nil
	}
	for _, more := range rules[1:] {
		s.diags.Errorf(more.at, CodeValue, "a circuit breaker has one rule")
		(*s.diags)[len(*s.diags)-1].Help = "put all status codes and error reasons into the first one"
	}
	before := len(*s.diags)
	r := &settings{node: rules[0], diags: s.diags}
	made := &catalog.CircuitBreaker{}
	made.Name, _ = r.text("name")
	failureCondition(r.object("failureCondition"), r, made)
	made.TripDuration = r.duration("tripDuration")
	made.AcceptRetryAfter = r.flag("acceptRetryAfter", false)
	if n := r.field("failureResponse"); n != nil {
		s.diags.Warnf(n.at, CodeUnsupported, `"failureResponse" is not built yet: callers get a 503 while the circuit is open`)
	}
	r.finish()
	if (*s.diags)[before:].HasErrors() {
		return nil
	}
	return made
}

// failureCondition reads when the rule r trips.
func failureCondition(s, r *settings, made *catalog.CircuitBreaker) {
	if !s.exists() {
		s.diags.Errorf(r.at(), CodeMissing, `"failureCondition" is missing`)
		return
	}
	made.Count, made.Percentage = s.threshold()
	made.Interval = s.duration("interval")
	ranges, reasons := s.list("statusCodeRanges"), s.list("errorReasons")
	made.StatusCodes, made.ErrorReasons = s.statusCodeRanges(ranges), s.errorReasons(reasons)
	if len(ranges)+len(reasons) == 0 {
		s.diags.Warnf(s.at(), CodeMissing, "nothing counts as a failure, so the circuit never opens")
		(*s.diags)[len(*s.diags)-1].Help = `add "statusCodeRanges" or "errorReasons"`
	}
	s.finish()
}

// threshold is a count or a percentage; the other is 0.
func (s *settings) threshold() (count, percentage int) {
	c, p := s.whole("count"), s.whole("percentage")
	switch {
	case c != nil && p != nil:
		s.diags.Errorf(s.field("percentage").at, CodeValue, `"failureCondition" has "count" or "percentage", not both`)
	case c != nil && *c < 1:
		s.diags.Errorf(s.field("count").at, CodeValue, `"count" is 1 or more, not %d`, *c)
	case c != nil:
		return *c, 0
	case p != nil && (*p < 1 || *p > 100):
		s.diags.Errorf(s.field("percentage").at, CodeValue, `"percentage" is from 1 to 100, not %d`, *p)
	case p != nil:
		return 0, *p
	case s.field("count") == nil && s.field("percentage") == nil:
		s.diags.Errorf(s.at(), CodeMissing, `"failureCondition" has neither "count" nor "percentage"`)
	}
	return 0, 0
}

func (s *settings) statusCodeRanges(items []*node) []catalog.StatusRange {
	if len(items) > maxRanges {
		s.diags.Errorf(items[maxRanges].at, CodeValue, `"statusCodeRanges" has at most %d ranges`, maxRanges)
	}
	var out []catalog.StatusRange
	for _, item := range items {
		r := &settings{node: item, diags: s.diags}
		low, high := r.whole("min"), r.whole("max")
		switch {
		case low == nil || high == nil:
			if r.field("min") == nil || r.field("max") == nil {
				s.diags.Errorf(item.at, CodeMissing, `a range of status codes has "min" and "max"`)
			}
		case *low < 200 || *high > 599 || *low > *high:
			s.diags.Errorf(item.at, CodeValue, "there are no status codes from %d to %d; they are from 200 to 599", *low, *high)
		default:
			out = append(out, catalog.StatusRange{Min: *low, Max: *high})
		}
		r.finish()
	}
	return out
}

func (s *settings) errorReasons(items []*node) []string {
	if len(items) > maxReasons {
		s.diags.Errorf(items[maxReasons].at, CodeValue, `"errorReasons" has at most %d reasons`, maxReasons)
	}
	var out []string
	for _, item := range items {
		if item.kind != text || item.text == "" {
			s.diags.Errorf(item.at, CodeType, `an error reason is %s such as "Server errors" or "Timeout", not %s`, text, item.kind)
			continue
		}
		out = append(out, item.text)
	}
	return out
}
