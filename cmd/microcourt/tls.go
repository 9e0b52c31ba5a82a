package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/crypto/acme/autocert"
)

// tlsFlags say how connections are secured. Phones give a page camera and microphone only over HTTPS.
type tlsFlags struct {
	TLS          string   `name:"tls" enum:"off,self,auto" default:"off" help:"off: plain HTTP, behind a proxy or on this machine. self: a certificate of our own, for phones on the same network. auto: a certificate from Let's Encrypt, which comes to port 443 for it."`
	TLSCert      string   `name:"tls-cert" type:"path" help:"Certificate chain (PEM); read again when it changes."`
	TLSKey       string   `name:"tls-key" type:"path" help:"Its private key (PEM)."`
	AutocertHost []string `help:"Host names for --tls auto (default: that of --public-url)."`
	AutocertMail string   `name:"autocert-email" help:"Address that Let's Encrypt may write to."`
}

func (f *tlsFlags) check(publicURL string) error {
	if (f.TLSCert == "") != (f.TLSKey == "") {
		return errors.New("--tls-cert and --tls-key belong together: give both")
	}
	if f.TLSCert != "" && f.TLS != "off" {
		return errors.New("--tls-cert is a certificate already: leave --tls away")
	}
	if f.TLS != "auto" {
		return nil
	}
	if len(f.AutocertHost) == 0 {
		u, err := url.Parse(publicURL)
		if err != nil || u.Hostname() == "" {
			return errors.New("--tls auto needs to know the host's name: give --autocert-host or --public-url")
		}
		f.AutocertHost = []string{u.Hostname()}
	}
	return nil
}

func (f *tlsFlags) on() bool { return f.TLS != "off" || f.TLSCert != "" }

// tlsConfig gives the server's TLS configuration, nil for plain HTTP. Certificates that we make or get are kept in the data folder.
func (f *tlsFlags) tlsConfig(data string) (*tls.Config, error) {
	switch {
	case f.TLSCert != "":
		pair := &keyPair{cert: f.TLSCert, key: f.TLSKey}
		if _, err := pair.get(nil); err != nil {
			return nil, fmt.Errorf("--tls-cert and --tls-key can't be used: %w", err)
		}
		return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: pair.get, NextProtos: []string{"h2", "http/1.1"}}, nil
	case f.TLS == "self":
		pair := &keyPair{cert: filepath.Join(data, "tls", "self.crt"), key: filepath.Join(data, "tls", "self.key")}
		if err := pair.ensureSelfSigned(time.Now()); err != nil {
			return nil, fmt.Errorf("--tls self: %w", err)
		}
		return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: pair.get, NextProtos: []string{"h2", "http/1.1"}}, nil
	case f.TLS == "auto":
		manager := &autocert.Manager{
			Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(filepath.Join(data, "tls", "auto")),
			HostPolicy: autocert.HostWhitelist(f.AutocertHost...), Email: f.AutocertMail,
		}
		cfg := manager.TLSConfig()
		cfg.MinVersion = tls.VersionTLS12
		return cfg, nil
	}
	return nil, nil
}

// keyPair is a certificate with its key in two files, read again when the certificate's file changes, so that a renewed one needs no restart.
type keyPair struct {
	cert, key string

	mu      sync.Mutex
	loaded  *tls.Certificate
	changed time.Time // of the file that was loaded
	looked  time.Time
}

// lookAgain is how often the files are looked at.
const lookAgain = 30 * time.Second

func (p *keyPair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if p.loaded != nil && now.Sub(p.looked) < lookAgain {
		return p.loaded, nil
	}
	p.looked = now
	info, err := os.Stat(p.cert)
	if err == nil && p.loaded != nil && info.ModTime().Equal(p.changed) {
		return p.loaded, nil
	}
	var pair tls.Certificate
	if err == nil {
		pair, err = tls.LoadX509KeyPair(p.cert, p.key)
	}
	if err != nil {
		if p.loaded != nil { // half of a renewal is there: the old one serves until the other half is
			return p.loaded, nil
		}
		return nil, err
	}
	p.loaded, p.changed = &pair, info.ModTime()
	return p.loaded, nil
}

// selfSignedLife is what phones accept at most.
const selfSignedLife = 397 * 24 * time.Hour

// ensureSelfSigned makes a certificate for this machine's names and addresses, unless there is one that still holds for them.
func (p *keyPair) ensureSelfSigned(now time.Time) error {
	names, addresses := ownNames()
	if current, err := tls.LoadX509KeyPair(p.cert, p.key); err == nil && holdsFor(current.Leaf, names, addresses, now) {
		return nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "Microcourt on " + names[0]},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(selfSignedLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, DNSNames: names, IPAddresses: addresses,
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	keyBytes, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(p.cert), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(p.key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyBytes}), 0o600); err != nil {
		return err
	}
	return os.WriteFile(p.cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}), 0o644)
}

func holdsFor(cert *x509.Certificate, names []string, addresses []net.IP, now time.Time) bool {
	if cert == nil || now.Add(7*24*time.Hour).After(cert.NotAfter) {
		return false
	}
	for _, name := range names {
		if cert.VerifyHostname(name) != nil {
			return false
		}
	}
	for _, ip := range addresses {
		if cert.VerifyHostname(ip.String()) != nil {
			return false
		}
	}
	return true
}

// ownNames gives the names and addresses under which this machine can be reached in its own network.
func ownNames() (names []string, addresses []net.IP) {
	names = []string{"localhost"}
	if host, err := os.Hostname(); err == nil && host != "localhost" {
		names = append(names, host)
	}
	addresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	all, _ := net.InterfaceAddrs()
	for _, a := range all {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() && !n.IP.IsLinkLocalUnicast() {
			addresses = append(addresses, n.IP)
		}
	}
	return names, addresses
}

// secureOnly tells browsers never to come by plain HTTP again, where the certificate is one that they trust.
func secureOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		next.ServeHTTP(w, r)
	})
}
