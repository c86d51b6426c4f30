package e2e

import "syscall"

// endsWithUs has the kernel kill the child should the tests die without ending it. It is in
// a group of its own, so that Ctrl-C in a terminal reaches only us.
func endsWithUs() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
