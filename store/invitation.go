package store

import (
	"bytes"
	"context"
	"database/sql"
	"slices"
	"time"

	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/filing"
)

// inviteToLink notes whom the court tells of a new case: everybody but who filed. Those who have no place that anybody could sign in to have until a day to prove who they are and to link the case
// (人民法院在线诉讼规则 第十条); an organisation links it by somebody who is bound to it.
func (tx *Tx) inviteToLink(ctx context.Context, caseID, filer string, cal *calendar.Calendar) error {
	until, err := filing.LinkDue(tx.now, cal)
	if err != nil {
		return err
	}
	type invited struct {
		id, idType string
		number     []byte
		seated     bool
	}
	rows, err := tx.query(ctx, `SELECT a.id, a.id_type, a.id_number_enc, a.person_id IS NOT NULL FROM participant a WHERE a.case_id = $1 AND a.removed_at IS NULL AND a.role IN ('party', 'representative')
		AND COALESCE(a.person_id, '') <> $2 AND (a.kind = 'person' OR NOT`+reachableByOther+`) ORDER BY a.position`, caseID, filer)
	all, err := collect(rows, err, func(r *sql.Rows) (p invited, err error) { return p, r.Scan(&p.id, &p.idType, &p.number, &p.seated) })
	if err != nil {
		return err
	}
	var documents [][]byte
	for _, p := range all {
		number, err := tx.s.keys.Open(p.number)
		if err != nil {
			return err
		}
		linked, document := int64(0), tx.s.idNumberMAC(p.idType, number)
		if p.seated {
			linked = tx.now
		} else if document != nil {
			documents = append(documents, document)
		}
		if _, err := tx.exec(ctx, "INSERT INTO case_invitation (case_id, participant_id, id_type, id_number_enc, id_number_mac, told_at, link_until, linked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
			caseID, p.id, p.idType, tx.s.keys.Seal(number), document, tx.now, until, linked); err != nil {
			return err
		}
	}
	return tx.linkDocuments(ctx, documents)
}

// reachableByOther: somebody who can sign in represents participant a.
const reachableByOther = ` EXISTS (SELECT 1 FROM representation q JOIN participant r ON r.id = q.participant_id AND r.removed_at IS NULL AND r.person_id IS NOT NULL WHERE q.for_participant = a.id) `

// Told is what became of the text message by which somebody is told of a case.
type Told string

// What became of it; ToldNot is that none was sent, or text messages aren't set up.
const (
	ToldNot     Told = ""
	ToldSending Told = "sending"
	ToldSent    Told = "sent"
	ToldFailed  Told = "failed"
	ToldNoPhone Told = "no_phone"
)

// Invitation is somebody who was invited to link a case, as the court sees it.
type Invitation struct {
	Participant string     `json:"participant"`
	Name        string     `json:"name"`
	Kind        string     `json:"kind" enum:"person,organisation"`
	Role        court.Role `json:"role" enum:"party,representative"`
	Standing    string     `json:"standing"`
	// Known: the court has the number of a document by which the case can be linked; without one the court has to add it.
	Known     bool  `json:"known"`
	Told      Told  `json:"told" enum:",sending,sent,failed,no_phone" doc:"what became of the text message; empty for none yet"`
	ToldAt    int64 `json:"told_at" doc:"since when the time runs"`
	LinkUntil int64 `json:"link_until"`
	LinkedAt  int64 `json:"linked_at" doc:"0 for not yet"`
	// Overdue: the time is over and the case wasn't linked. It still can be.
	Overdue   bool  `json:"overdue"`
	OfflineAt int64 `json:"offline_at,omitempty" doc:"when the party's stages went offline for that"`
}

// Invitations gives who was invited to a case.
func (s *Store) Invitations(ctx context.Context, caseID string) ([]Invitation, error) {
	now := s.nowMS()
	rows, err := s.query(ctx, `SELECT i.participant_id, a.name, a.kind, a.role, a.standing, i.id_number_mac IS NOT NULL, i.told, i.told_at, i.link_until, i.linked_at, i.offline_at
		FROM case_invitation i JOIN participant a ON a.id = i.participant_id WHERE i.case_id = $1 AND a.removed_at IS NULL ORDER BY a.position`, caseID)
	all, err := collect(rows, err, func(r *sql.Rows) (i Invitation, err error) {
		err = r.Scan(&i.Participant, &i.Name, &i.Kind, &i.Role, &i.Standing, &i.Known, &i.Told, &i.ToldAt, &i.LinkUntil, &i.LinkedAt, &i.OfflineAt)
		i.Overdue = i.LinkedAt == 0 && now > i.LinkUntil
		return i, err
	})
	if all == nil {
		all = []Invitation{}
	}
	return all, err
}

