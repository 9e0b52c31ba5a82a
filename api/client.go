package api

import (
	"net/http"
	"net/netip"
	"strings"
)

// client is where a request comes from. Behind a proxy that is trusted, it is what that proxy says.
type client struct {
	address string
	https   bool
}

// clientOf believes X-Forwarded-For and X-Forwarded-Proto only from trusted proxies, and takes the last address that
// isn't itself a trusted proxy: what stands left of it was written by anybody.
func (a *API) clientOf(r *http.Request) client {
	c := client{https: r.TLS != nil}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return c
	}
	addr := peer.Addr().Unmap().WithZone("")
	if a.trusts(addr) {
		if proto := lastOf(r.Header.Values("X-Forwarded-Proto")); proto != "" {
			c.https = strings.EqualFold(proto, "https")
		}
		addr = a.forwarded(addr, r.Header.Values("X-Forwarded-For"))
	}
	c.address = addr.String()
	return c
}

func (a *API) trusts(addr netip.Addr) bool {
	for _, p := range a.cfg.TrustedProxies {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// forwarded walks from the nearest proxy outwards.
func (a *API) forwarded(peer netip.Addr, headers []string) netip.Addr {
	hops := strings.Split(strings.Join(headers, ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		addr, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		peer = addr.Unmap().WithZone("")
		if !a.trusts(peer) {
			break
		}
	}
	return peer
}

// lastOf gives the last element of a comma-separated header: what the nearest proxy said.
func lastOf(headers []string) string {
	all := strings.Split(strings.Join(headers, ","), ",")
	return strings.TrimSpace(all[len(all)-1])
}
