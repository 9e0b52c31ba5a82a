package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"microcourt/store/court"
	"microcourt/store/court/filing"
)

// FilingEntry is a filing as lists show it.
type FilingEntry struct {
	ID           string       `json:"id"`
	Kind         string       `json:"kind"`
	Title        string       `json:"title"`
	State        filing.State `json:"state" enum:"submitted,correction_asked,resubmitted,accepted,refused,withdrawn,transferred"`
	Steps        int64        `json:"steps" doc:"how many there are; an answer names it"`
	CreatedAt    int64        `json:"created_at" doc:"when it was handed in first"`
	HandedInAt   int64        `json:"handed_in_at" doc:"when it was handed in last"`
	CorrectUntil int64        `json:"correct_until,omitempty" doc:"until when what the court wants corrected should come"`
	Case         string       `json:"case,omitempty"`
	DocketNumber string       `json:"docket_number,omitempty"`
}

// FiledAct is one thing that was done.
type FiledAct struct {
	Act filing.Act `json:"act"`
	At  int64      `json:"at"`
	// By is the name of the member of staff; who files is told that it was the court, not who.
	By string `json:"by,omitempty"`
	// What the court said.
	Corrections []filing.Correction `json:"corrections,omitempty" nullable:"false"`
	Until       int64               `json:"until,omitempty"`
	Reason      string              `json:"reason,omitempty"`
	Court       string              `json:"court,omitempty"`
	// What was handed in.
	Paper  string `json:"paper,omitempty" doc:"attachment: the filing as it was signed"`
	SHA256 string `json:"sha256,omitempty" doc:"of the paper, in hex"`
}

// Filing is a filing whole.
type Filing struct {
	FilingEntry
	Version int             `json:"version" doc:"of the kind's form"`
	Values  filing.Values   `json:"values" doc:"as they were handed in last, by the keys of the fields"`
	Paper   string          `json:"paper" doc:"attachment: the filing as it was signed last"`
	SHA256  string          `json:"sha256"`
	History []FiledAct      `json:"history" nullable:"false"`
	Files   map[string]File `json:"files" nullable:"false" doc:"what the record knows of the files, by attachment"`
}

// DeskFiling is a filing as the court's desk sees it.
type DeskFiling struct {
	Filing
	Filer string `json:"filer" doc:"the verified name of who filed"`
	// Alike are other filings of the same parties about the same, or about the same decision.
	Alike []FilingEntry `json:"alike" nullable:"false"`
	// Invited are those who have to link the case once it was accepted.
	Invited []Invitation `json:"invited" nullable:"false"`
}

const filingColumns = "f.id, f.kind, f.title_enc, f.state, f.steps, f.created_at, f.handed_in_at, f.correct_until, f.case_id, f.docket_number"

func (s *Store) scanFiling(r interface{ Scan(...any) error }, more ...any) (e FilingEntry, err error) {
	var title []byte
	err = r.Scan(append([]any{&e.ID, &e.Kind, &title, &e.State, &e.Steps, &e.CreatedAt, &e.HandedInAt, &e.CorrectUntil, &e.Case, &e.DocketNumber}, more...)...)
	if err == nil {
		e.Title, err = s.keys.Open(title)
	}
	return e, err
}

func (s *Store) filingEntries(ctx context.Context, where string, args ...any) ([]FilingEntry, error) {
	rows, err := s.query(ctx, "SELECT "+filingColumns+" FROM filing f WHERE "+where, args...)
	list, err := collect(rows, err, func(r *sql.Rows) (FilingEntry, error) { return s.scanFiling(r) })
	if list == nil {
		list = []FilingEntry{}
	}
	return list, err
}

// Filings gives what a person has handed in, the newest first.
func (s *Store) Filings(ctx context.Context, personID string) ([]FilingEntry, error) {
	return s.filingEntries(ctx, "f.person_id = $1 ORDER BY f.updated_at DESC, f.id", personID)
}

