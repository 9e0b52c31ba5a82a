package hub

import (
	"context"
	"slices"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/proofing"
)

// ReadIdentity gives the actor's own identity, and how far its proof is.
type ReadIdentity struct{}

func (ReadIdentity) rule() rule { return rule{act: court.ActProofing} }

func (ReadIdentity) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Identity, error) {
	return h.identity(ctx, actor.PersonID)
}

// ReadIdentityText gives a text that is agreed to on the way.
type ReadIdentityText struct{ Key string }

func (ReadIdentityText) rule() rule { return rule{act: court.ActProofing} }

func (r ReadIdentityText) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (NoticeText, error) {
	return h.identityText(ctx, actor.PersonID, r.Key)
}

// StartProofing begins a proof of the actor's identity, or goes on with the one that was begun.
type StartProofing struct{}

func (StartProofing) rule() rule { return rule{act: court.ActProofing} }

func (StartProofing) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*ProofingView, error) {
	p, err := h.store.StartProofing(ctx, actor.PersonID, actor.SessionID)
	return h.proofingView(p), err
}

// WithdrawProofing ends it. Pictures are removed at once.
type WithdrawProofing struct{}

func (WithdrawProofing) rule() rule { return rule{act: court.ActProofing} }

func (WithdrawProofing) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	return Nothing{}, h.store.WithdrawProofing(ctx, actor.PersonID, actor.SessionID)
}

func (h *Hub) changeProofing(ctx context.Context, actor Actor, change func(f *proofing.Facts, now int64) error) (*ProofingView, error) {
	p, err := h.store.ChangeProofing(ctx, actor.PersonID, actor.SessionID, func(p *store.Proofing, now int64) error { return change(&p.Facts, now) })
	if err != nil {
		return nil, err
	}
	return h.proofingView(p), nil
}

// AgreeToText agrees to a text exactly as it was shown.
type AgreeToText struct{ Key, Version, SHA256 string }

func (AgreeToText) rule() rule { return rule{act: court.ActProofing} }

func (a AgreeToText) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*ProofingView, error) {
	text, err := h.identityText(ctx, actor.PersonID, a.Key)
	if err != nil {
		return nil, err
	}
	if a.Version != text.Version || a.SHA256 != text.SHA256 {
		return nil, court.ErrNoticeChanged
	}
	return h.changeProofing(ctx, actor, func(f *proofing.Facts, now int64) error {
		agreed := &proofing.Agreed{Version: a.Version, SHA256: a.SHA256, At: now}
		switch a.Key {
		case court.NoticeRules:
			f.Rules = agreed
		case court.NoticeFaceConsent:
			f.FaceConsent = agreed
		default:
			f.Notice = agreed
		}
		return nil
	})
}

// SayDocument says who the actor is and by which document.
type SayDocument struct{ Document proofing.Document }

func (SayDocument) rule() rule { return rule{act: court.ActProofing} }

func (s SayDocument) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*ProofingView, error) {
	return h.changeProofing(ctx, actor, func(f *proofing.Facts, _ int64) error {
		if f.Rules == nil {
			return court.ErrProofingStep
		}
		return f.Say(s.Document, h.today())
	})
}

// ConfirmProofingPhone counts the code that was answered in this session.
type ConfirmProofingPhone struct{}

func (ConfirmProofingPhone) rule() rule { return rule{act: court.ActProofing} }

func (ConfirmProofingPhone) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*ProofingView, error) {
	at, err := h.store.CodeAt(ctx, actor.SessionID)
	if err != nil {
		return nil, err
	}
	return h.changeProofing(ctx, actor, func(f *proofing.Facts, now int64) error {
		if now-at > proofingPhoneAge.Milliseconds() {
			return court.ErrReverification
		}
		f.PhoneAt = at
		return nil
	})
}

// WishReview asks for review by a person, or no longer.
type WishReview struct{ On bool }

func (WishReview) rule() rule { return rule{act: court.ActProofing} }

func (w WishReview) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*ProofingView, error) {
	return h.changeProofing(ctx, actor, func(f *proofing.Facts, _ int64) error { f.Wish = w.On; return nil })
}

// minDocumentSide is the least side of a picture on which a document can be read, in pixels.
const minDocumentSide = 300

// KeepDocumentPhoto keeps a picture of the document, sealed; the newest of a kind counts.
type KeepDocumentPhoto struct {
	Kind proofing.FileKind
	Data []byte // JPEG, PNG or WebP
}

func (KeepDocumentPhoto) rule() rule { return rule{act: court.ActProofing} }

