package hub

import (
	"context"
	"crypto/subtle"
	"time"

	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"microcourt/store/court"
)

// totpPeriod is the step of RFC 6238 in seconds.
const totpPeriod = 30

// totpStep gives the time step that a code belongs to, or 0. One step before and after now is accepted: phones' clocks
// are not exact (RFC 6238, 6).
func totpStep(secret, code string, now time.Time) int64 {
	code = plainDigits(code)
	current := now.Unix() / totpPeriod
	for _, step := range []int64{current, current - 1, current + 1} {
		want, err := hotp.GenerateCode(secret, uint64(step))
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return step
		}
	}
	return 0
}

// BeginTOTP gives the actor a secret for their authenticator. The second step is on only after ConfirmTOTP.
type BeginTOTP struct{}

// TOTPSecret is shown once, as text and as the URI of a QR code.
type TOTPSecret struct {
	Secret string `json:"secret"`
	URI    string `json:"uri"`
}

func (BeginTOTP) rule() rule { return rule{act: court.ActTOTPSet} }

func (BeginTOTP) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (TOTPSecret, error) {
	st, err := h.store.StaffByPerson(ctx, actor.PersonID)
	if err != nil {
		return TOTPSecret{}, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Microcourt", AccountName: st.Login})
	if err != nil {
		return TOTPSecret{}, err
	}
	return TOTPSecret{key.Secret(), key.URL()}, h.store.BeginTOTP(ctx, actor.PersonID, key.Secret())
}

// ConfirmTOTP turns the second step on with a first code.
type ConfirmTOTP struct{ Code string }

func (ConfirmTOTP) rule() rule { return rule{act: court.ActTOTPSet} }

func (c ConfirmTOTP) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	return Nothing{}, h.setTOTP(ctx, actor, c.Code, true)
}

// RemoveTOTP turns the second step off, with a code.
type RemoveTOTP struct{ Code string }

func (RemoveTOTP) rule() rule { return rule{act: court.ActTOTPSet} }

func (r RemoveTOTP) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	return Nothing{}, h.setTOTP(ctx, actor, r.Code, false)
}

func (h *Hub) setTOTP(ctx context.Context, actor Actor, code string, on bool) error {
	st, err := h.store.StaffByPerson(ctx, actor.PersonID)
	if err != nil {
		return err
	}
	switch {
	case on && st.TOTP:
		return court.ErrTOTPOn
	case st.TOTPSecret == "" || !on && !st.TOTP:
		return court.ErrTOTPOff
	}
	limits := ownLimits(actor.PersonID)
	if err := h.store.BeginAttempt(ctx, limits); err != nil {
		return err
	}
	step := totpStep(st.TOTPSecret, code, h.now())
	if step <= st.TOTPStep {
		return court.ErrCode.In("code")
	}
	return h.store.SetTOTP(ctx, actor.PersonID, st.TOTPSecret, step, on, limits, actor.Address)
}
