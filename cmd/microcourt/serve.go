package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"microcourt/api"
	"microcourt/cmd/microcourt/demo"
	"microcourt/hub"
	"microcourt/hub/casesystem"
	"microcourt/hub/passkey"
	"microcourt/hub/pay"
	"microcourt/hub/sms"
	"microcourt/hub/witness"
	"microcourt/store"
)

// serveCmd is all that serving can be told.
type serveCmd struct {
	recordFlags

	Listen       string        `default:"127.0.0.1:8080" help:"Address for people."`
	AdminListen  string        `default:"127.0.0.1:9091" help:"Address for metrics and profiles, which nobody outside should reach; off for none."`
	PublicURL    string        `help:"Address that people open, where it isn't the one that is listened on."`
	CourtName    string        `help:"Name of the court."`
	DrainTimeout time.Duration `default:"20s" help:"How long stopping may take."`

	TrustedProxies []string `placeholder:"10.0.0.0/8,..." help:"Networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed."`

	tlsFlags

	Redis string   `help:"redis://... through which several nodes talk to each other."`
	Blobs string   `help:"Folder for files (default DATA/files), or s3://BUCKET/PREFIX?endpoint=URL&region=REGION."`
	S3    s3Flags  `embed:"" prefix:"s3-"`
	SMS   smsFlags `embed:"" prefix:"sms-"`
	Pay   payFlags `embed:"" prefix:"pay-"`

	Link linkFlags `embed:"" prefix:"link-"`

	Identity identityFlags `embed:"" prefix:"identity-"`
	OIDC     oidcFlags     `embed:"" prefix:"oidc-"`
	Filing   filingFlags   `embed:"" prefix:"filing-"`

	Media mediaFlags `embed:"" prefix:"media-"`

	Push        string `enum:"on,off,local" default:"on" help:"Push messages to browsers of people who are away: on, off, or local, which reaches private networks too and is for development."`
	PushContact string `placeholder:"mailto:it@court.example.cn" help:"How operators of push services reach the court's IT; without it the public URL."`

	HearingCodeAge time.Duration `default:"2h" help:"How long ago somebody may have answered a code on its phone when entering a hearing."`

	Seal sealFlags `embed:"" prefix:"seal-"`

	CaseSystemURL        string `name:"case-system-url" help:"HTTP service of the court's case system that is asked for somebody's cases; without it cases come by import alone."`
	CaseSystemSecret     string `help:"Secret shared with it; better given as MICROCOURT_CASE_SYSTEM_SECRET."`
	CaseSystemSecretFile string `help:"File that holds that secret." type:"path"`

	ImportToken     string `help:"Token with which the court's case system may import; at least 16 characters."`
	ImportTokenFile string `help:"File that holds the import token." type:"path"`

	Demo       bool `help:"Demonstration: invented people and cases, sign-in codes shown on the page."`
	DemoPublic bool `help:"Let a demonstration listen on a public address. Everybody can then be anybody."`
}

type s3Flags struct {
	AccessKey  string `env:"MICROCOURT_S3_ACCESS_KEY" help:"Access key of the bucket."`
	Secret     string `env:"MICROCOURT_S3_SECRET" help:"Secret of the bucket; better given as MICROCOURT_S3_SECRET."`
	SecretFile string `env:"MICROCOURT_S3_SECRET_FILE" help:"File that holds the bucket's secret." type:"path"`
}

type smsFlags struct {
	URL        string `name:"url" help:"HTTP gateway for text messages, or log: for development, which writes codes to the log."`
	Secret     string `help:"Secret shared with the gateway; better given as MICROCOURT_SMS_SECRET."`
	SecretFile string `help:"File that holds the gateway's secret." type:"path"`
}

// sealFlags say how the record is sealed.
type sealFlags struct {
	Every   time.Duration `default:"1h" help:"The clock on which the record is sealed and a head is published."`
	Witness []string      `placeholder:"https://...,..." help:"Addresses to which each published head is sent by POST."`
	NewKey  bool          `help:"Go on with the key in the file where the record was sealed with another, which is lost. Publish both public keys."`
	TSA     []string      `name:"tsa" placeholder:"https://...,..." help:"Time-stamping authorities (RFC 3161) that stamp each published head."`
}

