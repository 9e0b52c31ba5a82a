package hub

import (
	"context"
	"errors"

	"microcourt/hub/oidc"
	"microcourt/store/court"
)

// OIDC is the court's identity provider. See package hub/oidc.
type OIDC interface {
	Begin(ctx context.Context) (address string, pending oidc.Pending, err error)
	Finish(ctx context.Context, pending oidc.Pending, state, code string) (login string, err error)
}

// StaffSignInWays says how the court's own people sign in.
type StaffSignInWays struct {
	Password bool
	OIDC     bool
}

// StaffSignInWays says how the court's own people sign in here.
func (h *Hub) StaffSignInWays() StaffSignInWays {
	cfg := &h.accounts.cfg
	return StaffSignInWays{Password: !cfg.OIDCOnly || cfg.OIDC == nil, OIDC: cfg.OIDC != nil}
}

// BeginOIDC sends one of the court's own people to the identity provider.
type BeginOIDC struct{}

func (BeginOIDC) rule() rule { return rule{act: court.ActSignInStaff} }

// OIDCBegun is where the browser goes, and what it keeps meanwhile.
type OIDCBegun struct {
	Address string
	Pending oidc.Pending
}

func (BeginOIDC) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (OIDCBegun, error) {
	p := h.accounts.cfg.OIDC
	if p == nil {
		return OIDCBegun{}, court.ErrNotFound
	}
	if err := h.accounts.guesses.take(actor.Address, h.now()); err != nil {
		return OIDCBegun{}, err
	}
	address, pending, err := p.Begin(ctx)
	return OIDCBegun{address, pending}, h.oidcError(err)
}

// FinishOIDC signs in whoever comes back from it: who has a staff account of that login which is not disabled.
type FinishOIDC struct {
	Pending             oidc.Pending
	State, Code, Device string
}

func (FinishOIDC) rule() rule { return rule{act: court.ActSignInStaff} }

func (f FinishOIDC) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (SignedIn, error) {
	p := h.accounts.cfg.OIDC
	if p == nil {
		return SignedIn{}, court.ErrNotFound
	}
	if err := h.accounts.guesses.take(actor.Address, h.now()); err != nil {
		return SignedIn{}, err
	}
	login, err := p.Finish(ctx, f.Pending, f.State, f.Code)
	if err != nil {
		return SignedIn{}, h.oidcError(err)
	}
	session, token, err := h.store.SignInStaffBy(ctx, normalLogin(login), "signed in by OIDC", actor.sessionData(f.Device))
	if err != nil {
		return SignedIn{}, err
	}
	return h.signedIn(ctx, session, token)
}

func (h *Hub) oidcError(err error) error {
	switch {
	case errors.Is(err, oidc.ErrRefused):
		h.log.Info("a sign-in by OIDC was refused", "err", err)
		return court.ErrCredentials
	case err != nil:
		h.log.Error("the identity provider of the court's people", "err", err)
		return court.ErrUnavailable
	}
	return nil
}
