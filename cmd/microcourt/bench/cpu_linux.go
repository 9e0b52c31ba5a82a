package bench

import (
	"time"

	"golang.org/x/sys/unix"
)

// cpu gives the seconds of CPU that the process has used, by the kernel's own clock of it: /proc/PID/stat has ticks of 10 ms.
func (p *part) cpu() (float64, error) {
	var used unix.Timespec
	clock := int32(^p.cmd.Process.Pid<<3 | 2) // as clock_getcpuclockid(3) makes it
	err := unix.ClockGettime(clock, &used)
	return time.Duration(used.Nano()).Seconds(), err
}
