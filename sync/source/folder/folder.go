package folder

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/pfx"
	"github.com/apimgw/apimgw/sync/catalog"
	"github.com/apimgw/apimgw/sync/source"
)

// Options of New. The zero value reads all APIs of the folder.
type Options struct {
	// Gateway is the id of the gateway to read for: only its APIs are served. Empty: all.
	Gateway string
	// Environment chooses configuration.<environment>.yaml. Empty: none.
	Environment string
	// SecretsFile is a YAML file with keys and secret values, which may be outside of the
	// folder. Empty: none but the folder's own.
	SecretsFile string
	// Service is told to policies as the deployment they run in.
	Service catalog.Service
	// LookupEnv looks up an environment variable; nil is os.LookupEnv.
	LookupEnv func(string) (string, bool)
	// Logger for what concerns watching; nil logs nothing.
	Logger *slog.Logger
	// Quiet is how long the folder must be still before a change is told, and Patience how
	// long a change is held back at most while it is not. Zero: 75 ms and 500 ms.
	Quiet, Patience time.Duration
	// Poll is how often the folder is looked at where it cannot be watched. Zero: 2 s.
	Poll time.Duration
}

// A Folder is a source that reads an APIOps tree.
type Folder struct {
	root    string
	options Options
	log     *slog.Logger
	watch   watch

	mu    sync.Mutex // one pull at a time
	tree  tree
	units map[*dir]unit
	// certificates are those that the last pull decoded, by the hash of their files.
	certificates map[[sha256.Size]byte]*pfx.Certificate
	// secretsFile is Options.SecretsFile as it was last read.
	secretsFile *file
}

var _ source.Source = (*Folder)(nil)

// New makes a source of a folder, which need not be there yet.
func New(root string, o Options) (*Folder, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("find the folder %s: %w", root, err)
	}
	if o.LookupEnv == nil {
		o.LookupEnv = os.LookupEnv
	}
	if o.Quiet <= 0 {
		o.Quiet = 75 * time.Millisecond
	}
	if o.Patience <= 0 {
		o.Patience = 500 * time.Millisecond
	}
	if o.Poll <= 0 {
		o.Poll = 2 * time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	f := &Folder{root: abs, options: o, log: o.Logger, units: map[*dir]unit{}}
	f.tree = tree{root: abs, entering: f.watch.enter, linked: f.watch.link}
	f.watch.root, f.watch.log = abs, o.Logger
	return f, nil
}

// errNothing is for a folder without any part of the layout: a volume that is not mounted
// yet, the wrong path, a checkout under way. What was served goes on.
var errNothing = errors.New("there is no policy.xml and no folder of the APIOps layout (apis, products, …) in it")

// Pull reads the folder: whole at first, later only what changed.
func (f *Folder) Pull(ctx context.Context) (*catalog.Catalog, diag.List, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.read(ctx); err != nil {
		f.watch.lost()
		return nil, nil, fmt.Errorf("read the folder %s: %w", f.root, err)
	}
	b := newBuilder(f)
	c, err := b.build(ctx)
	if err != nil {
		f.watch.lost()
		return nil, nil, fmt.Errorf("read the folder %s: %w", f.root, err)
	}
	return c, b.diags, nil
}

func (f *Folder) read(ctx context.Context) error {
	changed, all := f.watch.take()
	var err error
	if all || f.tree.top == nil {
		start := time.Now()
		f.watch.enterRoot(f.options.SecretsFile)
		err = f.tree.scan(ctx)
		f.watch.scanned(time.Since(start))
	} else {
		err = f.tree.refresh(ctx, changed)
	}
	if err != nil {
		return err
	}
	if f.tree.top.file("policy.xml") == nil && f.tree.top.empty() {
		return errNothing
	}
	return nil
}
