package message

import (
	"context"
	"fmt"
	"mime"
	"strings"

	"github.com/apimgw/apimgw/policies"
)

// A Replacement puts a text in the place of another one.
type Replacement struct {
	From, To string
	// Ends, unless it is nil, tells whether what follows From lets it be an occurrence.
	Ends func(rest string) bool
}

// maxReplaced is the largest body that replacing may make.
const maxReplaced = 64 << 20

// ReplaceAll replaces texts in the body, and leaves a body in which there are none as it
// is. Where several match, the first one counts. A body in UTF-8, or of which nothing is
// known, stays byte for byte where nothing is replaced.
func (p Part) ReplaceAll(ctx context.Context, list []Replacement) error {
	content, err := p.Body.Bytes(ctx)
	if err != nil || len(content) == 0 {
		return err
	}
	text := string(content)
	if !isUTF8(p.ContentType()) {
		if text, err = p.Text(ctx); err != nil {
			return err
		}
	}
	made, err := replaceAll(text, list)
	if err != nil || made == nil {
		return err
	}
	p.Replace(made)
	return nil
}

// isUTF8 reports whether a content type names no other charset.
func isUTF8(contentType string) bool {
	_, params, err := mime.ParseMediaType(contentType)
	name := params["charset"]
	return err != nil || name == "" || strings.EqualFold(name, "utf-8") || strings.EqualFold(name, "utf8")
}

// replaceAll returns nil when there is nothing to replace.
func replaceAll(text string, list []Replacement) ([]byte, error) {
	next := make([]int, len(list)) // where each of them applies next
	for i := range list {
		next[i] = list[i].index(text, 0)
	}
	out := []byte{}
	from := 0
	for {
		i := first(next)
		if next[i] == len(text) {
			break
		}
		r := &list[i]
		if len(out)+next[i]-from+len(r.To) > maxReplaced {
			return nil, &policies.Error{
				Reason:  "BodyTooLarge",
				Message: fmt.Sprintf("The body would be larger than %d bytes with the text replaced.", maxReplaced),
			}
		}
		out = append(append(out, text[from:next[i]]...), r.To...)
		from = next[i] + len(r.From)
		for i := range list {
			if next[i] < from {
				next[i] = list[i].index(text, from)
			}
		}
	}
	if from == 0 {
		return nil, nil
	}
	return append(out, text[from:]...), nil
}

// first is the index of the smallest; the first one of several.
func first(next []int) int {
	best := 0
	for i := range next {
		if next[i] < next[best] {
			best = i
		}
	}
	return best
}

// index is where the replacement applies from a place on, or the end of the text.
func (r *Replacement) index(text string, from int) int {
	for {
		i := strings.Index(text[from:], r.From)
		if i < 0 {
			return len(text)
		}
		from += i
		if r.Ends == nil || r.Ends(text[from+len(r.From):]) {
			return from
		}
		from++
	}
}
