package main

import (
	"errors"
	"fmt"

	"microcourt/hub"
	"microcourt/hub/idcheck"
	"microcourt/hub/oidc"
	"microcourt/store/court/proofing"
)

// identityFlags say who looks when people prove who they are: outside services, or people of the court.
type identityFlags struct {
	URL            string `name:"url" help:"HTTP service that knows whose a document is; without it people of the court look."`
	Secret         string `help:"Secret shared with it; better given as MICROCOURT_IDENTITY_SECRET."`
	SecretFile     string `help:"File that holds that secret." type:"path"`
	FaceURL        string `name:"face-url" help:"HTTP service that compares a face with a document's holder; without it people of the court look."`
	FaceSecret     string `help:"Secret shared with it; better given as MICROCOURT_IDENTITY_FACE_SECRET."`
	FaceSecretFile string `help:"File that holds that secret." type:"path"`
	Second         string `enum:"never,taken,always" default:"taken" help:"When two members of staff have to approve: never, taken (an account would pass to another phone, or a verified name or document change), always."`
}

func (f *identityFlags) config(courtName string) (hub.IdentityConfig, error) {
	c := hub.IdentityConfig{Second: proofing.SecondLook(f.Second), Court: courtName}
	key, err := secret("--identity-secret", f.Secret, f.SecretFile)
	if err != nil {
		return c, err
	}
	if f.URL != "" {
		authority, err := idcheck.NewAuthority(f.URL, key)
		if err != nil {
			return c, fmt.Errorf("--identity-url and --identity-secret: %w", err)
		}
		c.Authority = authority
	}
	if key, err = secret("--identity-face-secret", f.FaceSecret, f.FaceSecretFile); err != nil {
		return c, err
	}
	if f.FaceURL != "" {
		faces, err := idcheck.NewFaces(f.FaceURL, key)
		if err != nil {
			return c, fmt.Errorf("--identity-face-url and --identity-face-secret: %w", err)
		}
		c.Faces = faces
	}
	return c, nil
}

// oidcFlags say how the court's own people sign in through its identity provider.
type oidcFlags struct {
	Issuer     string `help:"OpenID Connect issuer through which the court's own people sign in; needs --public-url."`
	ClientID   string `name:"client-id" help:"Our client id there. The redirect address is PUBLIC-URL/api/v1/auth/oidc/callback."`
	Secret     string `help:"Our client secret there; better given as MICROCOURT_OIDC_SECRET."`
	SecretFile string `help:"File that holds it." type:"path"`
	Claim      string `default:"preferred_username" help:"Claim of the ID token that holds the login of a staff account."`
	Only       bool   `help:"Let the court's own people sign in by it alone, and by no password."`
}

func (f *oidcFlags) provider(publicURL string) (hub.OIDC, error) {
	key, err := secret("--oidc-secret", f.Secret, f.SecretFile)
	if err != nil {
		return nil, err
	}
	if f.Issuer == "" {
		if f.Only {
			return nil, errors.New("--oidc-only needs --oidc-issuer")
		}
		return nil, nil
	}
	if publicURL == "" {
		return nil, errors.New("--oidc-issuer needs --public-url, to which the provider leads people back")
	}
	p, err := oidc.New(oidc.Config{Issuer: f.Issuer, ClientID: f.ClientID, Secret: key, Redirect: publicURL + "/api/v1/auth/oidc/callback", Claim: f.Claim})
	if err != nil {
		return nil, fmt.Errorf("--oidc-issuer and --oidc-client-id: %w", err)
	}
	return p, nil
}
