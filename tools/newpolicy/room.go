package main

import (
	"bytes"
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"
)

//go:embed room
var rooms embed.FS

var templates = template.Must(template.ParseFS(rooms, "room/*.tmpl"))

var elementName = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// A room is a policy's folder to be.
type room struct {
	// Name of the policy's element, such as set-header.
	Name string
	// Package is the name without hyphens, which is also the folder's.
	Package string
}

func newRoom(name string) (room, error) {
	if !elementName.MatchString(name) {
		return room{}, fmt.Errorf("%q is not a policy's element name; one looks like set-header", name)
	}
	return room{Name: name, Package: strings.ReplaceAll(name, "-", "")}, nil
}

// files tells which template makes which file of the room.
func (r room) files() [][2]string {
	return [][2]string{
		{"room.go.tmpl", r.Package + ".go"},
		{"room_test.go.tmpl", r.Package + "_test.go"},
		{"plain.txtar.tmpl", filepath.Join("testdata", "plain.txtar")},
	}
}

// layOut writes the room under into and returns the paths of its files. It leaves a folder that
// is there already alone.
func (r room) layOut(into string) ([]string, error) {
	dir := filepath.Join(into, r.Package)
	if _, err := os.Stat(dir); err == nil {
		return nil, fmt.Errorf("%s is there already", dir)
	}
	if err := os.MkdirAll(filepath.Join(dir, "testdata"), 0o755); err != nil {
		return nil, fmt.Errorf("make the room: %w", err)
	}
	var written []string
	for _, f := range r.files() {
		var b bytes.Buffer
		if err := templates.ExecuteTemplate(&b, f[0], r); err != nil {
			return nil, fmt.Errorf("fill in %s: %w", f[0], err)
		}
		path := filepath.Join(dir, f[1])
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			return nil, fmt.Errorf("write the room: %w", err)
		}
		written = append(written, path)
	}
	return written, nil
}
