package follow

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/apimgw/apimgw/sync/catalog"
)

// A Store keeps one catalog in a file: the last good one. It holds secrets, so only its
// owner may read it.
type Store struct {
	// Path of the file.
	Path string
	// Origin names the source, such as the folder's path. A catalog of another origin is
	// not used.
	Origin string
}

// head is the first line of the file.
type head struct {
	Origin string    `json:"origin"`
	Kept   time.Time `json:"kept"`
}

// Load returns the kept catalog and when it was kept; nil when there is none. Contents that
// do not have their hash are an error.
func (s *Store) Load() (*catalog.Catalog, time.Time, error) {
	content, err := os.ReadFile(s.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, time.Time{}, nil
	}
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("read the kept catalog: %w", err)
	}
	first, rest, _ := bytes.Cut(content, []byte("\n"))
	var h head
	if err := json.Unmarshal(first, &h); err != nil {
		return nil, time.Time{}, fmt.Errorf("read the kept catalog %s: %w", s.Path, err)
	}
	if h.Origin != s.Origin {
		return nil, time.Time{}, fmt.Errorf("the kept catalog %s is of %q, not of %q", s.Path, h.Origin, s.Origin)
	}
	c, err := catalog.Decode(rest)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("read the kept catalog %s: %w", s.Path, err)
	}
	return c, h.Kept, nil
}

// Save replaces the kept catalog. The file is whole at any time: the old one, or the new.
func (s *Store) Save(c *catalog.Catalog) error {
	text, err := c.Encode()
	if err != nil {
		return err
	}
	first, err := json.Marshal(head{Origin: s.Origin, Kept: time.Now().UTC()})
	if err != nil {
		return fmt.Errorf("keep the catalog: %w", err)
	}
	dir := filepath.Dir(s.Path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("keep the catalog: %w", err)
	}
	tmp, err := os.CreateTemp(dir, filepath.Base(s.Path)+".*.tmp") // with mode 0600
	if err != nil {
		return fmt.Errorf("keep the catalog: %w", err)
	}
	err = fill(tmp, first, []byte("\n"), text)
	if err == nil {
		err = os.Rename(tmp.Name(), s.Path)
	}
	if err != nil {
		return fmt.Errorf("keep the catalog: %w", errors.Join(err, os.Remove(tmp.Name())))
	}
	return nil
}

// fill writes a file to the disk and closes it.
func fill(f *os.File, parts ...[]byte) error {
	var err error
	for _, p := range parts {
		if err == nil {
			_, err = f.Write(p)
		}
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// save hands a good catalog over to be kept; one that still waits is out of date.
func (f *Follower[P]) save(c *catalog.Catalog) {
	if f.options.Store == nil {
		return
	}
	select {
	case <-f.saves:
	default:
	}
	f.saves <- c
}

// keep writes good catalogs to disk beside the loop: a big one takes a while. The last one
// is written also when the gateway ends.
func (f *Follower[P]) keep(ctx context.Context) error {
	for {
		select {
		case c := <-f.saves:
			f.write(c)
		case <-ctx.Done():
			select {
			case c := <-f.saves:
				f.write(c)
			default:
			}
			return nil
		}
	}
}

func (f *Follower[P]) write(c *catalog.Catalog) {
	if err := f.options.Store.Save(c); err != nil {
		f.log.Error("the good configuration is not kept for a later start", "version", c.Version, "error", err)
	}
}
