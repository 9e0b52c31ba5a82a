package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"

	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/filing"
)

// A filing stands beside the cases and not in one: before the court accepts it there is no case, no docket number and no participants who could read a room, and
// most of what it holds is nobody's business but the court's. So its steps are rows of their own, chained by hashes, and the event by which a room begins names the last hash.

// filingRow is a filing as it stands, locked.
type filingRow struct {
	id, personID, kind    string
	state                 filing.State
	steps                 int64
	handedInAt, correctBy int64
	caseID, docket        string
	body                  string
}

// filingOf reads a filing and locks it, or gives court.ErrNotFound.
func (tx *Tx) filingOf(ctx context.Context, id string) (*filingRow, error) {
	f := filingRow{id: id}
	var body []byte
	err := tx.row(ctx, `SELECT person_id, kind, state, steps, handed_in_at, correct_until, case_id, docket_number, body_enc FROM filing WHERE id = $1`+tx.lock, id).
		Scan(&f.personID, &f.kind, &f.state, &f.steps, &f.handedInAt, &f.correctBy, &f.caseID, &f.docket, &body)
	if err != nil {
		return nil, notFound(err)
	}
	f.body, err = tx.s.keys.Open(body)
	return &f, err
}

// filingFor gives what has become of a person's draft, locked, or court.ErrNotFound: the filing that it is the correction of, or the one that it was handed in as. A filing's id follows from its author and the
// draft's id, so that nobody learns from an id of one's own whether another has it too.
func (tx *Tx) filingFor(ctx context.Context, personID, draftID string) (*filingRow, error) {
	f, err := tx.filingOf(ctx, draftID)
	if err == nil && f.personID == personID {
		return f, nil
	}
	if err != nil && !errors.Is(err, court.ErrNotFound) {
		return nil, err
	}
	return tx.filingOf(ctx, filingID(personID, draftID))
}

func filingID(personID, draftID string) string { return derivedID("filing", personID, draftID) }

// FilingSubmission is that somebody hands in what a draft says at a revision. Files are those of the draft.
type FilingSubmission struct {
	ID, PersonID, SessionID string
	Revision                int64
	Kinds                   *filing.Book       `json:"-"`
	Calendar                *calendar.Calendar `json:"-"`
	Notices                 court.Notices      `json:"-"`
	// Paper is the filing as it was printed and signed: the author's own attachment, the hash of its bytes in hex, and the signature on file that it bears.
	Paper, SHA256, Signature string
	// Shown are the notices that the form's fields name, by their keys.
	Shown map[string]ShownNotice
}

// ShownNotice is the text that somebody was shown.
type ShownNotice struct {
	Version string `json:"version"`
	SHA256  string `json:"sha256"`
}

// handedInBody is what a step of handing in says.
type handedInBody struct {
	filing.Stored
	Paper     string                 `json:"paper"`
	SHA256    string                 `json:"sha256"`
	Signature string                 `json:"signature"`
	Notices   map[string]ShownNotice `json:"notices,omitempty"`
}

// FilingProblems is court.ErrFilingIncomplete with what is wrong.
type FilingProblems struct{ List []filing.Problem }

func (p *FilingProblems) Error() string { return court.ErrFilingIncomplete.Error() }

// Unwrap gives the error that people read.
func (p *FilingProblems) Unwrap() error { return court.ErrFilingIncomplete }

// SubmitFiling hands a draft in, the first time or corrected, and removes the draft. Whoever files must be verified and be the one whom the filing names as filing. Handing the same in
// again is good: the answer was lost. The filing has an id of its own, under which a correction is filled in.
func (s *Store) SubmitFiling(ctx context.Context, sub FilingSubmission) (*Filing, error) {
	var id string
	err := s.write(ctx, func(ctx context.Context, tx *Tx) (err error) { id, err = tx.submitFiling(ctx, &sub); return err })
	if err != nil {
		return nil, err
	}
	return s.Filing(ctx, sub.PersonID, id)
}