// witnesses are the places outside that get each head.
func (f sealFlags) witnesses() (all []store.Witness, err error) {
	names := map[string]bool{}
	add := func(w store.Witness, flag, address string, err error) error {
		if err != nil {
			return fmt.Errorf("%s %q: %w", flag, address, err)
		}
		if names[w.Name()] {
			return fmt.Errorf("%s %q: this host is named already", flag, address)
		}
		names[w.Name()] = true
		all = append(all, w)
		return nil
	}
	for _, address := range f.Witness {
		w, err := witness.NewHTTP(address)
		if err := add(w, "--seal-witness", address, err); err != nil {
			return nil, err
		}
	}
	for _, address := range f.TSA {
		w, err := witness.NewTSA(address)
		if err := add(w, "--seal-tsa", address, err); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// minSealEvery keeps the clock from being all that the program does.
const minSealEvery = 100 * time.Millisecond

type payFlags struct {
	URL        string `name:"url" help:"HTTP service through which people pay fees online."`
	Secret     string `help:"Secret shared with the payment service; better given as MICROCOURT_PAY_SECRET."`
	SecretFile string `help:"File that holds the payment service's secret." type:"path"`
}

// settings are the checked form of what serving was told.
type settings struct {
	listen, adminListen string // adminListen "" for none
	publicURL           string // without a slash at the end, "" where it is the address that is listened on
	court               string
	proxies             []netip.Prefix
	importToken         string
	blobs               string
	s3Secret            string
	smsSecret           string
	payments            hub.Payments // nil: nobody can pay online
	identity            hub.IdentityConfig
	filing              hub.FilingConfig
	caseSource          hub.CaseSource // nil: the case system only brings cases
	oidc                hub.OIDC       // nil: the court's own people sign in by password alone
	pushContact         string
	witnesses           []store.Witness
	links               []api.Link // to services outside, in the order of the page
}

// check looks at the configuration as a whole. Each error says what to do.
func (c *serveCmd) check() (s settings, err error) {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return s, fmt.Errorf("--listen %q is not an address: write HOST:PORT, such as 127.0.0.1:8080", c.Listen)
	}
	s.listen, s.court, s.blobs = c.Listen, c.CourtName, c.Blobs
	if c.AdminListen != "off" {
		if _, _, err := net.SplitHostPort(c.AdminListen); err != nil {
			return s, fmt.Errorf("--admin-listen %q is not an address: write HOST:PORT, or off", c.AdminListen)
		}
		s.adminListen = c.AdminListen
	}
	if c.Demo && !c.DemoPublic && !loopback(host) {
		return s, fmt.Errorf("--demo lets everybody sign in as anybody, so it doesn't listen on %s: use 127.0.0.1, or add --demo-public if you mean it", c.Listen)
	}
	if c.Demo && s.court == "" {
		s.court = demo.Court
	}
	if s.blobs == "" {
		s.blobs = filepath.Join(c.Data, "files")
	}
	if c.Redis != "" && !store.IsPostgreSQL(c.Database) {
		return s, errors.New("--redis connects several nodes, and those need --database postgres://... as well")
	}
	if c.DrainTimeout <= 0 {
		return s, errors.New("--drain-timeout must be longer than 0s")
	}
	if c.Seal.Every < minSealEvery {
		return s, fmt.Errorf("--seal-every must be at least %v; an hour is usual", minSealEvery)
	}
	if s.witnesses, err = c.Seal.witnesses(); err != nil {
		return s, err
	}
	if s.publicURL, err = publicURL(c.PublicURL); err != nil {
		return s, err
	}
	if s.links, err = c.Link.links(); err != nil {
		return s, err
	}
	if s.pushContact = c.PushContact; s.pushContact == "" {
		s.pushContact = s.publicURL
	}
	if c.PushContact != "" && !strings.HasPrefix(c.PushContact, "mailto:") && !strings.HasPrefix(c.PushContact, "https://") {
		return s, fmt.Errorf("--push-contact %q must be mailto:ADDRESS or https://HOST", c.PushContact)
	}
	if s.proxies, err = prefixes(c.TrustedProxies); err != nil {
		return s, err
	}
	if err := c.secrets(&s); err != nil {
		return s, err
	}
	if c.SMS.URL == "log:" && !loopback(host) {
		return s, errors.New("--sms-url log: writes sign-in codes to the log and is for development on 127.0.0.1 only: name a gateway")
	}
	return s, c.tlsFlags.check(s.publicURL)
}

func (c *serveCmd) secrets(s *settings) (err error) {
	if s.importToken, err = secret("--import-token", c.ImportToken, c.ImportTokenFile); err != nil {
		return err
	}
	if s.importToken != "" && len(s.importToken) < 16 {
		return errors.New("--import-token needs at least 16 characters: make one with openssl rand -hex 32")
	}
	if s.s3Secret, err = secret("--s3-secret", c.S3.Secret, c.S3.SecretFile); err != nil {
		return err
	}
	if s.smsSecret, err = secret("--sms-secret", c.SMS.Secret, c.SMS.SecretFile); err != nil {
		return err
	}
	caseSecret, err := secret("--case-system-secret", c.CaseSystemSecret, c.CaseSystemSecretFile)
	if err != nil {
		return err
	}
	if c.CaseSystemURL != "" {
		source, err := casesystem.New(c.CaseSystemURL, caseSecret)
		if err != nil {
			return fmt.Errorf("--case-system-url and --case-system-secret: %w", err)
		}
		s.caseSource = source
	}
	if s.oidc, err = c.OIDC.provider(s.publicURL); err != nil {
		return err
	}
	if s.filing, err = c.Filing.config(s.court, c.Demo); err != nil {
		return err
	}
	if s.identity, err = c.Identity.config(s.court); err != nil {
		return err
	}
	paySecret, err := secret("--pay-secret", c.Pay.Secret, c.Pay.SecretFile)
	if err != nil || c.Pay.URL == "" {
		return err
	}
	gateway, err := pay.NewGateway(c.Pay.URL, paySecret)
	if err != nil {
		return fmt.Errorf("--pay-url and --pay-secret: %w", err)
	}
	s.payments = gateway
	return nil
}

// secret gives a secret that was given itself or in a file.
func secret(flag, value, file string) (string, error) {
	if file == "" {
		return value, nil
	}
	if value != "" {
		return "", fmt.Errorf("%s and %s-file are both given: give one", flag, flag)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%s-file can't be read: %w", flag, err)
	}
	if value = strings.TrimSpace(string(text)); value == "" {
		return "", fmt.Errorf("%s-file %s is empty", flag, file)
	}
	return value, nil
}

func publicURL(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return "", fmt.Errorf("--public-url %q must be https://HOST without a path", text)
	}
	return u.Scheme + "://" + u.Host, nil
}

