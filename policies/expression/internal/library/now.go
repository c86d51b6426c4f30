package library

import (
	"time"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// clock reads the clock of the services.
func (r *Run) clock() time.Time {
	if r.Services != nil && r.Services.Now != nil {
		return r.Services.Now()
	}
	return time.Now()
}

// now is DateTime.UtcNow.
func now(c Call) clr.DateTime { return clr.DateTimeFromTime(c.clock()) }
