package balance

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apimgw/apimgw/policies/exchange"
)

// pool makes a pool of members such as "a:1:50", which have the priority 1 and the weight 50;
// those with a "!" behind the name have a breaker that one failure trips for 10 s.
func pool(t testing.TB, s *State, o Options, cookie string, members ...string) *Pool {
	t.Helper()
	var list []Member
	for _, text := range members {
		var m Member
		parts := strings.Split(text, ":")
		name, breaks := strings.CutSuffix(parts[0], "!")
		m.Backend = &exchange.Backend{ID: name}
		if breaks {
			m.Backend.Balancer = s.Breaker(name, rule(1, 0), o)
		}
		if _, err := fmt.Sscanf(parts[1]+" "+parts[2], "%d %d", &m.Priority, &m.Weight); err != nil {
			t.Fatal(err)
		}
		list = append(list, m)
	}
	return s.Pool("all", list, cookie)
}

// turn forwards once and returns who is called; "-" for nobody. The member answers with the
// status.
func turn(p *Pool, status int) string {
	x := exchange.New(nil, &exchange.Request{})
	b, err := p.Pick(x)
	if err != nil {
		return "-"
	}
	x.Response = exchange.NewResponse(status, "")
	p.Done(x, b, nil)
	return b.ID
}

// TestPool plays scripts: a number is how many requests follow, "b=500" that the next ones
// that b gets are answered so, a duration that it passes.
func TestPool(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ members, script, want string }{
		"round robin":                          {"a:1:1 b:1:1 c:1:1", "7", "abcabca"},
		"one":                                  {"a:1:1", "3", "aaa"},
		"weights":                              {"a:1:5 b:1:1 c:1:1", "14", "aabacaaaabacaa"},
		"equal weights":                        {"a:1:50 b:1:50", "4", "abab"},
		"no weight, no traffic":                {"a:1:1 b:1:0 c:1:1", "4", "acac"},
		"no weights at all":                    {"a:1:0 b:1:0", "4", "abab"},
		"a weight of 0 is the spare":           {"a!:1:1 b:1:0 c:2:1", "1 a=500 2 10s a=200 2", "aabaa"},
		"the best group takes all":             {"c:2:1 a:1:1 b:1:1 d:3:1", "4", "abab"},
		"a failing member without a breaker":   {"a:1:1 b:2:1", "a=500 3", "aaa"},
		"the next group":                       {"a!:1:1 b!:1:1 c:2:1", "a=500 b=500 4 10s 1", "abccb"},
		"others of the group go on":            {"a!:1:1 b:1:1 c:2:1", "a=500 4 10s a=200 2", "abbbba"},
		"all are tripped":                      {"a!:1:1 b!:2:1", "a=500 b=500 4 10s 1", "ab--a"},
		"the last group, too":                  {"a!:0:1 b!:1:1 c!:2:1", "a=500 b=500 c=500 4 10s a=200 1", "abc-a"},
		"weights among those that are not out": {"a!:1:3 b:1:2 c:1:1", "a=500 7", "abbcbbc"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := newClock()
			p := pool(t, new(State), Options{Now: at.Now}, "", strings.Fields(c.members)...)
			statuses := map[string]int{}
			got := ""
			for _, word := range strings.Fields(c.script) {
				var n int
				if d, err := time.ParseDuration(word); err == nil && strings.HasSuffix(word, "s") {
					at.advance(d)
					continue
				}
				if name, text, ok := strings.Cut(word, "="); ok {
					_, _ = fmt.Sscan(text, &n)
					statuses[name] = n
					continue
				}
				_, _ = fmt.Sscan(word, &n)
				for range n {
					got += turnOf(p, statuses)
				}
			}
			if got != c.want {
				t.Errorf("%s: %s, not %s", c.script, got, c.want)
			}
		})
	}
}

func turnOf(p *Pool, statuses map[string]int) string {
	x := exchange.New(nil, &exchange.Request{})
	b, err := p.Pick(x)
	if err != nil {
		return "-"
	}
	status := statuses[b.ID]
	if status == 0 {
		status = 200
	}
	x.Response = exchange.NewResponse(status, "")
	p.Done(x, b, nil)
	return b.ID
}

