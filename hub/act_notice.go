package hub

import (
	"context"
	"maps"

	"microcourt/store"
	"microcourt/store/court"
)

// caseNotices are the notices that belong to a case, and whether they are accepted as a whole.
var caseNotices = map[string]bool{court.NoticeFirstEntry: true, court.NoticeMediation: true, court.NoticeHearing: true, court.NoticeConsent: false}

// ReadNotice gives a notice with the case's particulars filled in.
type ReadNotice struct {
	CaseID string
	Key    string
}

// NoticeText is a notice as a person reads it.
type NoticeText struct {
	Key        string `json:"key"`
	Title      string `json:"title"`
	Version    string `json:"version"`
	SHA256     string `json:"sha256" doc:"of the text, in hex; what is accepted is what was shown"`
	Text       string `json:"text"`
	Confirm    string `json:"confirm" doc:"what the button that accepts it says"`
	AcceptedAt int64  `json:"accepted_at,omitempty"`
}

func (r ReadNotice) rule() rule { return rule{act: court.ActNoticeRead, caseID: r.CaseID} }

func (r ReadNotice) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (NoticeText, error) {
	text, err := h.noticeText(ctx, r.CaseID, r.Key, actor)
	if err != nil {
		return NoticeText{}, err
	}
	text.AcceptedAt, err = h.store.AcceptedAt(ctx, r.CaseID, actor.PersonID, r.Key, text.Version)
	return text, err
}

func (h *Hub) noticeText(ctx context.Context, caseID, key string, actor Actor) (NoticeText, error) {
	if _, of := caseNotices[key]; !of {
		return NoticeText{}, court.ErrNotFound
	}
	return h.textFor(ctx, caseID, key, actor)
}

// textFor gives any text of the court with the case's particulars filled in.
func (h *Hub) textFor(ctx context.Context, caseID, key string, actor Actor) (NoticeText, error) {
	n, ok := h.notices[key]
	if !ok {
		return NoticeText{}, court.ErrNotFound
	}
	card, err := h.store.Case(ctx, caseID, actor.PersonID)
	if err != nil {
		return NoticeText{}, err
	}
	values := map[string]string{"court": card.Court, "case_no": card.DocketNumber, "cause": card.Cause, "phone": card.Phone}
	if key == court.NoticeHearing {
		if err := h.addHearing(ctx, caseID, values); err != nil {
			return NoticeText{}, err
		}
	}
	text, sum := n.Fill(values)
	return NoticeText{Key: n.Key, Title: n.Title, Version: n.Version, SHA256: sum, Text: text, Confirm: n.Confirm}, nil
}

// addHearing puts when the next hearing is, and who presides, into the rules of the hearing.
func (h *Hub) addHearing(ctx context.Context, caseID string, values map[string]string) error {
	next, err := h.nextHearing(ctx, caseID)
	if err != nil || next == nil {
		return err
	}
	maps.Copy(values, hearingWords(next))
	return nil
}

// AcceptNotice records that the actor has accepted a notice: exactly the text that was shown.
type AcceptNotice struct {
	CaseID  string
	Key     string
	Version string
	SHA256  string
}

func (a AcceptNotice) rule() rule { return rule{act: court.ActNoticeAccept, caseID: a.CaseID} }

func (a AcceptNotice) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	text, err := h.noticeText(ctx, a.CaseID, a.Key, actor)
	if err != nil {
		return Nothing{}, err
	}
	if !caseNotices[a.Key] {
		return Nothing{}, court.ErrInvalid.In("key")
	}
	if a.Version != text.Version || a.SHA256 != text.SHA256 {
		return Nothing{}, court.ErrNoticeChanged
	}
	return Nothing{}, h.store.AcceptNotice(ctx, store.NoticeAcceptance{
		CaseID: a.CaseID, PersonID: actor.PersonID, SessionID: actor.SessionID, Notice: a.Key, Version: a.Version, SHA256: a.SHA256,
	})
}