func (tx *Tx) submitFiling(ctx context.Context, sub *FilingSubmission) (id string, err error) {
	if err := tx.mayFile(ctx, sub.PersonID, sub.SessionID); err != nil {
		return "", err
	}
	f, err := tx.filingFor(ctx, sub.PersonID, sub.ID)
	if err != nil && !errors.Is(err, court.ErrNotFound) {
		return "", err
	}
	id = filingID(sub.PersonID, sub.ID)
	if f != nil {
		id = f.id
	}
	kept, err := tx.s.oneFilingDraft(ctx, tx, sub.PersonID, sub.ID)
	if errors.Is(err, court.ErrNotFound) && f != nil && f.state.Waits() {
		return id, nil // handed in already
	}
	if err != nil {
		return id, err
	}
	if kept.Revision != sub.Revision {
		return id, court.ErrDraftChanged
	}
	who, err := tx.knownPerson(ctx, sub.PersonID)
	if err != nil {
		return id, err
	}
	d := sub.Kinds.Open(kept.Stored)
	if d.Kind != nil {
		d.Identify(who.idType, who.idNumber)
	}
	in := filing.Circumstances{Today: calendar.DayAt(tx.now), Calendar: sub.Calendar, Notices: sub.Notices}
	if problems := filing.Blocking(d.Validate(in)); len(problems) > 0 {
		return id, &FilingProblems{problems}
	}
	if err := tx.checkFiler(ctx, d, who); err != nil {
		return id, err
	}
	act, state := filing.Submit, filing.State("")
	if f != nil {
		act, state = filing.Resubmit, f.state
	}
	if state, err = state.After(act, false); err != nil {
		return id, err
	}
	handedIn := d.HandedIn()
	files := append((&filing.Draft{Kind: d.Kind, Values: handedIn}).Attachments(), sub.Paper)
	if err := tx.ownFiles(ctx, sub.PersonID, files); err != nil {
		return id, err
	}
	said := handedInBody{Stored: filing.Stored{Kind: d.Kind.Key, Version: d.Kind.Version, Step: d.Step, Values: handedIn}, Paper: sub.Paper, SHA256: sub.SHA256, Signature: sub.Signature, Notices: sub.Shown}
	if err := tx.keepFiling(ctx, f, id, sub.PersonID, d, said, state); err != nil {
		return id, err
	}
	for _, file := range files {
		if _, err := tx.exec(ctx, "INSERT INTO filing_file (filing_id, attachment_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", id, file); err != nil {
			return id, err
		}
	}
	if _, err := tx.filingStep(ctx, id, act, sub.PersonID, sub.SessionID, said); err != nil {
		return id, err
	}
	_, err = draftsOfFilings.remove(ctx, tx, "", sub.PersonID, sub.ID)
	return id, err
}

// keepFiling writes the filing as it was handed in; f is nil for the first time.
func (tx *Tx) keepFiling(ctx context.Context, f *filingRow, id, personID string, d *filing.Draft, said handedInBody, state filing.State) error {
	text, err := json.Marshal(said)
	if err != nil {
		return err
	}
	keys := tx.s.keys
	parties, decision := d.Likeness()
	alike, err := json.Marshal([]string{parties, decision})
	if err != nil {
		return err
	}
	args := []any{id, string(state), keys.Seal(string(text)), keys.Seal(d.Title()), keys.Seal(string(alike)), keys.MAC(macFilingParties, parties), keys.MAC(macFilingDecision, decision), tx.now}
	if f != nil {
		_, err = tx.exec(ctx, `UPDATE filing SET state = $2, body_enc = $3, title_enc = $4, alike_enc = $5, parties_mac = $6, decision_mac = $7, handed_in_at = $8, updated_at = $8 WHERE id = $1`, args...)
		return err
	}
	_, err = tx.exec(ctx, `INSERT INTO filing (id, state, body_enc, title_enc, alike_enc, parties_mac, decision_mac, handed_in_at, created_at, updated_at, person_id, kind, steps)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8, $9, $10, 0)`, append(args, personID, d.Kind.Key)...)
	return err
}

// The purposes of the hashes by which duplicates are found.
const (
	macFilingParties  = "filing parties"
	macFilingDecision = "filing decision"
)

// alikeOf gives the n-th of what stands in alike_enc.
func alikeOf(n int) func(string, string) string {
	return func(text, _ string) string {
		var parts []string
		if json.Unmarshal([]byte(text), &parts) != nil || len(parts) <= n {
			return ""
		}
		return parts[n]
	}
}