func TestPoolOpen(t *testing.T) {
	t.Parallel()
	at := newClock()
	p := pool(t, new(State), Options{Now: at.Now}, "", "a!:1:1")
	turn(p, 500)
	x := exchange.New(nil, &exchange.Request{})
	_, err := p.Pick(x)
	var e *exchange.Error
	if !errors.As(err, &e) || e.Status != 503 || e.Message != "Backend pool 'all' is temporarily unavailable." {
		t.Errorf("the error is %v", err)
	}
	if x.Response == nil || x.Response.Reason != "Backend pool 'all' is temporarily unavailable" {
		t.Errorf("policies see %v", x.Response)
	}
}

// TestPoolWatches checks which pools need to see answers.
func TestPoolWatches(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cookie, members string
		want            bool
	}{{"", "a:1:1 b:1:1", false}, {"", "a:1:1 b!:1:1", true}, {"s", "a:1:1", true}} {
		p := pool(t, new(State), Options{}, c.cookie, strings.Fields(c.members)...)
		if p.Watches() != c.want {
			t.Errorf("%s with the cookie %q: %v", c.members, c.cookie, p.Watches())
		}
	}
}

// TestAffinity checks that a client with the cookie comes to the member that it came to.
func TestAffinity(t *testing.T) {
	t.Parallel()
	at := newClock()
	s := new(State)
	p := pool(t, s, Options{Now: at.Now}, "SessionId", "a!:1:1", "b!:1:1", "c!:1:1")
	b, cookie := visit(p, 200, "")
	if b != "a" || !strings.HasPrefix(cookie, "SessionId=") || !strings.HasSuffix(cookie, "; Path=/; HttpOnly") {
		t.Fatalf("%s answers with the cookie %q", b, cookie)
	}
	mine, _, _ := strings.Cut(cookie, ";")
	for range 3 {
		if b, again := visit(p, 200, "x=y; "+mine+"; z"); b != "a" || again != "" {
			t.Errorf("%s answers with the cookie %q", b, again)
		}
	}
	if b, _ := visit(p, 200, ""); b != "b" {
		t.Errorf("who has no cookie comes to %s", b)
	}
	if b, again := visit(p, 500, mine); b != "a" || again != "" {
		t.Errorf("%s answers with the cookie %q", b, again)
	}
	b, other := visit(p, 200, mine)
	if b == "a" || other == "" || strings.HasPrefix(other, mine) {
		t.Errorf("while a is tripped: %s answers with the cookie %q", b, other)
	}
	at.advance(10 * time.Second)
	if b, again := visit(p, 200, mine); b != "a" || again != "" {
		t.Errorf("when a is back: %s answers with the cookie %q", b, again)
	}
	fewer := pool(t, s, Options{Now: at.Now}, "SessionId", "b!:1:1", "c!:1:1")
	if b, again := visit(fewer, 200, mine); b == "a" || again == "" {
		t.Errorf("when a is gone: %s answers with the cookie %q", b, again)
	}
	if b, again := visit(fewer, 200, "SessionId=nonsense"); b == "" || again == "" {
		t.Errorf("with a cookie of no member: %s answers with the cookie %q", b, again)
	}
	if strings.Contains(cookie, "a.example") {
		t.Errorf("the cookie tells where the member is: %s", cookie)
	}
}

// TestAffinityKeepsCookie checks that the cookie means the same in another process, and
// nothing for another pool.
func TestAffinityKeepsCookie(t *testing.T) {
	t.Parallel()
	_, cookie := visit(pool(t, new(State), Options{}, "s", "a:1:1", "b:1:1"), 200, "")
	mine, _, _ := strings.Cut(cookie, ";")
	elsewhere := pool(t, new(State), Options{}, "s", "B:1:1", "A:1:1")
	if b, again := visit(elsewhere, 200, mine); b != "A" || again != "" {
		t.Errorf("in another process %s answers, with the cookie %q", b, again)
	}
	other := new(State).Pool("other", []Member{{Backend: &exchange.Backend{ID: "a"}, Weight: 1}}, "s")
	if _, again := visit(other, 200, mine); again == "" {
		t.Error("the cookie of one pool is good for another")
	}
}

