package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"time"

	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/filing"
)

// FilingAnswer is that somebody of the court answers a filing. Steps is how many steps of it were there when it was looked at: another answer, or a withdrawal, may have come between.
type FilingAnswer struct {
	ID        string
	By        By
	SessionID string
	Steps     int64
	filing.Answer
	Kinds    *filing.Book       `json:"-"`
	Calendar *calendar.Calendar `json:"-"`
	// Court is this court, for an acceptance: its name, its code in docket numbers, its phone; Panel are the judges and clerks of the case.
	Court FilingCourt
	Panel []court.PanelData
}

// FilingCourt is the court that accepts.
type FilingCourt struct{ Name, Code, Phone string }

// filingAnsweredBody is what a step of the court says.
type filingAnsweredBody struct {
	filing.Answer
	Until        int64  `json:"until,omitempty"`
	Case         string `json:"case,omitempty"`
	DocketNumber string `json:"docket_number,omitempty"`
}

// acceptedBody is what the event says by which the room of an accepted filing begins. Hash is that of the filing's last step: it binds everything that was done before there was a room.
type acceptedBody struct {
	Filing       string `json:"filing"`
	Kind         string `json:"kind"`
	DocketNumber string `json:"docket_number"`
	HandedInAt   int64  `json:"handed_in_at"`
	Hash         string `json:"hash"`
}

// AnswerFiling does it. Accepting gives the docket number, makes the case and its room, seats those who are known by their documents and notes the others as invited, all in one transaction.
func (s *Store) AnswerFiling(ctx context.Context, a FilingAnswer) (*DeskFiling, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	err := s.write(ctx, func(ctx context.Context, tx *Tx) error { return tx.answerFiling(ctx, &a) })
	if err != nil {
		return nil, err
	}
	return s.deskFiling(ctx, a.ID)
}

// staffMay checks that somebody's session is open and the account may do an act of the court.
func (tx *Tx) staffMay(ctx context.Context, act court.Act, personID, sessionID string) error {
	if err := tx.checkSession(ctx, sessionID, personID); err != nil {
		return err
	}
	var role court.Role
	err := tx.row(ctx, "SELECT role FROM staff WHERE person_id = $1 AND disabled_at IS NULL", personID).Scan(&role)
	if err = notFound(err); err != nil {
		if court.ErrNotFound.Is(court.AsError(err)) {
			return court.ErrForbidden
		}
		return err
	}
	return court.CheckAccount(act, role)
}

func (tx *Tx) answerFiling(ctx context.Context, a *FilingAnswer) error {
	if err := tx.staffMay(ctx, court.ActFilingRule, a.By.PersonID, a.SessionID); err != nil {
		return err
	}
	f, err := tx.filingOf(ctx, a.ID)
	if err != nil {
		return err
	}
	if f.steps != a.Steps {
		return court.ErrFilingState
	}
	state, err := f.state.After(a.Act, tx.now > f.correctBy)
	if err != nil {
		return err
	}
	said := filingAnsweredBody{Answer: a.Answer}
	if a.Act == filing.AskCorrection {
		if said.Until, err = filing.CorrectionDue(tx.now, a.Days, a.Calendar); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "UPDATE filing SET asked_at = $2, correct_until = $3 WHERE id = $1", f.id, tx.now, said.Until); err != nil {
			return err
		}
	}
	var accepted *acceptedFiling
	if a.Act == filing.Accept {
		if accepted, err = tx.acceptFiling(ctx, a, f); err != nil {
			return err
		}
		said.Case, said.DocketNumber = accepted.caseID, accepted.data.DocketNumber
	}
	hash, err := tx.filingStep(ctx, f.id, a.Act, a.By.PersonID, a.SessionID, said)
	if err != nil {
		return err
	}
	if accepted != nil {
		if err := tx.beginRoom(ctx, a, f, accepted, hash); err != nil {
			return err
		}
	}
	if _, err := tx.exec(ctx, "UPDATE filing SET state = $2, case_id = $3, docket_number = $4 WHERE id = $1", f.id, string(state), said.Case, said.DocketNumber); err != nil {
		return err
	}
	if state.Over() { // a correction that was begun is of no use any more
		if _, err := draftsOfFilings.remove(ctx, tx, "", f.personID, f.id); err != nil {
			return err
		}
	}
	return tx.audit(ctx, a.By.PersonID, court.ActFilingRule, f.id, string(a.Act), a.By.Address)
}