// checkFiler sees that who hands in is verified, and is the one whom the filing names.
func (tx *Tx) checkFiler(ctx context.Context, d *filing.Draft, p knownPerson) error {
	verified, err := tx.verified(ctx, p.id)
	if err != nil {
		return err
	}
	if !verified {
		return court.ErrIdentityRequired
	}
	who, ok := d.Filer()
	switch {
	case !ok || who.Name != p.name:
		return court.ErrFilingSelf.In(who.Field)
	case who.IDNumber != "" && (who.IDType != p.idType || who.IDNumber != p.idNumber):
		return court.ErrFilingSelf.In(who.Field)
	}
	return nil
}

// ownFiles sees that all are a person's own finished uploads; the first other one is court.ErrNotFound.
func (tx *Tx) ownFiles(ctx context.Context, personID string, ids []string) error {
	for _, id := range ids {
		var one int
		err := tx.row(ctx, "SELECT 1 FROM attachment WHERE id = $1 AND person_id = $2 AND finished_at IS NOT NULL", id, personID).Scan(&one)
		if err != nil {
			return notFound(err)
		}
	}
	return nil
}

// filingStep adds a step behind the last one and gives its hash.
func (tx *Tx) filingStep(ctx context.Context, id string, act filing.Act, personID, sessionID string, said any) ([]byte, error) {
	text, err := json.Marshal(said)
	if err != nil {
		return nil, err
	}
	text = append(newSalt(), text...) // without it the hash would let one try numbers that the words hold
	var position int64
	if err := tx.row(ctx, "SELECT steps FROM filing WHERE id = $1", id).Scan(&position); err != nil {
		return nil, err
	}
	var last []byte
	if position > 0 {
		if err := tx.row(ctx, "SELECT hash FROM filing_step WHERE filing_id = $1 AND position = $2", id, position).Scan(&last); err != nil {
			return nil, err
		}
	}
	hash := stepHash(last, id, position+1, act, personID, sessionID, tx.now, text)
	_, err = tx.exec(ctx, "INSERT INTO filing_step (id, filing_id, position, act, by_person, session_id, at, body_enc, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		NewID(), id, position+1, string(act), personID, sessionID, tx.now, tx.s.keys.Seal(string(text)), hash)
	if err == nil {
		_, err = tx.exec(ctx, "UPDATE filing SET steps = $2, updated_at = $3 WHERE id = $1", id, position+1, tx.now)
	}
	return hash, err
}

// stepHash binds a step to everything before it. Each part comes with its length, so that none can be moved into the next.
func stepHash(last []byte, id string, position int64, act filing.Act, personID, sessionID string, at int64, text []byte) []byte {
	h := sha256.New()
	part := func(b []byte) {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(b))))
		h.Write(b)
	}
	for _, s := range []string{"microcourt filing step v1", id, string(act), personID, sessionID} {
		part([]byte(s))
	}
	part(binary.BigEndian.AppendUint64(nil, uint64(position)))
	part(binary.BigEndian.AppendUint64(nil, uint64(at)))
	part(text)
	part(last)
	return h.Sum(nil)
}

// WithdrawFiling is that who filed takes it back.
func (s *Store) WithdrawFiling(ctx context.Context, personID, sessionID, id string) (*Filing, error) {
	err := s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.mayFile(ctx, personID, sessionID); err != nil {
			return err
		}
		f, err := tx.filingOf(ctx, id)
		if err != nil {
			return err
		}
		if f.personID != personID {
			return court.ErrNotFound
		}
		if f.state == filing.Withdrawn {
			return nil
		}
		state, err := f.state.After(filing.Withdraw, false)
		if err != nil {
			return err
		}
		if _, err := tx.filingStep(ctx, id, filing.Withdraw, personID, sessionID, struct{}{}); err != nil {
			return err
		}
		if _, err := draftsOfFilings.remove(ctx, tx, "", personID, id); err != nil {
			return err
		}
		_, err = tx.exec(ctx, "UPDATE filing SET state = $2 WHERE id = $1", id, string(state))
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.Filing(ctx, personID, id)
}
