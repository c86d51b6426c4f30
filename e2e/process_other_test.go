//go:build !linux

package e2e

import "syscall"

// endsWithUs puts the child into a group of its own, so that Ctrl-C in a terminal reaches
// only us.
func endsWithUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