// prefixes reads networks; a single address is a network of one.
func prefixes(texts []string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, text := range texts {
		if addr, err := netip.ParseAddr(text); err == nil {
			all = append(all, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("--trusted-proxies: %q is not a network such as 10.0.0.0/8", text)
		}
		all = append(all, p.Masked())
	}
	return all, nil
}

// loopback reports whether only this machine reaches a host that is listened on.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// accounts says how people sign in.
func (c *serveCmd) accounts(s settings, log *slog.Logger) (hub.AccountConfig, error) {
	accounts := hub.AccountConfig{Demo: c.Demo, OIDC: s.oidc, OIDCOnly: c.OIDC.Only, Passkeys: c.passkeys(s, log)}
	switch c.SMS.URL {
	case "":
	case "log:":
		accounts.SMS = sms.NewOutbox(log)
	default:
		gateway, err := sms.NewGateway(c.SMS.URL, s.smsSecret)
		if err != nil {
			return accounts, fmt.Errorf("--sms-url and --sms-secret: %w", err)
		}
		accounts.SMS = gateway
	}
	return accounts, nil
}

// passkeys gives the site that passkeys are bound to: that of the public URL, or of a program that listens for its own machine alone. nil where its address has no name, or isn't
// secure: browsers have no passkeys there.
func (c *serveCmd) passkeys(s settings, log *slog.Logger) *passkey.Site {
	origin := s.publicURL
	if origin == "" {
		host, _, _ := net.SplitHostPort(s.listen)
		if !loopback(host) {
			log.Info("passkeys are off: they are bound to the name of a site; see --public-url")
			return nil
		}
		origin = "http://localhost:*"
		if c.tlsFlags.on() {
			origin = "https://localhost:*"
		}
	}
	site, err := passkey.New(origin, cmp.Or(s.court, "微法庭"))
	if err != nil {
		log.Warn("passkeys are off", "why", err)
	}
	return site
}

// Run serves until ctx ends, then stops without breaking anything off.
func (c *serveCmd) Run(ctx context.Context, s streams) error {
	checked, err := c.check()
	if err != nil {
		return err
	}
	log := c.logger(s.err)
	n, err := startNode(ctx, c, checked, log)
	if err != nil {
		return err
	}
	if c.Demo {
		demo.Print(s.out, n.urls()...)
	} else {
		fmt.Fprintf(s.out, "Microcourt %s serves %s\n", fullVersion(), strings.Join(n.urls(), " "))
	}
	var why error
	select {
	case <-ctx.Done():
	case why = <-n.failed:
	}
	return errors.Join(why, n.stop())
}

// demoPeople are shown for signing in, in a demonstration only.
func (c *serveCmd) demoPeople() []api.DemoPerson {
	if !c.Demo {
		return nil
	}
	return demo.People()
}
