package hub

import (
	"context"
	"time"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// SummonWitness gives a witness a seat in a hearing, by name and phone number.
type SummonWitness struct{ CaseID, ID, Hearing, Name, Phone, Standing string }

// GuestSeat names what came of an invitation.
type GuestSeat struct {
	ID string `json:"id" doc:"a witness's seat; an observer's id"`
}

func (s SummonWitness) rule() rule {
	return rule{act: court.ActGuestInvite, caseID: s.CaseID, inRecord: true}
}

func (s SummonWitness) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (GuestSeat, error) {
	id, err := h.store.SummonWitness(ctx, store.GuestInvitation{RoomAct: actor.roomAct(s.CaseID, s.ID), Hearing: s.Hearing, Name: s.Name, Phone: s.Phone, Standing: s.Standing})
	return GuestSeat{id}, err
}

// InviteObserver lets somebody watch a public hearing.
type InviteObserver struct{ CaseID, Hearing, Name, Phone string }

func (i InviteObserver) rule() rule {
	return rule{act: court.ActGuestInvite, caseID: i.CaseID, inRecord: true}
}

func (i InviteObserver) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (GuestSeat, error) {
	id, err := h.store.InviteObserver(ctx, store.GuestInvitation{RoomAct: actor.roomAct(i.CaseID, ""), Hearing: i.Hearing, Name: i.Name, Phone: i.Phone})
	return GuestSeat{id}, err
}

// RemoveObserver has somebody watch no longer.
type RemoveObserver struct{ CaseID, Hearing, Observer string }

func (r RemoveObserver) rule() rule {
	return rule{act: court.ActGuestInvite, caseID: r.CaseID, inRecord: true}
}

func (r RemoveObserver) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	return Nothing{}, h.store.RemoveObserver(ctx, actor.roomAct(r.CaseID, ""), r.Hearing, r.Observer)
}

// Guests are a hearing's guests, and how many of them watch.
type Guests struct {
	Guests   []store.Guest `json:"guests" nullable:"false"`
	Watching int           `json:"watching" doc:"observers who are there now"`
}

// ListGuests gives them to the court.
type ListGuests struct{ CaseID, Hearing string }

func (l ListGuests) rule() rule { return rule{act: court.ActGuestInvite, caseID: l.CaseID} }

func (l ListGuests) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) (Guests, error) {
	s, err := h.hearingIn(ctx, l.CaseID, l.Hearing)
	if err != nil {
		return Guests{}, err
	}
	list, err := h.store.Guests(ctx, l.CaseID, l.Hearing)
	g := Guests{Guests: append([]store.Guest{}, list...)}
	for i := range list {
		if list[i].Role == court.RoleObserver && list[i].Here() && !s.Status.Over() {
			g.Watching++
		}
	}
	return g, err
}

// ReadRules gives a guest the rules of a hearing. They name neither case nor cause.
type ReadRules struct{ Hearing string }

func (r ReadRules) rule() rule { return rule{act: court.ActGuestAccept, hearing: r.Hearing} }

func (r ReadRules) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (NoticeText, error) {
	text, err := h.rulesFor(ctx, r.Hearing)
	if err == nil {
		text.AcceptedAt, err = h.store.RulesAcceptedAt(ctx, r.Hearing, actor.PersonID, text.Version)
	}
	return text, err
}

func (h *Hub) rulesFor(ctx context.Context, hearingID string) (NoticeText, error) {
	s, caseID, err := h.store.HearingState(ctx, hearingID)
	if err != nil {
		return NoticeText{}, err
	}
	words := hearingWords(s)
	words["case_no"] = "本案"
	words["phone"], err = h.store.CasePhone(ctx, caseID)
	n := h.notices[court.NoticeHearing]
	text, sum := n.Fill(words)
	return NoticeText{Key: n.Key, Title: n.Title, Version: n.Version, SHA256: sum, Text: text, Confirm: n.Confirm}, err
}

