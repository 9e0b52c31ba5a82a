// Package oidc signs the court's own people in through its identity provider (OpenID Connect Core 1.0, authorization code flow with PKCE, RFC 7636).
package oidc

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Errors of signing in. None of them tells a token.
var (
	// ErrUnavailable: the provider doesn't answer, or not as the standard says.
	ErrUnavailable = errors.New("oidc: the identity provider is not available")
	// ErrRefused: what came back is not the answer to what was asked, or nobody signed in.
	ErrRefused = errors.New("oidc: the sign-in was refused")
)

// Config names the provider and us.
type Config struct {
	Issuer   string // https, or http on this machine
	ClientID string
	Secret   string
	Redirect string // our address that the provider sends the browser back to
	Claim    string // of the ID token that holds the login of a staff account; "" means preferred_username
}

// Provider is a court's identity provider.
type Provider struct {
	cfg    Config
	client *http.Client

	mu       sync.Mutex
	found    *oidc.Provider // nil until it has answered once: it may be away when we start
	verifier *oidc.IDTokenVerifier
}

const timeout = 10 * time.Second

// New checks the settings.
func New(cfg Config) (*Provider, error) {
	u, err := url.Parse(cfg.Issuer)
	if err != nil || u.Host == "" {
		return nil, errors.New("oidc: the issuer is not a URL")
	}
	local := u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1"
	if u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return nil, errors.New("oidc: the issuer must be https")
	}
	if cfg.ClientID == "" {
		return nil, errors.New("oidc: the client id is missing")
	}
	if cfg.Claim == "" {
		cfg.Claim = "preferred_username"
	}
	return &Provider{cfg: cfg, client: &http.Client{Timeout: timeout}}, nil
}

// Pending is a sign-in under way. The browser holds it, and nobody else.
type Pending struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
}

// Begin gives where the browser goes, and what it has to bring back.
func (p *Provider) Begin(ctx context.Context) (address string, pending Pending, err error) {
	found, _, err := p.discovered(ctx)
	if err != nil {
		return "", Pending{}, err
	}
	pending = Pending{State: random(), Nonce: random(), Verifier: oauth2.GenerateVerifier()}
	return p.oauth(found).AuthCodeURL(pending.State, oidc.Nonce(pending.Nonce), oauth2.S256ChallengeOption(pending.Verifier)), pending, nil
}

// Finish takes the code that the browser brought back with state, and gives the login of who signed in.
func (p *Provider) Finish(ctx context.Context, pending Pending, state, code string) (login string, err error) {
	if pending.State == "" || subtle.ConstantTimeCompare([]byte(pending.State), []byte(state)) != 1 || code == "" {
		return "", ErrRefused
	}
	found, verifier, err := p.discovered(ctx)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, p.client), timeout)
	defer cancel()
	token, err := p.oauth(found).Exchange(ctx, code, oauth2.VerifierOption(pending.Verifier))
	var said *oauth2.RetrieveError
	if errors.As(err, &said) && said.Response != nil && said.Response.StatusCode < 500 {
		return "", fmt.Errorf("%w: the code was not taken: %s", ErrRefused, said.ErrorCode)
	}
	if err != nil {
		return "", ErrUnavailable // its text may hold the answer, and with it a token
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := verifier.Verify(ctx, raw)
	if err != nil {
		return "", fmt.Errorf("%w: the ID token can't be believed", ErrRefused)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(pending.Nonce)) != 1 {
		return "", fmt.Errorf("%w: the ID token is of another sign-in", ErrRefused)
	}
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return "", fmt.Errorf("%w: the claims can't be read", ErrRefused)
	}
	login, _ = claims[p.cfg.Claim].(string)
	if login == "" {
		return "", fmt.Errorf("%w: the ID token has no %s", ErrRefused, p.cfg.Claim)
	}
	return login, nil
}

func (p *Provider) oauth(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: p.cfg.ClientID, ClientSecret: p.cfg.Secret, Endpoint: found.Endpoint(), RedirectURL: p.cfg.Redirect, Scopes: []string{oidc.ScopeOpenID, "profile"}}
}

// discovered asks the provider once what it is like. Its keys are fetched anew by themselves when they change.
func (p *Provider) discovered(ctx context.Context) (*oidc.Provider, *oidc.IDTokenVerifier, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, p.verifier, nil
	}
	ctx, cancel := context.WithTimeout(oidc.ClientContext(context.WithoutCancel(ctx), p.client), timeout)
	defer cancel()
	found, err := oidc.NewProvider(ctx, p.cfg.Issuer)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	p.found, p.verifier = found, found.VerifierContext(oidc.ClientContext(context.Background(), p.client), &oidc.Config{ClientID: p.cfg.ClientID})
	return p.found, p.verifier, nil
}

func random() string {
	b := make([]byte, 24)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}
