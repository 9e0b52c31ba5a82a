package hub

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"microcourt/hub/sms"
	"microcourt/store"
	"microcourt/store/court"
)

// SendCode sends a sign-in code to a phone. The answer is the same whether anybody has the number or not.
type SendCode struct{ Phone string }

// CodeSent says how long the code holds, and when another can be asked for.
type CodeSent struct {
	ExpiresInS int    `json:"expires_in_s"`
	RetryInS   int    `json:"retry_in_s"`
	DemoCode   string `json:"demo_code,omitempty" doc:"the code itself, in a demonstration only"`
}

func (SendCode) rule() rule { return rule{act: court.ActSignInCode} }

func (c SendCode) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (CodeSent, error) {
	return h.sendCode(ctx, actor, c.Phone)
}

func (h *Hub) sendCode(ctx context.Context, actor Actor, phone string) (CodeSent, error) {
	cfg := h.accounts.cfg
	if cfg.SMS == nil && !cfg.Demo {
		return CodeSent{}, court.ErrSMSUnavailable
	}
	if err := h.accounts.codes.take(actor.Address, h.now()); err != nil {
		return CodeSent{}, err
	}
	code, err := h.store.CreateSignInCode(ctx, phone, cfg.Codes)
	if err != nil {
		return CodeSent{}, err
	}
	if cfg.SMS != nil {
		if err := cfg.SMS.Send(ctx, code.Phone, codeText(code.Code, actor.Lang, cfg.Codes.Life)); err != nil {
			return CodeSent{}, h.codeNotSent(ctx, code, err)
		}
	}
	sent := CodeSent{ExpiresInS: int(cfg.Codes.Life / time.Second), RetryInS: int(cfg.Codes.Pause / time.Second)}
	if cfg.Demo {
		sent.DemoCode = code.Code
	}
	return sent, nil
}

// codeNotSent takes the code back and says honestly what happened (promise P8).
func (h *Hub) codeNotSent(ctx context.Context, code store.SignInCode, cause error) error {
	if err := h.store.VoidSignInCode(context.WithoutCancel(ctx), code.ID); err != nil {
		return err
	}
	if errors.Is(cause, sms.ErrNumber) {
		return court.ErrPhone.In("phone")
	}
	h.log.Error("a sign-in code was not sent", "err", cause)
	return court.ErrSMSUnavailable
}

func codeText(code, lang string, life time.Duration) string {
	minutes := int(life / time.Minute)
	if lang == "en" {
		return fmt.Sprintf("[Microcourt] Your code is %s, valid for %d minutes. The court never asks you for it.", code, minutes)
	}
	return fmt.Sprintf("【微法庭】验证码%s，%d分钟内有效。法院工作人员不会向您索要验证码，请勿告诉他人。", code, minutes)
}

// SignInByCode signs in whoever got the code.
type SignInByCode struct{ Phone, Code, Device string }

func (SignInByCode) rule() rule { return rule{act: court.ActSignInPhone} }

func (s SignInByCode) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (SignedIn, error) {
	if err := h.accounts.guesses.take(actor.Address, h.now()); err != nil {
		return SignedIn{}, err
	}
	session, token, err := h.store.SignInByCode(ctx, s.Phone, plainDigits(s.Code), h.accounts.cfg.Codes, actor.sessionData(s.Device))
	if err != nil {
		return SignedIn{}, err
	}
	return h.signedIn(ctx, session, token)
}

// plainDigits makes plain digits of what a Chinese keyboard may have written, and drops spaces.
func plainDigits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == ' ' || r == '\u3000':
			return -1
		}
		return r
	}, s)
}
