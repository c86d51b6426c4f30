package jsonxml

// A scope is the namespace declarations in force at a place of a document.
type scope struct {
	// declared are they, innermost last; some may have been replaced by later ones.
	declared []binding
	current  map[string]string
}

// A binding is what a prefix stands for, and what it stood for before.
type binding struct {
	prefix, uri string
	before      string
	hadBefore   bool
}

func (s *scope) len() int { return len(s.declared) }

// declare gives a prefix a meaning until leave is called.
func (s *scope) declare(prefix, uri string) {
	if s.current == nil {
		s.current = map[string]string{}
	}
	before, had := s.current[prefix]
	s.declared = append(s.declared, binding{prefix, uri, before, had})
	s.current[prefix] = uri
}

// leave takes back the declarations that were made since there were so many.
func (s *scope) leave(outer int) {
	for i := len(s.declared) - 1; i >= outer; i-- {
		if b := s.declared[i]; b.hadBefore {
			s.current[b.prefix] = b.before
		} else {
			delete(s.current, b.prefix)
		}
	}
	s.declared = s.declared[:outer]
}

// has reports whether a prefix is declared.
func (s *scope) has(prefix string) bool {
	_, ok := s.current[prefix]
	return ok
}

// prefix is the innermost one that stands for a namespace; the default namespace, whose
// prefix is empty, counts where it is asked for.
func (s *scope) prefix(uri string, orDefault bool) string {
	for i := len(s.declared) - 1; i >= 0; i-- {
		b := &s.declared[i]
		if b.uri == uri && (b.prefix != "" || orDefault) && s.current[b.prefix] == uri {
			return b.prefix
		}
	}
	return ""
}
