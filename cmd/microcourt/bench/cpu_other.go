//go:build !linux

package bench

import "errors"

func (p *part) cpu() (float64, error) {
	return 0, errors.New("what a process costs is measured on Linux only")
}
