package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/signing"
)

// SigningSignature signs a paper: exactly the one whose hash was shown, with the author's signature on file.
type SigningSignature struct {
	RoomAct   `json:"-"`
	Signing   string `json:"signing"`
	For       string `json:"for,omitempty"` // the party; "" where the author acts for one only
	SHA256    string `json:"sha256"`
	Signature string `json:"-"`
}

// signedBody is what the event of a signature says.
type signedBody struct {
	signingRef
	Party    string `json:"party,omitempty"`
	Signed   Signed `json:"signed"`
	Complete bool   `json:"complete,omitempty"` // this was the last: all have signed
}

// SignPaper puts a signature under a paper. With the last one it is complete, and an agreement in force. Errors: court.ErrDocumentChanged for another hash, court.ErrAuthority
// for a representative without special authority, those of consent.State.Needed and signing.Sign; court.ErrNoticeRequired for a party that hasn't
// accepted the notice on mediation.
func (s *Store) SignPaper(ctx context.Context, g SigningSignature) (Appended, error) {
	return s.roomAct(ctx, g.RoomAct, court.ActSigningSign, court.KindSigned, g, func(ctx context.Context, x *acting) (any, error) {
		p, signer, err := x.signerOf(ctx, g.Signing, g.For)
		if err != nil {
			return nil, err
		}
		if g.SHA256 != p.SHA256 {
			return nil, court.ErrDocumentChanged
		}
		if signer.Party != "" {
			if err := x.reverified(ctx); err != nil {
				return nil, err
			}
			state, err := consentOf(ctx, x, x.CaseID, signer.Party, signing.Papers[p.Kind].Stage)
			if err := orElse(err, state.Needed()); err != nil {
				return nil, err
			}
			if err := x.noticeAccepted(ctx, court.NoticeMediation); err != nil {
				return nil, err
			}
		}
		said := signedBody{p.ref(), signer.Party, Signed{Title: p.Name.ZH, SHA256: p.SHA256, Signature: g.Signature, At: x.at}, true}
		for i := range p.Signers {
			if other := &p.Signers[i]; other != signer && other.Answer != signing.Signed {
				said.Complete = false
			}
		}
		x.words = p.Name.ZH
		return said, nil
	})
}

func (g *Signing) ref() signingRef { return signingRef{g.ID, g.Kind, g.Name.ZH} }

// signerOf gives a paper of the case and where in it the author signs, if that is still to be done.
func (x *acting) signerOf(ctx context.Context, id, wanted string) (*Signing, *Signer, error) {
	list, err := signings(ctx, x, x.CaseID, " AND id = $2", id)
	if err != nil || len(list) == 0 {
		return nil, nil, orElse(err, court.ErrNotFound)
	}
	p, party := &list[0], ""
	if x.st.Role.OfCourt() {
		if p.By != x.st.ParticipantID {
			return nil, nil, court.ErrForbidden
		}
	} else {
		of, _, err := x.party(ctx, wanted)
		if err != nil {
			return nil, nil, err
		}
		party = of.ID
	}
	i := slices.IndexFunc(p.Signers, func(s Signer) bool { return s.Party == party })
	if i < 0 {
		return nil, nil, court.ErrForbidden
	}
	if signing.Papers[p.Kind].Special && x.st.Role == court.RoleRepresentative {
		if err := x.specialAuthority(ctx, party); err != nil {
			return nil, nil, err
		}
	}
	return p, &p.Signers[i], signing.Sign(p.State, p.Signers[i].Answer)
}

// specialAuthority refuses a representative who may not dispose of the party's claims (民事诉讼法 第六十二条).
func (x *acting) specialAuthority(ctx context.Context, party string) error {
	var authority string
	err := x.row(ctx, "SELECT authority FROM representation WHERE case_id = $1 AND participant_id = $2 AND for_participant = $3", x.CaseID, x.st.ParticipantID, party).Scan(&authority)
	if err == nil && !strings.Contains(authority, "特别") {
		err = court.ErrAuthority
	}
	return err
}

// noticeAccepted refuses who has not accepted a notice of the case, in whichever version.
func (x *acting) noticeAccepted(ctx context.Context, notice string) error {
	var one int
	err := x.row(ctx, "SELECT 1 FROM notice_acceptance WHERE case_id = $1 AND person_id = $2 AND notice = $3 LIMIT 1", x.CaseID, x.PersonID, notice).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return court.ErrNoticeRequired.In(notice)
	}
	return err
}

