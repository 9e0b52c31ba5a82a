package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"syscall"

	"microcourt/rtc"
)

// defaultMediaPort is where media come in when nothing else is said.
const defaultMediaPort = 7882

type mediaFlags struct {
	Listen string   `help:"UDP and TCP address for sound and pictures of hearings; off for no hearings by video. Without it port 7882 of the host that --listen names."`
	Public []string `placeholder:"203.0.113.5,..." help:"Addresses by which phones reach the media port, where they aren't those of this machine's interfaces."`
	NoTCP  bool     `name:"no-tcp" help:"Take media by UDP only."`

	DiskLow int `default:"20" help:"Free gigabytes on the disk of --data that are few: from there on judges and clerks in hearings, the log and the metrics tell that it fills up. Below a fortieth of it hearings go on unrecorded, so that the record has room. 0 for no such limits."`

	TurnListen    string `placeholder:"0.0.0.0:3478" help:"UDP and TCP address of the relay (TURN) for phones whose networks let no media through; off where nothing is given."`
	TurnTLSListen string `name:"turn-tls-listen" placeholder:"0.0.0.0:5349" help:"TCP address of the relay inside TLS, with the certificate of --tls or --tls-cert."`
	TurnHost      string `placeholder:"media.court.example.cn" help:"Name by which phones reach the relay, where it isn't the host of --public-url."`
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

// turn checks the flags of the relay. tlsConfig is what pages are served with, nil for plain HTTP.
func (f mediaFlags) turn(c rtc.Config, publicURL string, tlsConfig *tls.Config) (t rtc.Turn, err error) {
	for _, x := range []struct {
		flag, text string
		to         *netip.AddrPort
	}{{"--media-turn-listen", f.TurnListen, &t.Listen}, {"--media-turn-tls-listen", f.TurnTLSListen, &t.ListenTLS}} {
		if x.text == "" || x.text == "off" {
			continue
		}
		a, err := net.ResolveTCPAddr("tcp", x.text)
		if err != nil {
			return t, fmt.Errorf("%s %q is not an address: write HOST:PORT, such as 0.0.0.0:3478, or off", x.flag, x.text)
		}
		*x.to = a.AddrPort()
	}
	if t.ListenTLS.IsValid() && tlsConfig == nil {
		return t, errors.New("--media-turn-tls-listen needs a certificate: give --tls or --tls-cert too")
	}
	t.TLS = tlsConfig
	if u, err := url.Parse(publicURL); err == nil {
		t.Host = u.Hostname()
	}
	switch {
	case f.TurnHost != "":
		t.Host = f.TurnHost
	case t.Host == "" && len(c.Public) > 0:
		t.Host = c.Public[0].String()
	case t.Host == "":
		t.Host = ownAddress(t)
	}
	return t, nil
}

// ownAddress is where phones in the same network reach the relay.
func ownAddress(t rtc.Turn) string {
	for _, a := range []netip.AddrPort{t.ListenTLS, t.Listen} {
		if a.IsValid() && !a.Addr().IsUnspecified() {
			return a.Addr().Unmap().String()
		}
	}
	_, addresses := ownNames()
	for _, a := range addresses {
		if !a.IsLoopback() && a.To4() != nil {
			return a.String()
		}
	}
	return "127.0.0.1"
}

// openMedia listens for media.
func (n *node) openMedia() error {
	c, spare, ok, err := n.c.Media.config(n.s.listen, n.log)
	if err != nil || !ok {
		return err
	}
	if n.tls, err = n.c.tlsConfig(n.c.Data); err != nil {
		return err
	}
	if c.Turn, err = n.c.Media.turn(c, n.s.publicURL, n.tls); err != nil {
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
	n.log.Info("hearings by video", "port", n.media.Port(), "tcp", !c.NoTCP, "relay", n.c.Media.TurnListen, "relay in TLS", n.c.Media.TurnTLSListen)
	return nil
}