// Reinvitation is that the court invites somebody anew who hasn't linked the case, with a phone number or document that it has learnt since; "" leaves what is known.
type Reinvitation struct {
	CaseID, Participant     string
	By                      By
	SessionID               string
	Phone, IDType, IDNumber string
	Calendar                *calendar.Calendar
}

// InviteAgain does it: another message, and the time begins anew. For who has linked the case it changes nothing. Errors: court.ErrNotFound for who wasn't invited, those of phone numbers and documents.
func (s *Store) InviteAgain(ctx context.Context, r Reinvitation) ([]Invitation, error) {
	err := s.write(ctx, func(ctx context.Context, tx *Tx) error { return tx.inviteAgain(ctx, &r) })
	if err != nil {
		return nil, err
	}
	return s.Invitations(ctx, r.CaseID)
}

func (tx *Tx) inviteAgain(ctx context.Context, r *Reinvitation) error {
	st, err := tx.standingOf(ctx, &Draft{CaseID: r.CaseID, PersonID: r.By.PersonID, SessionID: r.SessionID})
	if err = orElse(err, court.CheckInCase(court.ActCaseInvite, st)); err != nil {
		return err
	}
	var kind string
	var linked int64
	err = tx.row(ctx, "SELECT a.kind, i.linked_at FROM case_invitation i JOIN participant a ON a.id = i.participant_id WHERE i.case_id = $1 AND i.participant_id = $2 AND a.removed_at IS NULL"+tx.lock,
		r.CaseID, r.Participant).Scan(&kind, &linked)
	if err != nil || linked != 0 {
		return notFound(err)
	}
	until, err := filing.LinkDue(tx.now, r.Calendar)
	if err != nil {
		return err
	}
	if r.Phone != "" {
		phone, err := normalPhone(r.Phone)
		if err != nil {
			return court.AsError(err).In("phone")
		}
		if _, err := tx.exec(ctx, "UPDATE participant SET phone_enc = $3 WHERE case_id = $1 AND id = $2", r.CaseID, r.Participant, tx.s.keys.Seal(phone)); err != nil {
			return err
		}
	}
	var documents [][]byte
	if r.IDNumber != "" {
		document, err := tx.identifyInvited(ctx, r, kind)
		if err != nil {
			return err
		}
		documents = [][]byte{document}
	}
	if _, err := tx.exec(ctx, "UPDATE case_invitation SET told = '', told_at = $3, link_until = $4 WHERE case_id = $1 AND participant_id = $2", r.CaseID, r.Participant, tx.now, until); err != nil {
		return err
	}
	if err := tx.audit(ctx, r.By.PersonID, court.ActCaseInvite, r.CaseID, r.Participant, r.By.Address); err != nil {
		return err
	}
	if kind == court.KindOrganisation {
		return tx.membersJoin(ctx, court.OrganisationCode(r.IDType, r.IDNumber))
	}
	return tx.linkDocuments(ctx, documents)
}

// identifyInvited writes down the document by which somebody can link the case, and gives its hash.
func (tx *Tx) identifyInvited(ctx context.Context, r *Reinvitation, kind string) ([]byte, error) {
	typ, ok := court.DocumentTypeOf(r.IDType)
	if !ok || typ.Org != (kind == court.KindOrganisation) {
		return nil, court.ErrInvalid.In("id_type")
	}
	number := typ.Normal(r.IDNumber)
	switch typ.Check(number, time.UnixMilli(tx.now).In(court.CourtZone)) {
	case "":
	case court.IDChecksum, court.IDOrgCodeChecksum:
		return nil, court.ErrIDChecksum.In("id_number")
	default:
		return nil, court.ErrIDNumber.In("id_number")
	}
	sealed, document := tx.s.keys.Seal(number), tx.s.idNumberMAC(r.IDType, number)
	if _, err := tx.exec(ctx, "UPDATE participant SET id_type = $3, id_number_enc = $4 WHERE case_id = $1 AND id = $2", r.CaseID, r.Participant, r.IDType, sealed); err != nil {
		return nil, err
	}
	_, err := tx.exec(ctx, "UPDATE case_invitation SET id_type = $3, id_number_enc = $4, id_number_mac = $5 WHERE case_id = $1 AND participant_id = $2", r.CaseID, r.Participant, r.IDType, sealed, document)
	return document, err
}

// linkDocuments links the cases of who is verified by one of the documents already. They are taken in order, because a verification may wait for one of them.
func (tx *Tx) linkDocuments(ctx context.Context, documents [][]byte) error {
	slices.SortFunc(documents, bytes.Compare)
	for _, document := range documents {
		if err := tx.lockDocument(ctx, document); err != nil {
			return err
		}
		id, err := tx.personBy(ctx, "id_number_mac", document)
		if err != nil {
			return err
		}
		verified, err := tx.verified(ctx, id)
		if err == nil && verified {
			_, err = tx.linkCases(ctx, id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
