package e2e

import (
	"bufio"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"
)

// matrixFile is the environment variable that names the file to which the matrix writes its
// table. With it, the matrix is whole; without it, what takes long is left out.
const matrixFile = "APIMGW_E2E_MATRIX"

// hungLimit is how long a client may wait at most while apimgw stands still. Envoy takes 20 s to
// find out that it does, with some jitter; the rest is for a busy machine.
const hungLimit = 40 * time.Second

// A part is a process that is harmed.
type part struct {
	name string
	pid  func() int
	// restart starts it again after it was killed; nil if somebody else does.
	restart func()
	// away is the kind of answers that clients get when it was killed, until it is started;
	// empty if nobody is left to answer.
	away string
	// hangs says that requests are answered although it stands still, and by what; empty if
	// they wait until it goes on.
	hangs string
}

// A stage is a gateway, its backend and the folder that it serves.
type stage struct {
	t       testing.TB
	address string
	marks   *marks
	backend *marksBackend
	table   *matrix
	// said is the log of the Envoy, if it is on its own.
	said *transcript
}

// TestMatrix kills, stops and slows down each process, with requests under way and without. No
// request passes without its policies, none is answered by other ones, and none waits for ever.
func TestMatrix(t *testing.T) {
	table := &matrix{}
	t.Run("parts", func(t *testing.T) {
		for name, prepare := range map[string]func(*stage) part{"apimgw": theSidecar, "envoy": theEnvoy, "backend": theBackend} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				b := newMarksBackend(t)
				s := &stage{t: t, backend: b, marks: newMarks(t, b.address), table: table}
				p := prepare(s)
				for _, under := range []string{"idle", "load"} {
					s.kill(p, under)
					s.pause(p, under)
					s.slow(p, under)
				}
				b.spared()
				s.bearable()
			})
		}
	})
	t.Logf("\n%s", table)
	if file := os.Getenv(matrixFile); file != "" && !t.Failed() {
		if err := os.WriteFile(file, []byte(table.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// mostWarnings is how many lines an operator can bear of an Envoy whose apimgw was killed, stopped
// and slowed down six times, whatever the number of requests was.
const mostWarnings = 20

// bearable checks that Envoy has not complained about each request that apimgw left unanswered.
func (s *stage) bearable() {
	s.t.Helper()
	if s.said == nil {
		return
	}
	var warnings []string
	for line := range strings.Lines(s.said.String()) {
		if strings.Contains(line, "level=WARN") || strings.Contains(line, "level=ERROR") {
			warnings = append(warnings, line)
		}
	}
	if len(warnings) > mostWarnings {
		s.t.Errorf("envoy has complained %d times:\n%s…", len(warnings), strings.Join(warnings[:mostWarnings], ""))
	}
}

func theSidecar(s *stage) part {
	side := serve(s.t, s.marks.tree)
	s.address, s.said = side.address, side.said
	return part{
		name: "apimgw", away: floored, hangs: floored,
		pid:     func() int { return side.cmd.Process.Pid },
		restart: func() { <-side.ended; side.start() },
	}
}

func theEnvoy(s *stage) part {
	g := runGateway(s.t, s.marks.tree, "--listen", freePort(s.t))
	s.address = g.address
	pid := g.envoyPID()
	return part{
		name: "Envoy",
		pid:  func() int { pid = g.envoyPID(); return pid },
		restart: func() {
			eventually(s.t, patience, "another Envoy is started", func() bool { return g.envoyPID() != pid })
		},
	}
}

func theBackend(s *stage) part {
	side := serve(s.t, s.marks.tree)
	s.address = side.address
	return part{
		name: "backend", away: turned, hangs: turned,
		pid:     func() int { return s.backend.cmd.Process.Pid },
		restart: func() { <-s.backend.ended; s.backend.start() },
	}
}

// kill kills a part and starts it again.
func (s *stage) kill(p part, under string) {
	c := s.begin("kill", p, under)
	if err := syscall.Kill(p.pid(), syscall.SIGKILL); err != nil {
		s.t.Fatal(err)
	}
	if p.away != "" {
		c.ask(hungLimit).Wait()
		if c.load != nil {
			c.load.since(time.Now(), p.away)
		}
	}
	s.marks.next()
	c.repaired = time.Now()
	p.restart()
	c.recover()
}

// pause has a part stand still for a while: where requests are answered all the same, until one
// is.
func (s *stage) pause(p part, under string) {
	c := s.begin("pause", p, under)
	goOn := stopped(s.t, p.pid())
	waiting := c.ask(hungLimit)
	switch {
	case p.hangs == turned, p.hangs != "" && c.load != nil && os.Getenv(matrixFile) != "":
		waiting.Wait()
	default:
		<-time.After(time.Second)
	}
	s.marks.next()
	c.repaired = time.Now()
	goOn()
	waiting.Wait()
	c.recover()
}

// slowAnswers are how many right ones a load gets while a part is slow.
const slowAnswers = 100

// slow has a part stand still most of the time.
func (s *stage) slow(p part, under string) {
	c := s.begin("slow", p, under)
	pid, end := p.pid(), make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		for {
			goOn := stopped(s.t, pid)
			<-time.After(180 * time.Millisecond)
			goOn()
			select {
			case <-time.After(20 * time.Millisecond):
			case <-end:
				return
			}
		}
	})
	waiting := c.ask(hungLimit)
	waiting.Wait()
	s.marks.next()
	if c.load != nil {
		c.load.since(time.Now(), right)
		before := c.load.of(right).count
		eventually(s.t, patience, "a slow gateway goes on answering", func() bool { return c.load.of(right).count >= before+slowAnswers })
	}
	close(end)
	running.Wait()
	c.repaired = time.Now()
	c.recover()
}

// A cell is one harm done to one part.
type cell struct {
	*stage
	harm  string
	part  part
	under string
	load  *load // nil when there is none
	// asked are the answers to requests that were sent while the harm was done.
	asked *load
	// repaired is when the harm was over.
	repaired time.Time
}

func (s *stage) begin(harm string, p part, under string) *cell {
	s.t.Helper()
	c := &cell{stage: s, harm: harm, part: p, under: under, asked: &load{t: s.t, limit: hungLimit, kinds: map[string]*kind{}}}
	c.allRight()
	if under == "load" {
		c.load = startLoads(s.t, s.address, s.marks.requests(), s.marks.kind, hungLimit)
		c.load.since(time.Now(), right)
	}
	return c
}

// ask sends one request for each API, on connections of their own.
func (c *cell) ask(limit time.Duration) *sync.WaitGroup {
	var waiting sync.WaitGroup
	for _, request := range c.marks.requests() {
		waiting.Go(func() {
			begin := time.Now()
			name := c.once(request, limit)
			c.asked.count(name, begin)
		})
	}
	return &waiting
}

// once sends a request and tells the kind of its answer.
func (c *cell) once(request string, limit time.Duration) string {
	begin := time.Now()
	conn, err := net.DialTimeout("tcp", c.address, limit)
	if err != nil {
		return noConnection
	}
	defer func() { _ = conn.Close() }()
	r, body, err := (&load{limit: limit}).exchange(conn, bufio.NewReader(conn), request)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return hung
	case err != nil:
		return noAnswer
	}
	return c.marks.kind(sent{request, begin}, r, body)
}

