package hub

import (
	"context"

	"microcourt/store"
	"microcourt/store/court"
)

// ReadAddress gives somebody's address for service with all its versions, and the text that goes with confirming one: the actor's own, or for the
// court anybody's.
type ReadAddress struct{ CaseID, Participant string }

// AddressForService is where and how somebody is served.
type AddressForService struct {
	Participant string                   `json:"participant"`
	Notice      NoticeText               `json:"notice" doc:"to be shown before confirming"`
	Current     *store.ConfirmedAddress  `json:"current" doc:"the version that counts; null where none was ever given"`
	Versions    []store.ConfirmedAddress `json:"versions" nullable:"false" doc:"the newest first"`
}

func (r ReadAddress) rule() rule { return rule{act: court.ActAddressRead, caseID: r.CaseID} }

func (r ReadAddress) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (*AddressForService, error) {
	if r.Participant == "" && !st.Role.OfCourt() {
		r.Participant = st.ParticipantID
	}
	if r.Participant != st.ParticipantID && !st.Role.OfCourt() || r.Participant == "" {
		return nil, court.ErrNotFound
	}
	a := &AddressForService{Participant: r.Participant}
	var err error
	if a.Notice, err = h.textFor(ctx, r.CaseID, court.NoticeServiceAddress, actor); err != nil {
		return nil, err
	}
	if a.Versions, err = h.store.Addresses(ctx, r.CaseID, r.Participant); err != nil {
		return nil, err
	}
	if len(a.Versions) > 0 {
		a.Current = &a.Versions[0]
	} else {
		a.Versions = []store.ConfirmedAddress{}
	}
	return a, nil
}

// ConfirmAddress confirms the actor's own address for service, signed with the signature on file under exactly the notice that was shown.
type ConfirmAddress struct {
	CaseID, ID                  string
	Address                     court.ServiceAddress
	NoticeVersion, NoticeSHA256 string
}

func (c ConfirmAddress) rule() rule { return rule{act: court.ActAddressConfirm, caseID: c.CaseID} }

func (c ConfirmAddress) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	text, err := h.textFor(ctx, c.CaseID, court.NoticeServiceAddress, actor)
	if err != nil {
		return store.Appended{}, err
	}
	if c.NoticeVersion != text.Version || c.NoticeSHA256 != text.SHA256 {
		return store.Appended{}, court.ErrNoticeChanged
	}
	sig, err := h.store.SignatureOf(ctx, actor.PersonID)
	if err != nil {
		return store.Appended{}, err
	}
	return h.store.ConfirmAddress(ctx, store.AddressConfirmation{RoomAct: actor.roomAct(c.CaseID, c.ID), Basis: court.ConsentConfirmed, Address: c.Address,
		NoticeVersion: c.NoticeVersion, NoticeSHA256: c.NoticeSHA256, Signature: sig.ID})
}

// RecordAddress notes an address that somebody signed for on paper, or a consent that was given without one.
type RecordAddress struct {
	CaseID, ID, Participant string
	Basis                   court.ConsentBasis
	Address                 court.ServiceAddress
	Note                    string
}

func (r RecordAddress) rule() rule {
	return rule{act: court.ActAddressRecord, caseID: r.CaseID, inRecord: true}
}

func (r RecordAddress) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	if r.Basis != court.ConsentPaper && r.Basis != court.ConsentAgreed {
		return store.Appended{}, court.ErrInvalid.In("basis")
	}
	return h.store.ConfirmAddress(ctx, store.AddressConfirmation{RoomAct: actor.roomAct(r.CaseID, r.ID), Participant: r.Participant, Basis: r.Basis,
		Address: r.Address, Note: r.Note})
}
