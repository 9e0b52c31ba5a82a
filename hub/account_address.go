package hub

import (
	"net/netip"
	"time"

	"golang.org/x/time/rate"
)

// addressLimits bound what comes from one network address: an IPv4 address, or the /64 that one IPv6 subscriber has.
type addressLimits struct{ *limits[netip.Prefix] }

func newAddressLimits(every rate.Limit, burst int) *addressLimits {
	return &addressLimits{newLimits[netip.Prefix](every, burst)}
}

// take counts one, or answers court.ErrTooMany with the time to wait.
func (l *addressLimits) take(address string, now time.Time) error {
	return l.limits.take(addressKey(address), now)
}

// addressKey gives what one subscriber has; what is no address shares the zero prefix.
func addressKey(address string) netip.Prefix {
	addr, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{}
	}
	addr = addr.Unmap().WithZone("")
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	prefix, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return prefix
}