// SigningRefusal is that somebody won't sign.
type SigningRefusal struct {
	RoomAct `json:"-"`
	Signing string `json:"signing"`
	For     string `json:"for,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

// refusedBody is what the event of a refusal says.
type refusedBody struct {
	signingRef
	Party  string `json:"party,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// RefuseSigning notes that somebody won't sign. It stays visible, also where they sign later.
func (s *Store) RefuseSigning(ctx context.Context, r SigningRefusal) (Appended, error) {
	if err := court.CheckReason(r.Reason, false, "reason"); err != nil {
		return Appended{}, err
	}
	return s.roomAct(ctx, r.RoomAct, court.ActSigningRefuse, court.KindSigningRefused, r, func(ctx context.Context, x *acting) (any, error) {
		p, signer, err := x.signerOf(ctx, r.Signing, r.For)
		if err != nil {
			return nil, err
		}
		x.words = p.Name.ZH
		return refusedBody{p.ref(), signer.Party, r.Reason}, nil
	})
}

// SigningEnd is that the court ends a paper: withdrawn, or a record closed with refusals noted.
type SigningEnd struct {
	RoomAct `json:"-"`
	Signing string        `json:"signing"`
	State   signing.State `json:"state"`
	Reason  string        `json:"reason"`
}

// endedBody is what the event of that says.
type endedBody struct {
	signingRef
	State  signing.State `json:"state"`
	Reason string        `json:"reason"`
}

// EndSigning withdraws a paper, or closes a record that each has signed or refused to sign (拒签的记明情况).
func (s *Store) EndSigning(ctx context.Context, e SigningEnd) (Appended, error) {
	if err := court.CheckReason(e.Reason, true, "reason"); err != nil {
		return Appended{}, err
	}
	return s.roomAct(ctx, e.RoomAct, court.ActSigningEnd, court.KindSigningEnded, e, func(ctx context.Context, x *acting) (any, error) {
		list, err := signings(ctx, x, x.CaseID, " AND id = $2", e.Signing)
		if err != nil || len(list) == 0 {
			return nil, orElse(err, court.ErrNotFound)
		}
		p := &list[0]
		var answers []signing.Answer
		for _, signer := range p.Signers {
			answers = append(answers, signer.Answer)
		}
		x.words = p.Name.ZH
		return endedBody{p.ref(), e.State, e.Reason}, signing.End(p.Kind, p.State, e.State, answers)
	})
}

// signingLists are the read models of papers that several sign, from events of the room.
var signingLists = lists{applySigning, forgetSignings, []listTable{
	{"signing", "case_id = $1"},
	{"signing_signer", "signing_id IN (SELECT id FROM signing WHERE case_id = $1)"},
}}

func applySigning(ctx context.Context, tx *Tx, ev *court.Event) error {
	switch ev.Kind {
	case court.KindSigningOpened:
		return applyAs(ev, func(b *signingBody) error { return tx.applySigningOpened(ctx, ev, b) })
	case court.KindSigned:
		return applyAs(ev, func(b *signedBody) error {
			_, err := tx.exec(ctx, "UPDATE signing_signer SET answer = $3, by_id = $4, signature_id = $5, at = $6 WHERE signing_id = $1 AND party_id = $2",
				b.Signing, b.Party, string(signing.Signed), ev.By, b.Signed.Signature, ev.At)
			if err == nil && b.Complete {
				err = tx.endSigning(ctx, b.Signing, signing.Complete, "", ev.At)
			}
			return err
		})
	case court.KindSigningRefused:
		return applyAs(ev, func(b *refusedBody) error {
			_, err := tx.exec(ctx, "UPDATE signing_signer SET answer = $3, by_id = $4, reason = $5, refusals = refusals + 1, at = $6 WHERE signing_id = $1 AND party_id = $2",
				b.Signing, b.Party, string(signing.Refused), ev.By, b.Reason, ev.At)
			return err
		})
	case court.KindSigningEnded:
		return applyAs(ev, func(b *endedBody) error { return tx.endSigning(ctx, b.Signing, b.State, b.Reason, ev.At) })
	}
	return nil
}

func (tx *Tx) endSigning(ctx context.Context, id string, state signing.State, reason string, at int64) error {
	_, err := tx.exec(ctx, "UPDATE signing SET state = $2, reason = $3, ended_at = $4 WHERE id = $1", id, string(state), reason, at)
	return err
}

func (tx *Tx) applySigningOpened(ctx context.Context, ev *court.Event, b *signingBody) error {
	lines, err := json.Marshal(b.Lines)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `INSERT INTO signing (id, case_id, seq, kind, by_id, document_id, sha256, held_from, held_to, lines, until, state, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`, b.Signing, ev.CaseID, ev.Seq, string(b.Kind), ev.By, b.Document.Attachment,
		b.Document.SHA256, b.HeldFrom, b.HeldTo, string(lines), b.Until, string(signing.Open), ev.At)
	for i, party := range append(slices.Clone(b.Signers), "") { // who led the mediation signs last
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, "INSERT INTO signing_signer (signing_id, position, party_id, answer) VALUES ($1, $2, $3, $4)", b.Signing, i+1, party, string(signing.Waiting))
	}
	return err
}

func forgetSignings(ctx context.Context, tx *Tx, caseID string, events []court.Event) error {
	ids, err := idsOf(events, court.KindSigningOpened, func(b *signingBody) string { return b.Signing })
	if err != nil {
		return err
	}
	const ofSigning = "signing_id IN (SELECT id FROM signing WHERE case_id = $1) OR signing_id NOT IN (SELECT id FROM signing)"
	return tx.forget(ctx, caseID, []removal{{"signing_signer", ofSigning, "signing_id = $1", ids}, {"signing", ofCase, "id = $1", ids}})
}
