package hub

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/proofing"
)

// ListProofings gives the review desk's queue.
type ListProofings struct {
	Cursor store.Place
	Limit  int
}

func (ListProofings) rule() rule { return rule{act: court.ActProofingReview} }

// ProofingQueue is a page of the queue.
type ProofingQueue struct {
	Rows  []store.QueuedProofing
	Next  store.Place
	Total int
}

func (l ListProofings) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) (q ProofingQueue, err error) {
	if q.Total, err = h.store.ProofingsWaiting(ctx); err != nil {
		return q, err
	}
	q.Rows, q.Next, err = h.store.ProofingQueue(ctx, l.Cursor, l.Limit)
	return q, err
}

// ReviewProofing opens a proofing on the review desk. That somebody did is audited.
type ReviewProofing struct{ ID string }

func (ReviewProofing) rule() rule { return rule{act: court.ActProofingReview} }

// ProofingReview is a proofing before those who decide it.
type ProofingReview struct {
	*store.ReviewedProofing
	Minor     bool
	TwoNeeded bool // another member of staff has to approve too
}

func (r ReviewProofing) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*ProofingReview, error) {
	p, err := h.store.LookAtProofing(ctx, r.ID, actor.by())
	if err != nil {
		return nil, err
	}
	taken := p.Facts.Taken || p.Known != nil && !p.Known.Self && p.Known.SignedIn
	return &ProofingReview{ReviewedProofing: p, Minor: p.Facts.Minor(h.today()), TwoNeeded: h.identities.Second.Two(taken)}, nil
}

// ReadProofingFile gives a picture, video or capture of a proofing that was handed in. That somebody did is audited.
type ReadProofingFile struct{ ID, File string }

func (ReadProofingFile) rule() rule { return rule{act: court.ActProofingReview} }

// ProofingContent is a file in clear.
type ProofingContent struct {
	store.ProofingFile
	Data []byte
}

func (r ReadProofingFile) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*ProofingContent, error) {
	if h.files == nil {
		return nil, court.ErrUnavailable
	}
	if _, err := h.store.LookAtProofing(ctx, r.ID, actor.by()); err != nil {
		return nil, err
	}
	file, data, err := h.files.OpenProofingFile(ctx, r.ID, r.File)
	return &ProofingContent{file, data}, err
}

// DecideProofing approves or refuses.
type DecideProofing struct {
	ID      string
	Approve bool
	Reason  string // told to the person; a refusal needs one
}

func (DecideProofing) rule() rule { return rule{act: court.ActProofingReview} }

// maxDecision bounds a reason, in characters.
const maxDecision = 500

// tellTimeout bounds telling somebody of a decision.
const tellTimeout = 10 * time.Second

func (d DecideProofing) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (proofing.State, error) {
	reason := strings.TrimSpace(d.Reason)
	if utf8.RuneCountInString(reason) > maxDecision || !d.Approve && reason == "" {
		return "", court.ErrInvalid.In("reason")
	}
	done, err := h.store.DecideProofing(ctx, store.ProofingDecision{ID: d.ID, By: actor.by(), Approve: d.Approve, Reason: reason, Second: h.identities.Second})
	if err != nil {
		return "", err
	}
	h.tellDecided(ctx, done)
	return done.State, nil
}

// tellDecided sends a text message to whom it concerns, without names or numbers in it. Where none can be sent the page tells it.
func (h *Hub) tellDecided(ctx context.Context, d store.Decided) {
	switch d.State {
	case proofing.Approved:
		h.tellPhone(ctx, d.Phone, inLanguage(d.Lang, "【微法庭】您的身份验证已通过，请重新打开微法庭办理。", "[Microcourt] Your identity is verified. Please open Microcourt to go on."))
	case proofing.Refused:
		h.tellPhone(ctx, d.Phone, inLanguage(d.Lang, "【微法庭】您的身份验证未通过，原因请登录微法庭查看，可以重新提交。", "[Microcourt] Your identity could not be verified. Please open Microcourt to see why; you can hand it in anew."))
	}
	h.tellPhoneChanged(ctx, d.OldPhone, d.Lang)
}

// tellPhoneChanged warns the number that an account was known by before; "" is nobody's.
func (h *Hub) tellPhoneChanged(ctx context.Context, before, lang string) {
	h.tellPhone(ctx, before, inLanguage(lang, "【微法庭】您的账号已改用新的手机号登录。如果不是您本人办理，请立即联系法院。",
		"[Microcourt] Your account now signs in with another phone number. If that wasn't you, please call the court at once."))
}

// tellPhone sends a text message where that is set up. That it could not be sent is logged alone: what it tells of has happened.
func (h *Hub) tellPhone(ctx context.Context, phone, text string) {
	sms := h.accounts.cfg.SMS
	if sms == nil || phone == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tellTimeout)
	defer cancel()
	if err := sms.Send(ctx, phone, text); err != nil {
		h.log.Warn("a change of an account was not told by text message", "err", err)
	}
}

func inLanguage(lang, zh, en string) string {
	if lang == "en" {
		return en
	}
	return zh
}
