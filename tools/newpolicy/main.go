// Newpolicy lays out the room of a policy: its Go file, its test and a first archive. What it
// writes compiles and refuses to be used, in words, until its author has built it.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	into := flag.String("into", "policies/builtin", "the folder of the rooms")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: newpolicy [-into FOLDER] NAME, where NAME is an element such as set-header")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*into, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "newpolicy:", err)
		os.Exit(1)
	}
}

func run(into, name string) error {
	r, err := newRoom(name)
	if err != nil {
		return err
	}
	files, err := r.layOut(into)
	if err != nil {
		return err
	}
	for _, f := range files {
		fmt.Println(f)
	}
	fmt.Printf("next: say in the package comment what <%s> does, write its config and compile,\n", r.Name)
	fmt.Printf("add %s.Kind to Kinds in policies/builtin/builtin.go, at its place in the reference,\n", r.Package)
	fmt.Printf("and let go test ./policies/builtin/%s -update write what the archives want; read it before you commit\n", r.Package)
	return nil
}
