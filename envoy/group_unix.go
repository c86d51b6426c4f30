//go:build unix && !linux

package envoy

import "syscall"

// ownGroup starts a child in a process group of its own. These systems cannot bind its life
// to ours: if we are killed outright, Envoy stays until it is killed too.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