func (k KeepDocumentPhoto) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*ProofingView, error) {
	if h.files == nil {
		return nil, court.ErrUnavailable
	}
	if !slices.Contains(proofing.Photos, k.Kind) {
		return nil, court.ErrNotFound
	}
	mediaType, err := documentPicture(ctx, k.Data, store.MaxProofingFile)
	if err != nil {
		return nil, err
	}
	p, err := h.files.KeepProofingFile(ctx, actor.PersonID, actor.SessionID, k.Kind, mediaType, k.Data, nil)
	return h.proofingView(p), err
}

// TakeSignature counts the actor's signature on file as the one that the court's notice asks for.
type TakeSignature struct{}

func (TakeSignature) rule() rule { return rule{act: court.ActProofing} }

func (TakeSignature) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*ProofingView, error) {
	signature, err := h.store.SignatureOf(ctx, actor.PersonID)
	if err != nil {
		return nil, err
	}
	return h.changeProofing(ctx, actor, func(f *proofing.Facts, _ int64) error {
		if f.Notice == nil {
			return court.ErrProofingStep
		}
		f.SignatureID = signature.ID
		return nil
	})
}

// SubmitProofing hands it in. Where authorities are connected and say yes it is approved at once; else it waits for people of the court, for which pictures of the
// document may be wanted first: then it comes back open.
type SubmitProofing struct{}

func (SubmitProofing) rule() rule { return rule{act: court.ActProofing} }

func (SubmitProofing) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*ProofingView, error) {
	p, err := h.store.ProofingOf(ctx, actor.PersonID)
	if err != nil {
		return nil, err
	}
	if err := h.readyProofing(p); err != nil {
		return nil, err
	}
	if p.Facts.Reviewed(h.identities.providers(), h.today()) == "" {
		if p, err = h.askAuthorities(ctx, actor, p); err != nil {
			return nil, err
		}
		if h.readyProofing(p) != nil { // pictures of the document are wanted now
			return h.proofingView(p), nil
		}
	}
	p, err = h.store.SubmitProofing(ctx, actor.PersonID, actor.SessionID, func(p *store.Proofing, _ int64) error {
		if err := h.readyProofing(p); err != nil {
			return err
		}
		p.Reason, p.State = p.Facts.Reviewed(h.identities.providers(), h.today()), proofing.Review
		f := &p.Facts
		if p.Reason == "" && f.Authority != nil && f.Authority.Verdict == proofing.Yes && f.Comparison != nil && f.Comparison.Verdict == proofing.Yes {
			p.State = proofing.Approved
		} else if p.Reason == "" { // changed meanwhile, and nobody was asked about it
			return court.ErrProofingStep
		}
		return nil
	})
	return h.proofingView(p), err
}

func (h *Hub) readyProofing(p *store.Proofing) error {
	if p.State != proofing.Open {
		return court.ErrProofingState
	}
	if p.Facts.Next(p.Kinds(), h.identities.providers(), h.today()) != proofing.StepSubmit {
		return court.ErrProofingStep
	}
	return nil
}

// askAuthorities asks whose the document is, and whether the face is its holder's, and keeps what they say. One that doesn't answer leaves it to people.
func (h *Hub) askAuthorities(ctx context.Context, actor Actor, p *store.Proofing) (*store.Proofing, error) {
	d := *p.Facts.Document
	keep := func(note func(f *proofing.Facts, now int64)) (err error) {
		p, err = h.store.ChangeProofing(ctx, actor.PersonID, actor.SessionID, func(p *store.Proofing, now int64) error {
			if p.Facts.Document == nil || p.Facts.Document.IDNumber != d.IDNumber || p.Facts.Document.Name != d.Name || p.Facts.Document.IDType != d.IDType {
				return court.ErrProofingStep // it was about another
			}
			note(&p.Facts, now)
			return nil
		})
		return err
	}
	if p.Facts.Authority == nil {
		// Counted before it is asked: who breaks off the question has asked.
		if err := keep(func(f *proofing.Facts, _ int64) { f.Asked++ }); err != nil {
			return nil, err
		}
		answer, err := h.identities.Authority.Check(ctx, d.Name, d.IDType, d.IDNumber)
		if err != nil {
			h.log.Warn("an authority was not asked with success; people look instead", "err", err)
			answer = proofing.Answer{Verdict: proofing.Unsure}
		}
		if err := keep(func(f *proofing.Facts, now int64) { answer.At = now; f.Authority = &answer }); err != nil {
			return nil, err
		}
	}
	if p.Facts.Authority.Verdict != proofing.Yes {
		return p, nil
	}
	image, err := h.faceOf(ctx, p)
	if err != nil {
		return nil, err
	}
	answer, err := h.identities.Faces.Compare(ctx, d.Name, d.IDType, d.IDNumber, image)
	if err != nil {
		h.log.Warn("a face was not compared with success; people look instead", "err", err)
		answer = proofing.Answer{Verdict: proofing.Unsure}
	}
	err = keep(func(f *proofing.Facts, now int64) { answer.At = now; f.Comparison = &answer })
	return p, err
}