// Filing gives one of a person's filings, or court.ErrNotFound.
func (s *Store) Filing(ctx context.Context, personID, id string) (*Filing, error) {
	f, owner, err := s.wholeFiling(ctx, id, false)
	if err == nil && owner != personID {
		err = court.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// wholeFiling reads a filing with its history; names says who of the court did what.
func (s *Store) wholeFiling(ctx context.Context, id string, names bool) (*Filing, string, error) {
	f := &Filing{History: []FiledAct{}, Files: map[string]File{}}
	var owner string
	var body []byte
	var err error
	f.FilingEntry, err = s.scanFiling(s.row(ctx, "SELECT "+filingColumns+", f.person_id, f.body_enc FROM filing f WHERE f.id = $1", id), &owner, &body)
	if err != nil {
		return nil, "", notFound(err)
	}
	text, err := s.keys.Open(body)
	if err != nil {
		return nil, "", err
	}
	var said handedInBody
	if err := json.Unmarshal([]byte(text), &said); err != nil {
		return nil, "", err
	}
	f.Version, f.Values, f.Paper, f.SHA256 = said.Version, said.Values, said.Paper, said.SHA256
	steps, err := s.filingSteps(ctx, id)
	if err != nil {
		return nil, "", err
	}
	for _, step := range steps {
		var said struct {
			filingAnsweredBody
			Paper  string `json:"paper"`
			SHA256 string `json:"sha256"`
		}
		if err := json.Unmarshal(step.text[saltSize:], &said); err != nil {
			return nil, "", err
		}
		one := FiledAct{Act: step.act, At: step.at, Corrections: said.Corrections, Until: said.Until, Reason: said.Reason, Court: said.Court, Paper: said.Paper, SHA256: said.SHA256}
		if names && step.act.OfCourt() {
			one.By = step.name
		}
		f.History = append(f.History, one)
	}
	rows, err := s.query(ctx, `SELECT a.id, a.name, a.type, a.size, a.width, a.height, a.thumb_sha256 FROM filing_file x JOIN attachment a ON a.id = x.attachment_id WHERE x.filing_id = $1`, id)
	if err != nil {
		return nil, "", err
	}
	defer rows.Close()
	for rows.Next() {
		var attachment, thumb string
		var file File
		if err := rows.Scan(&attachment, &file.Name, &file.Type, &file.Size, &file.Width, &file.Height, &thumb); err != nil {
			return nil, "", err
		}
		file.Thumbnail = thumb != ""
		f.Files[attachment] = file
	}
	return f, owner, rows.Err()
}

type filingStepRow struct {
	position              int64
	act                   filing.Act
	person, session, name string
	at                    int64
	text, hash            []byte
}

func (s *Store) filingSteps(ctx context.Context, id string) ([]filingStepRow, error) {
	rows, err := s.query(ctx, `SELECT x.position, x.act, x.by_person, x.session_id, x.at, x.body_enc, x.hash, COALESCE(p.name, '') FROM filing_step x
		LEFT JOIN person p ON p.id = x.by_person WHERE x.filing_id = $1 ORDER BY x.position`, id)
	return collect(rows, err, func(r *sql.Rows) (st filingStepRow, err error) {
		var body []byte
		if err = r.Scan(&st.position, &st.act, &st.person, &st.session, &st.at, &body, &st.hash, &st.name); err != nil {
			return st, err
		}
		text, err := s.keys.Open(body)
		if st.text = []byte(text); err == nil && len(text) < saltSize {
			err = errors.New("a step of a filing is cut off")
		}
		return st, err
	})
}

// VerifyFiling recomputes the chain of a filing's steps and says at which one it isn't as it was written, 0 for none. last is the hash that the room's event names, nil where there is no room.
func (s *Store) VerifyFiling(ctx context.Context, id string, last []byte) (wrong int64, err error) {
	steps, err := s.filingSteps(ctx, id)
	if err != nil {
		return 0, err
	}
	if len(steps) == 0 {
		return 0, court.ErrNotFound
	}
	var before []byte
	for i, st := range steps {
		if st.position != int64(i+1) || !bytes.Equal(st.hash, stepHash(before, id, st.position, st.act, st.person, st.session, st.at, st.text)) {
			return int64(i + 1), nil
		}
		before = st.hash
	}
	if last != nil && !bytes.Equal(before, last) {
		return int64(len(steps)), nil
	}
	return 0, nil
}

// QueuedFiling is a filing on the desk, and how many others are alike.
type QueuedFiling struct {
	FilingEntry
	Alike int
}

// alikeTo are other filings g of the same parties about the same as f, or about the same decision; what was withdrawn counts for nothing.
const alikeTo = "g.id <> f.id AND g.state <> 'withdrawn' AND (g.parties_mac = f.parties_mac OR g.decision_mac = f.decision_mac)"

// FilingQueue gives what was filed in some states, what has waited longest first.
func (s *Store) FilingQueue(ctx context.Context, states []filing.State, limit int) ([]QueuedFiling, error) {
	marks, args := inStates(states, 2)
	rows, err := s.query(ctx, "SELECT "+filingColumns+", (SELECT COUNT(*) FROM filing g WHERE "+alikeTo+") FROM filing f WHERE f.state IN ("+marks+") ORDER BY f.handed_in_at, f.id LIMIT $1", append([]any{limit}, args...)...)
	return collect(rows, err, func(r *sql.Rows) (q QueuedFiling, err error) {
		q.FilingEntry, err = s.scanFiling(r, &q.Alike)
		return q, err
	})
}

// CountFilings says how many filings are in some states.
func (s *Store) CountFilings(ctx context.Context, states []filing.State) (n int, err error) {
	marks, args := inStates(states, 1)
	return n, s.row(ctx, "SELECT COUNT(*) FROM filing WHERE state IN ("+marks+")", args...).Scan(&n)
}

func inStates(states []filing.State, first int) (marks string, args []any) {
	names := make([]string, len(states))
	for i, st := range states {
		names[i] = string(st)
	}
	return inList(names, first)
}

// PanelMember is a judge or clerk who can be put on the panel of a case.
type PanelMember struct {
	Login string     `json:"login"`
	Name  string     `json:"name"`
	Role  court.Role `json:"role" enum:"judge,clerk"`
}

// PanelMembers gives them, judges first.
func (s *Store) PanelMembers(ctx context.Context) ([]PanelMember, error) {
	rows, err := s.query(ctx, "SELECT t.login, p.name, t.role FROM staff t JOIN person p ON p.id = t.person_id WHERE t.disabled_at IS NULL AND t.role IN ('judge', 'clerk') ORDER BY t.role DESC, p.name, t.login")
	return collect(rows, err, func(r *sql.Rows) (m PanelMember, err error) { return m, r.Scan(&m.Login, &m.Name, &m.Role) })
}

// FilingOnDesk gives a filing to somebody of the court, and notes that it was looked at.
func (s *Store) FilingOnDesk(ctx context.Context, by By, sessionID, id string) (*DeskFiling, error) {
	err := s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.staffMay(ctx, court.ActFilingDesk, by.PersonID, sessionID); err != nil {
			return err
		}
		if _, err := tx.filingOf(ctx, id); err != nil {
			return err
		}
		return tx.audit(ctx, by.PersonID, court.ActFilingDesk, id, "read", by.Address)
	})
	if err != nil {
		return nil, err
	}
	return s.deskFiling(ctx, id)
}

