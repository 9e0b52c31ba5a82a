package hub

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"microcourt/store"
	"microcourt/store/blob"
	"microcourt/store/blob/picture"
	"microcourt/store/court"
)

// MaxBindingProof bounds a picture that shows a binding, in bytes. The page makes photographs smaller.
const MaxBindingProof = 2 << 20

// ListBindings gives the organisations that the actor acts for, or has asked to.
type ListBindings struct{}

func (ListBindings) rule() rule { return rule{act: court.ActOrganisationBind} }

func (ListBindings) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) ([]store.Binding, error) {
	return h.store.Bindings(ctx, actor.PersonID)
}

// BindOrganisation asks to act for an organisation as one of its staff. People of the court look at the pictures: no register is connected that would know.
type BindOrganisation struct {
	Organisation court.Organisation
	Licence      []byte // JPEG, PNG or WebP
	Letter       []byte // that the organisation authorises the actor
}

func (BindOrganisation) rule() rule { return rule{act: court.ActOrganisationBind} }

func (b BindOrganisation) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Binding, error) {
	if err := b.Organisation.Check(); err != nil {
		return store.Binding{}, err
	}
	var proofs []store.BindingProof
	for _, p := range []struct {
		kind  string
		image []byte
	}{{"licence", b.Licence}, {"letter", b.Letter}} {
		mediaType, err := documentPicture(ctx, p.image, MaxBindingProof)
		if err != nil {
			return store.Binding{}, court.AsError(err).In(p.kind)
		}
		proofs = append(proofs, store.BindingProof{Kind: p.kind, Type: mediaType, Image: p.image})
	}
	return h.store.Bind(ctx, actor.PersonID, actor.SessionID, b.Organisation, proofs)
}

// documentPicture gives the type of a picture on which a document can be read, or says what is wrong with it.
func documentPicture(ctx context.Context, data []byte, most int) (mediaType string, err error) {
	if len(data) > most {
		return "", court.ErrTooLarge
	}
	mediaType = blob.Sniff(data)
	if !slices.Contains([]string{"image/jpeg", "image/png", "image/webp"}, mediaType) {
		return "", court.ErrFileType
	}
	look, err := picture.Look(ctx, bytes.NewReader(data))
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil || min(look.Width, look.Height) < minDocumentSide {
		return "", court.ErrCapture
	}
	return mediaType, nil
}

// UnbindOrganisation ends it.
type UnbindOrganisation struct{ ID string }

func (UnbindOrganisation) rule() rule { return rule{act: court.ActOrganisationBind} }

func (u UnbindOrganisation) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	return Nothing{}, h.store.Unbind(ctx, actor.PersonID, actor.SessionID, u.ID)
}

// QueueBindings gives those that wait for the court.
type QueueBindings struct{}

func (QueueBindings) rule() rule { return rule{act: court.ActOrganisationReview} }

func (QueueBindings) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) ([]store.Binding, error) {
	return h.store.BindingQueue(ctx)
}

// ReviewBinding opens one with its pictures. That somebody did is audited.
type ReviewBinding struct{ ID string }

func (ReviewBinding) rule() rule { return rule{act: court.ActOrganisationReview} }

// BindingReview is a binding before who decides it.
type BindingReview struct {
	store.Binding
	Proofs []store.BindingProof `json:"proofs" nullable:"false"`
}

func (r ReviewBinding) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*BindingReview, error) {
	b, proofs, err := h.store.LookAtBinding(ctx, r.ID, actor.by())
	return &BindingReview{b, append([]store.BindingProof{}, proofs...)}, err
}

// DecideBinding approves or refuses one, or takes an approval back.
type DecideBinding struct {
	ID        string
	Approve   bool
	Authority string
	Reason    string
}

func (DecideBinding) rule() rule { return rule{act: court.ActOrganisationReview} }

func (d DecideBinding) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Binding, error) {
	reason := strings.TrimSpace(d.Reason)
	switch {
	case utf8.RuneCountInString(reason) > maxDecision || !d.Approve && reason == "":
		return store.Binding{}, court.ErrInvalid.In("reason")
	case d.Approve && d.Authority != court.AuthorityGeneral && d.Authority != court.AuthoritySpecial:
		return store.Binding{}, court.ErrInvalid.In("authority")
	}
	if !d.Approve {
		d.Authority = ""
	}
	b, err := h.store.DecideBinding(ctx, store.BindingDecision{ID: d.ID, By: actor.by(), Approve: d.Approve, Authority: d.Authority, Reason: reason})
	if err != nil {
		return b, err
	}
	phone, err := h.store.PhoneOf(ctx, b.PersonID)
	if err != nil && !errors.Is(err, court.ErrNotFound) {
		return b, err
	}
	h.tellPhone(ctx, phone, "【微法庭】您的单位绑定申请已有结果，请登录微法庭查看。")
	return b, nil
}