// allRight waits until requests for all APIs are answered as they should be.
func (c *cell) allRight() {
	c.t.Helper()
	for _, request := range c.marks.requests() {
		eventually(c.t, patience, c.harm+" "+c.part.name+" "+c.under+": an answer to "+strings.SplitN(request, "\r", 2)[0], func() bool {
			name := c.once(request, patience)
			if strings.HasPrefix(name, wrong) || name == hung {
				c.t.Errorf("%s %s %s: %s", c.harm, c.part.name, c.under, name)
			}
			return name == right
		})
	}
}

// recover waits until all is well again, and checks what clients have got.
func (c *cell) recover() {
	c.t.Helper()
	c.allRight()
	after := time.Since(c.repaired)
	longest := c.asked.longest
	kinds := maps.Clone(c.asked.kinds)
	if c.load != nil {
		after = max(c.load.settled(c.repaired, right), 0)
		c.load.stop()
		longest = max(longest, c.load.longest)
		for name, k := range c.load.kinds {
			if kinds[name] != nil {
				k.count += kinds[name].count
			}
			kinds[name] = k
		}
	}
	for name, k := range kinds {
		if !slices.Contains(harmless, name) {
			c.t.Errorf("%s %s %s: %d answers should not have been: %s", c.harm, c.part.name, c.under, k.count, name)
		}
	}
	c.table.add(row{c.harm, c.part.name, c.under, kinds, longest, after})
}

// harmless are the kinds of answers that clients may get while something is wrong: none of a
// backend that has not passed the policies that were in effect.
var harmless = []string{right, outdated, turned, floored, early, noConnection, noAnswer}

// A matrix is the table of what was seen.
type matrix struct {
	mu   sync.Mutex
	rows []row
}

type row struct {
	harm, part, under string
	kinds             map[string]*kind
	longest, after    time.Duration
}

func (m *matrix) add(r row) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows = append(m.rows, r)
}

// String is the table, in the order of the parts.
func (m *matrix) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	slices.SortStableFunc(m.rows, func(a, b row) int { return strings.Compare(a.part, b.part) })
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "HARM\tTO\tUNDER\tALL RIGHT AFTER\tLONGEST WAIT\tANSWERS")
	for _, r := range m.rows {
		var answers []string
		for _, name := range slices.Sorted(maps.Keys(r.kinds)) {
			answers = append(answers, fmt.Sprintf("%d × %s", r.kinds[name].count, name))
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%v\t%v\t%s\n", r.harm, r.part, r.under, r.after.Round(time.Millisecond), r.longest.Round(time.Millisecond), strings.Join(answers, "; "))
	}
	_ = w.Flush() // into a strings.Builder
	return b.String()
}