// acceptedFiling is the case that a filing has become.
type acceptedFiling struct {
	*caseImport
	draft    *filing.Draft
	handedIn handedInBody
	filer    court.PersonRecord
}

// acceptFiling makes the case of a filing.
func (tx *Tx) acceptFiling(ctx context.Context, a *FilingAnswer, f *filingRow) (*acceptedFiling, error) {
	var said handedInBody
	if err := json.Unmarshal([]byte(f.body), &said); err != nil {
		return nil, err
	}
	d := a.Kinds.Open(said.Stored)
	if d.Kind == nil {
		return nil, court.ErrFilingKind
	}
	who, err := tx.knownPerson(ctx, f.personID)
	if err != nil {
		return nil, err
	}
	now := time.UnixMilli(tx.now).In(court.CourtZone)
	docket, err := tx.nextDocket(ctx, a.Court.Code, now.Year(), d.Kind.TypeCode)
	if err != nil {
		return nil, err
	}
	filer := court.PersonRecord{Ref: NewID(), Name: who.name, IDType: who.idType, IDNumber: who.idNumber}
	data := d.Case(docket.String(), a.Court.Name, a.Court.Phone, now.Format(time.DateOnly), a.Panel, filer)
	if err := data.Check(now); err != nil {
		return nil, err
	}
	im := &caseImport{tx: tx, data: &data, byDocument: true}
	return &acceptedFiling{im, d, said, filer}, im.run(ctx)
}

// beginRoom puts into the new room's record how it began, and what who filed has said already; then the others are invited.
func (tx *Tx) beginRoom(ctx context.Context, a *FilingAnswer, f *filingRow, c *acceptedFiling, hash []byte) error {
	err := tx.appendSystem(ctx, c.caseID, court.RoomThread, court.KindFilingAccepted, "", "", acceptedBody{f.id, f.kind, c.data.DocketNumber, f.handedInAt, hex.EncodeToString(hash)})
	if err == nil {
		err = tx.declareFiled(ctx, f, c)
	}
	if err == nil {
		err = tx.inviteToLink(ctx, c.caseID, f.personID, a.Calendar)
	}
	return err
}

// declareFiled takes the address for service and the consent to stages online over from a filing, as words of who filed: they were signed with it, and nobody says them twice.
func (tx *Tx) declareFiled(ctx context.Context, f *filingRow, c *acceptedFiling) error {
	by, parties := c.draft.Declarant(c.filer)
	rows, err := tx.query(ctx, "SELECT ref, id, COALESCE(person_id, '') FROM participant WHERE case_id = $1", c.caseID)
	seats := map[string]string{}
	_, err = collect(rows, err, func(r *sql.Rows) (none struct{}, err error) {
		var ref, id, person string
		if err = r.Scan(&ref, &id, &person); err == nil && (ref != by || person == f.personID) {
			seats[ref] = id
		}
		return none, err
	})
	me := seats[by]
	if err != nil || me == "" { // who filed is known by another name or document by now: nothing is said for anybody
		return err
	}
	if stages := c.draft.Consents(); len(stages) > 0 {
		n := c.handedIn.Notices[court.NoticeConsent]
		for _, party := range parties {
			if err := tx.appendSystem(ctx, c.caseID, court.RoomThread, court.KindConsentDeclared, f.personID, me, declaredBody{Party: seats[party], Stages: stages, Version: n.Version, SHA256: n.SHA256}); err != nil {
				return err
			}
		}
	}
	address := AddressConfirmation{Basis: court.ConsentConfirmed, Address: c.draft.ServiceAddress(), Signature: c.handedIn.Signature}
	if address.Address.Check(address.Basis) != nil {
		return nil
	}
	n := c.handedIn.Notices[court.NoticeServiceAddress]
	address.NoticeVersion, address.NoticeSHA256 = n.Version, n.SHA256
	body, err := tx.addressBody(ctx, c.caseID, me, &address)
	if court.ErrInvalid.Is(court.AsError(err)) { // somebody on the other side should take the documents in
		return nil
	}
	if err != nil {
		return err
	}
	return tx.appendSystem(ctx, c.caseID, court.ServiceThread(me), court.KindAddressConfirmed, f.personID, me, body)
}