// hearingWords are what the rules of a hearing say of it.
func hearingWords(s *hearing.State) map[string]string {
	words := map[string]string{"hearing_time": time.UnixMilli(s.At).In(courtZone).Format("2006年1月2日15时04分")}
	if p := s.Seat(s.Presiding); p != nil {
		words["judge"] = p.Standing + p.Name
	}
	return words
}

// AcceptRules records that a guest has accepted them exactly as they were shown.
type AcceptRules struct{ Hearing, Version, SHA256 string }

func (a AcceptRules) rule() rule { return rule{act: court.ActGuestAccept, hearing: a.Hearing} }

func (a AcceptRules) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	text, err := h.rulesFor(ctx, a.Hearing)
	if err != nil {
		return Nothing{}, err
	}
	if a.Version != text.Version || a.SHA256 != text.SHA256 {
		return Nothing{}, court.ErrNoticeChanged
	}
	return Nothing{}, h.store.AcceptRules(ctx, a.Hearing, store.NoticeAcceptance{PersonID: actor.PersonID, SessionID: actor.SessionID, Version: a.Version, SHA256: a.SHA256})
}

// ReadUndertaking gives a witness what it promises before testifying.
type ReadUndertaking struct{ Hearing string }

func (r ReadUndertaking) rule() rule { return rule{act: court.ActUndertake, hearing: r.Hearing} }

func (r ReadUndertaking) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (NoticeText, error) {
	s, text, _, err := h.undertaking(ctx, r.Hearing, actor)
	if err != nil {
		return NoticeText{}, err
	}
	if p := s.Seat(st.ParticipantID); p != nil {
		text.AcceptedAt = p.Undertaken
	}
	return text, nil
}

// undertaking gives the text for a witness. It names the case, for it is the case that one testifies in.
func (h *Hub) undertaking(ctx context.Context, hearingID string, actor Actor) (*hearing.State, NoticeText, store.Guest, error) {
	s, caseID, err := h.store.HearingState(ctx, hearingID)
	if err != nil {
		return nil, NoticeText{}, store.Guest{}, err
	}
	g, err := h.store.GuestOf(ctx, hearingID, actor.PersonID)
	if err != nil {
		return nil, NoticeText{}, g, err
	}
	docket, err := h.store.DocketNumber(ctx, caseID)
	n := h.notices[court.NoticeUndertaking]
	text, sum := n.Fill(map[string]string{"user": g.Name, "case_no": docket, "date": h.now().In(courtZone).Format("2006年1月2日")})
	return s, NoticeText{Key: n.Key, Title: n.Title, Version: n.Version, SHA256: sum, Text: text, Confirm: n.Confirm}, g, err
}

// Undertake gives the undertaking exactly as it was shown, with the witness's signature on file: the law has it signed.
type Undertake struct{ ID, Hearing, Version, SHA256 string }

func (u Undertake) rule() rule { return rule{act: court.ActUndertake, hearing: u.Hearing} }

func (u Undertake) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	if err := h.ownSeatAct(actor); err != nil {
		return store.Appended{}, err
	}
	_, text, g, err := h.undertaking(ctx, u.Hearing, actor)
	if err != nil {
		return store.Appended{}, err
	}
	if u.Version != text.Version || u.SHA256 != text.SHA256 {
		return store.Appended{}, court.ErrNoticeChanged
	}
	sig, err := h.store.SignatureOf(ctx, actor.PersonID)
	if err != nil {
		return store.Appended{}, err
	}
	doc, file, err := h.keepUndertaking(ctx, actor, &text, &g, sig)
	if err != nil {
		return store.Appended{}, err
	}
	return h.store.Undertake(ctx, store.WitnessUndertaking{RoomAct: actor.roomAct("", u.ID), Document: file, DocumentSHA256: doc.SHA256,
		UndertakingBody: hearing.UndertakingBody{Hearing: u.Hearing, Version: u.Version, SHA256: u.SHA256, Signature: sig.ID}})
}
