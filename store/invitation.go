package store

import (
	"context"
	"database/sql"

	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/filing"
)

// inviteToLink notes the people of a new case who have no place that anybody could sign in to: they have until a day to prove who they are and to link the case (人民法院在线诉讼规则 第十条).
func (tx *Tx) inviteToLink(ctx context.Context, caseID string, cal *calendar.Calendar) error {
	until, err := filing.LinkDue(tx.now, cal)
	if err != nil {
		return err
	}
	type invited struct {
		id, idType string
		number     []byte
	}
	rows, err := tx.query(ctx, "SELECT id, id_type, id_number_enc FROM participant WHERE case_id = $1 AND person_id IS NULL AND kind = $2 AND removed_at IS NULL ORDER BY position", caseID, court.KindPerson)
	all, err := collect(rows, err, func(r *sql.Rows) (p invited, err error) { return p, r.Scan(&p.id, &p.idType, &p.number) })
	if err != nil {
		return err
	}
	for _, p := range all {
		number, err := tx.s.keys.Open(p.number)
		if err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "INSERT INTO case_invitation (case_id, participant_id, id_type, id_number_enc, id_number_mac, told_at, link_until) VALUES ($1, $2, $3, $4, $5, $6, $7)",
			caseID, p.id, p.idType, tx.s.keys.Seal(number), tx.s.idNumberMAC(p.idType, number), tx.now, until); err != nil {
			return err
		}
	}
	return nil
}

// LinkedCase is a case that somebody has linked.
type LinkedCase struct {
	Case string `json:"case"`
	Late bool   `json:"late" doc:"after the time of three days"`
}

// LinkCases gives a person the places that are waiting for the document with which the person's identity was verified, and for the same name. Whoever isn't verified is refused
// (court.ErrIdentityRequired); that nothing waits is an empty list.
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

func (tx *Tx) linkCases(ctx context.Context, personID string) (linked []LinkedCase, err error) {
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
		if _, err := tx.exec(ctx, "UPDATE case_invitation SET linked_at = $3 WHERE case_id = $1 AND participant_id = $2", p.caseID, p.id, tx.now); err != nil {
			return nil, err
		}
		if err := tx.accessChanged(ctx, accessChange{CaseID: p.caseID}); err != nil {
			return nil, err
		}
		err := tx.appendSystem(ctx, p.caseID, court.RoomThread, court.KindCaseChanged, "", "", struct {
			Joined  []string `json:"joined"`
			Left    []string `json:"left"`
			Changed []string `json:"changed"`
		}{list([]string{p.id}), list(nil), list(nil)})
		if err != nil {
			return nil, err
		}
		linked = append(linked, LinkedCase{p.caseID, tx.now > p.until})
	}
	return linked, nil
}

// Invitation is somebody who was invited to link a case, as the court sees it.
type Invitation struct {
	Participant string `json:"participant"`
	Name        string `json:"name"`
	Standing    string `json:"standing"`
	// Known: the court has the number of a document by which the person can link the case; without one the court has to add it.
	Known     bool  `json:"known"`
	ToldAt    int64 `json:"told_at"`
	LinkUntil int64 `json:"link_until"`
	LinkedAt  int64 `json:"linked_at" doc:"0 for not yet"`
	// Offline: the time is over and the case wasn't linked: the person is heard offline unless it has agreed to proceed online.
	Offline bool `json:"offline"`
}

// Invitations gives who was invited to a case.
func (s *Store) Invitations(ctx context.Context, caseID string) ([]Invitation, error) {
	now := s.nowMS()
	rows, err := s.query(ctx, `SELECT i.participant_id, a.name, a.standing, i.id_number_mac IS NOT NULL, i.told_at, i.link_until, i.linked_at
		FROM case_invitation i JOIN participant a ON a.id = i.participant_id WHERE i.case_id = $1 AND a.removed_at IS NULL ORDER BY a.position`, caseID)
	all, err := collect(rows, err, func(r *sql.Rows) (i Invitation, err error) {
		err = r.Scan(&i.Participant, &i.Name, &i.Standing, &i.Known, &i.ToldAt, &i.LinkUntil, &i.LinkedAt)
		i.Offline = i.LinkedAt == 0 && now > i.LinkUntil
		return i, err
	})
	if all == nil {
		all = []Invitation{}
	}
	return all, err
}