// visit is a request with a Cookie header; it returns who is called, and the Set-Cookie.
func visit(p *Pool, status int, cookie string) (who, set string) {
	r := &exchange.Request{}
	if cookie != "" {
		r.Headers = exchange.NewHeaders([]exchange.Field{{Name: "cookie", Value: cookie}})
	}
	x := exchange.New(nil, r)
	b, err := p.Pick(x)
	if err != nil {
		return "-", ""
	}
	b.URL.Host = b.ID + ".example"
	x.Response = exchange.NewResponse(status, "")
	p.Done(x, b, nil)
	set, _ = x.Response.Headers.First("Set-Cookie")
	return b.ID, set
}

func TestAffinityOverTLS(t *testing.T) {
	t.Parallel()
	p := pool(t, new(State), Options{}, "s", "a:1:1")
	x := exchange.New(nil, &exchange.Request{OriginalURL: exchange.URL{Scheme: "https"}})
	b, err := p.Pick(x)
	if err != nil {
		t.Fatal(err)
	}
	x.Response = exchange.NewResponse(200, "")
	x.Response.Headers.Add("Set-Cookie", "own=1")
	p.Done(x, b, nil)
	all := x.Response.Headers.Values("Set-Cookie")
	if len(all) != 2 || all[0] != "own=1" || !strings.HasSuffix(all[1], "; Secure") {
		t.Errorf("the cookies are %q", all)
	}
}

// TestStateOutlivesPlans checks what another plan goes on with.
func TestStateOutlivesPlans(t *testing.T) {
	t.Parallel()
	s := new(State)
	p := pool(t, s, Options{}, "", "a!:1:1", "b:1:1", "c:1:1")
	turn(p, 500)
	again := pool(t, s, Options{}, "", "a!:1:1", "b:1:1", "c:1:1")
	if got := turn(again, 200) + turn(again, 200) + turn(again, 200); got != "bcb" {
		t.Errorf("the next plan goes on with %s", got)
	}
	if s.Breaker("a", rule(2, 0), Options{}).Open() {
		t.Error("a breaker of another rule is open")
	}
	if !s.Breaker("A", rule(1, 0), Options{}).Open() {
		t.Error("the breaker is forgotten")
	}
	if turn(p, 200) == "-" { // keeps them
		t.Error("the pool is gone")
	}
}

// TestStateForgets: what no plan has any more takes no memory.
func TestStateForgets(t *testing.T) {
	t.Parallel()
	s := new(State)
	p := pool(t, s, Options{}, "", "a!:1:1")
	for i := range 100 {
		pool(t, s, Options{}, "", fmt.Sprintf("x%d!:1:1", i))
	}
	for end := time.Now().Add(30 * time.Second); ; runtime.GC() {
		s.mu.Lock()
		breakers, rotations := len(s.breakers), len(s.rotations)
		s.mu.Unlock()
		if breakers == 1 && rotations == 1 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%d breakers and %d pools are remembered", breakers, rotations)
		}
	}
	if turn(p, 500) != "a" || !s.Breaker("a", rule(1, 0), Options{}).Open() {
		t.Error("what is in use is forgotten")
	}
	runtime.KeepAlive(p)
}

// TestConcurrency has many goroutines use a pool; run with -race.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	at := newClock()
	s := new(State)
	p := pool(t, s, Options{Now: at.Now}, "s", "a!:1:2", "b!:1:1", "c!:2:1", "d:3:0")
	var mu sync.Mutex
	seen := map[string]int{}
	var all sync.WaitGroup
	for i := range 32 {
		all.Go(func() {
			for n := range 500 {
				status := 200
				if (i+n)%50 == 0 {
					status = 500
				}
				who := turn(p, status)
				mu.Lock()
				seen[who]++
				mu.Unlock()
				if n%10 == 0 {
					at.advance(time.Second)
					pool(t, s, Options{Now: at.Now}, "s", "a!:1:2", "b!:1:1", "c!:2:1", "d:3:0")
				}
			}
		})
	}
	all.Wait()
	if n := seen["a"] + seen["b"] + seen["c"] + seen["d"]; n != 32*500 || seen["a"] == 0 || seen["b"] == 0 {
		t.Errorf("the members got %v", seen)
	}
}
