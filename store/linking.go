package store

import (
	"context"
	"database/sql"
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/consent"
)

// LinkedCase is a case that somebody has linked.
type LinkedCase struct {
	Case string `json:"case"`
	Late bool   `json:"late" doc:"after the time of three days"`
}

// LinkCases gives a person the places that are waiting for the document with which the person's identity was verified, and for the same name. Verifying does so by itself; what is left is what waits
// because a name was corrected since. Whoever isn't verified is refused (court.ErrIdentityRequired); that nothing waits is an empty list.
func (s *Store) LinkCases(ctx context.Context, personID, sessionID string) (linked []LinkedCase, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		linked = nil
		if err := tx.mayFile(ctx, personID, sessionID); err != nil {
			return err
		}
		verified, err := tx.verified(ctx, personID)
		if err != nil {
			return err
		}
		if !verified {
			return court.ErrIdentityRequired
		}
		linked, err = tx.linkCases(ctx, personID)
		return err
	})
	if linked == nil {
		linked = []LinkedCase{}
	}
	return linked, err
}

// lockDocument makes who invites somebody by a document, and who is verified by it, wait for each other: one of them sees what the other did.
func (tx *Tx) lockDocument(ctx context.Context, document []byte) error {
	return tx.lockNamed(ctx, append([]byte("document "), document...))
}

// linkCases does it for somebody who is verified. Cases are taken in the order of their ids, and their rooms so locked.
func (tx *Tx) linkCases(ctx context.Context, personID string) (linked []LinkedCase, err error) {
	var document []byte
	if err := tx.row(ctx, "SELECT id_number_mac FROM person WHERE id = $1", personID).Scan(&document); err != nil || document == nil {
		return nil, err
	}
	if err := tx.lockDocument(ctx, document); err != nil {
		return nil, err
	}
	type place struct {
		caseID, id string
		until      int64
	}
	rows, err := tx.query(ctx, `SELECT i.case_id, i.participant_id, i.link_until FROM case_invitation i
		JOIN person p ON p.id_number_mac = i.id_number_mac JOIN participant a ON a.id = i.participant_id AND a.name = p.name
		WHERE p.id = $1 AND i.linked_at = 0 AND a.person_id IS NULL AND a.removed_at IS NULL
		AND NOT EXISTS (SELECT 1 FROM participant o WHERE o.case_id = i.case_id AND o.person_id = p.id AND o.removed_at IS NULL) ORDER BY i.case_id, a.position`, personID)
	places, err := collect(rows, err, func(r *sql.Rows) (p place, err error) { return p, r.Scan(&p.caseID, &p.id, &p.until) })
	if err != nil {
		return nil, err
	}
	for i, p := range places {
		if i > 0 && places[i-1].caseID == p.caseID { // one person has one place in a case
			continue
		}
		if _, err := tx.exec(ctx, "UPDATE participant SET person_id = $3 WHERE case_id = $1 AND id = $2", p.caseID, p.id, personID); err != nil {
			return nil, err
		}
		if err := tx.placesChanged(ctx, p.caseID, []string{p.id}, nil); err != nil {
			return nil, err
		}
		if err := tx.placeLinked(ctx, p.caseID, p.id); err != nil {
			return nil, err
		}
		linked = append(linked, LinkedCase{p.caseID, tx.now > p.until})
	}
	return linked, nil
}

// Why stages go offline and come back by themselves, in the record's language.
const (
	unlinkedReason = "在通知的期限内没有验证身份、关联案件，也没有同意在线进行（人民法院在线诉讼规则第十条）"
	linkedReason   = "已验证身份、关联案件"
)

// placeLinked notes that an invited participant has linked the case; what went offline because nobody had comes back online. What a judge has moved stays where it is.
func (tx *Tx) placeLinked(ctx context.Context, caseID, participant string) error {
	if n, err := tx.exec(ctx, "UPDATE case_invitation SET linked_at = $3 WHERE case_id = $1 AND participant_id = $2 AND linked_at = 0", caseID, participant, tx.now); err != nil || n == 0 {
		return err
	}
	stages, err := tx.stagesOf(ctx, caseID, participant, "offline = 1 AND offline_by = ''")
	if err != nil || len(stages) == 0 {
		return err
	}
	return tx.appendSystem(ctx, caseID, court.RoomThread, court.KindStagesTransferred, "", "", transferredBody{stages, []string{participant}, false, linkedReason})
}

// stagesOf gives the stages of a party for which a condition on its consent holds, in their order.
func (tx *Tx) stagesOf(ctx context.Context, caseID, party, where string) ([]consent.Stage, error) {
	rows, err := tx.query(ctx, "SELECT stage FROM consent WHERE case_id = $1 AND party_id = $2 AND "+where, caseID, party)
	found, err := collect(rows, err, func(r *sql.Rows) (s consent.Stage, err error) { return s, r.Scan(&s) })
	return slices.DeleteFunc(slices.Clone(consent.Stages), func(s consent.Stage) bool { return !slices.Contains(found, s) }), err
}