func (s *Store) deskFiling(ctx context.Context, id string) (*DeskFiling, error) {
	f, owner, err := s.wholeFiling(ctx, id, true)
	if err != nil {
		return nil, err
	}
	d := &DeskFiling{Filing: *f, Invited: []Invitation{}}
	if err := s.row(ctx, "SELECT name FROM person WHERE id = $1", owner).Scan(&d.Filer); err != nil {
		return nil, err
	}
	d.Alike, err = s.filingEntries(ctx, "f.state <> 'withdrawn' AND EXISTS (SELECT 1 FROM filing g WHERE g.id = $1 AND g.id <> f.id AND (g.parties_mac = f.parties_mac OR g.decision_mac = f.decision_mac)) ORDER BY f.created_at, f.id LIMIT 20", id)
	if err == nil && f.Case != "" {
		d.Invited, err = s.Invitations(ctx, f.Case)
	}
	return d, err
}

// readsFiling reports whether an attachment is of a filing that somebody of the court may look at.
func (s *Store) readsFiling(ctx context.Context, personID, attachment string) (bool, error) {
	var role court.Role
	err := s.row(ctx, `SELECT t.role FROM staff t WHERE t.person_id = $1 AND t.disabled_at IS NULL AND EXISTS (SELECT 1 FROM filing_file x WHERE x.attachment_id = $2)`, personID, attachment).Scan(&role)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil && court.Allows(court.ActFilingDesk, role), err
}
