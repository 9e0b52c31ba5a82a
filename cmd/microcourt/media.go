package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"syscall"

	"microcourt/rtc"
)

// defaultMediaPort is where media come in when nothing else is said.
const defaultMediaPort = 7882

type mediaFlags struct {
	Listen string   `help:"UDP and TCP address for sound and pictures of hearings; off for no hearings by video. Without it port 7882 of the host that --listen names."`
	Public []string `placeholder:"203.0.113.5,..." help:"Addresses by which phones reach the media port, where they aren't those of this machine's interfaces."`
	NoTCP  bool     `name:"no-tcp" help:"Take media by UDP only."`
}

// config checks the flags. ok is false where there are to be no hearings by video. spare says that another port will do where this one is taken.
func (f mediaFlags) config(listen string, log *slog.Logger) (c rtc.Config, spare, ok bool, err error) {
	if f.Listen == "off" {
		return c, false, false, nil
	}
	address := f.Listen
	if address == "" {
		host, _, err := net.SplitHostPort(listen)
		if err != nil {
			return c, false, false, err
		}
		address, spare = net.JoinHostPort(host, fmt.Sprint(defaultMediaPort)), true
	}
	udp, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		return c, false, false, fmt.Errorf("--media-listen %q is not an address: write HOST:PORT, such as 0.0.0.0:7882, or off", address)
	}
	c = rtc.Config{Listen: udp.AddrPort(), NoTCP: f.NoTCP, Log: log, Metrics: &rtc.Metrics{}}
	for _, text := range f.Public {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return c, false, false, fmt.Errorf("--media-public %q is not an IP address", text)
		}
		c.Public = append(c.Public, a)
	}
	return c, spare, true, nil
}

// openMedia listens for media.
func (n *node) openMedia() error {
	c, spare, ok, err := n.c.Media.config(n.s.listen, n.log)
	if err != nil || !ok {
		return err
	}
	n.media, err = rtc.New(c)
	if spare && errors.Is(err, syscall.EADDRINUSE) {
		c.Listen = netip.AddrPortFrom(c.Listen.Addr(), 0)
		if n.media, err = rtc.New(c); err == nil {
			n.log.Warn("the usual port for media is in use by another program: another one is used, which a firewall may not let through; see --media-listen", "port", n.media.Port())
		}
	}
	if err != nil {
		return fmt.Errorf("%w; see --media-listen", err)
	}
	n.log.Info("hearings by video", "port", n.media.Port(), "tcp", !c.NoTCP)
	return nil
}