// MoveUnlinkedOffline puts into the record that parties haven't linked their case in time: what they have not agreed to hold online goes offline for them (人民法院在线诉讼规则 第十条), until they link it. Each once, on
// however many nodes this runs. A party for whom somebody acts here is left alone.
func (s *Store) MoveUnlinkedOffline(ctx context.Context) error {
	rows, err := s.query(ctx, `SELECT i.case_id, i.participant_id FROM case_invitation i JOIN participant a ON a.id = i.participant_id AND a.role = 'party' AND a.removed_at IS NULL
		JOIN court_case c ON c.id = i.case_id AND c.state = 'open'
		WHERE i.linked_at = 0 AND i.offline_at = 0 AND i.link_until < $1 AND NOT`+reachableByOther+`ORDER BY i.link_until LIMIT 100`, s.nowMS())
	due, err := collect(rows, err, func(r *sql.Rows) (p [2]string, err error) { return p, r.Scan(&p[0], &p[1]) })
	for _, p := range due {
		err = orElse(err, s.write(ctx, func(ctx context.Context, tx *Tx) error { return tx.moveUnlinkedOffline(ctx, p[0], p[1]) }))
	}
	return err
}

func (tx *Tx) moveUnlinkedOffline(ctx context.Context, caseID, party string) error {
	n, err := tx.exec(ctx, "UPDATE case_invitation SET offline_at = $3 WHERE case_id = $1 AND participant_id = $2 AND linked_at = 0 AND offline_at = 0 AND link_until < $3", caseID, party, tx.now)
	if err != nil || n == 0 {
		return err
	}
	if _, err := tx.lockHead(ctx, caseID, court.RoomThread); err != nil { // before consent is looked at
		return err
	}
	settled, err := tx.stagesOf(ctx, caseID, party, "(agreed = 'agreed' OR offline = 1)")
	stages := slices.DeleteFunc(slices.Clone(consent.Stages), func(s consent.Stage) bool { return slices.Contains(settled, s) })
	if err != nil || len(stages) == 0 {
		return err
	}
	return tx.appendSystem(ctx, caseID, court.RoomThread, court.KindStagesTransferred, "", "", transferredBody{stages, []string{party}, true, unlinkedReason})
}

// InvitationMessage is a text message that tells somebody of a case.
type InvitationMessage struct {
	CaseID, Participant string
	Court               string
	LinkUntil           int64 // Unix milliseconds
	Linked              bool  // has a place already
	Lang                string
	Phone               string // in clear: for sending only; "" where none can be sent to
}

// invitationWithin is how old an invitation may be to be told of: what waited longer, because text messages were not set up, the court has told otherwise.
const invitationWithin = remindWithin

// DueInvitations gives who is to be told of a case now: by the phone of the account where there is one, else by the one that the court has.
func (s *Store) DueInvitations(ctx context.Context) ([]InvitationMessage, error) {
	rows, err := s.query(ctx, `SELECT i.case_id, i.participant_id, c.court, i.link_until, CASE WHEN i.linked_at > 0 THEN 1 ELSE 0 END, COALESCE(f.lang, ''), f.phone_enc, a.phone_enc
		FROM case_invitation i JOIN participant a ON a.id = i.participant_id AND a.removed_at IS NULL JOIN court_case c ON c.id = i.case_id AND c.state = 'open' LEFT JOIN person f ON f.id = a.person_id
		WHERE i.told = '' AND i.told_at > $1 ORDER BY i.told_at, i.case_id, i.participant_id LIMIT $2`, s.nowMS()-invitationWithin.Milliseconds(), maxDueReminders)
	return collect(rows, err, func(r *sql.Rows) (m InvitationMessage, err error) {
		var linked int
		var own, written []byte
		if err = r.Scan(&m.CaseID, &m.Participant, &m.Court, &m.LinkUntil, &linked, &m.Lang, &own, &written); err != nil {
			return m, err
		}
		m.Linked = linked != 0
		if own == nil {
			own = written
		}
		phone, err := s.keys.Open(own)
		if err != nil {
			return m, err
		}
		m.Phone, _ = normalPhone(phone) // what isn't a mobile number can't be sent to
		return m, nil
	})
}

// ClaimInvitation notes that a message is being sent, by one node once; false where another did, or where there is no number to send to.
func (s *Store) ClaimInvitation(ctx context.Context, m InvitationMessage) (claimed bool, err error) {
	told := ToldSending
	if m.Phone == "" {
		told = ToldNoPhone
	}
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.exec(ctx, "UPDATE case_invitation SET told = $3 WHERE case_id = $1 AND participant_id = $2 AND told = ''", m.CaseID, m.Participant, string(told))
		claimed = n > 0 && told == ToldSending
		return err
	})
	return claimed && err == nil, err
}

// InvitationTold notes what became of it. One that failed isn't tried again by itself: the court sees it.
func (s *Store) InvitationTold(ctx context.Context, m InvitationMessage, ok bool) error {
	told := ToldFailed
	if ok {
		told = ToldSent
	}
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, "UPDATE case_invitation SET told = $3 WHERE case_id = $1 AND participant_id = $2 AND told = 'sending'", m.CaseID, m.Participant, string(told))
		return err
	})
}
