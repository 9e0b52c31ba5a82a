package store

import (
	"context"
	"database/sql"
	"errors"

	"microcourt/store/court"
	"microcourt/store/court/application"
	"microcourt/store/court/calendar"
)

// NewApplication hands in the application that was prepared as a draft.
type NewApplication struct {
	RoomAct  `json:"-"`
	Draft    string             `json:"draft"`
	Calendar *calendar.Calendar `json:"-"` // for the law's time
}

// applicationSaid is what the event of an application says.
type applicationSaid struct {
	Application string        `json:"application"`
	Kind        string        `json:"kind"`
	Name        string        `json:"name"`
	Title       string        `json:"title"`
	Party       string        `json:"party"`
	ByCourt     bool          `json:"by_court,omitempty"` // taken in by the court for a person who couldn't
	Mode        string        `json:"mode"`
	Document    *ExhibitPage  `json:"document,omitempty"`
	Signed      *Signed       `json:"signed,omitempty"`
	Pages       []ExhibitPage `json:"pages,omitempty"`
	Files       []ExhibitPage `json:"files,omitempty"`
	// Offline is what an application for going offline asks for.
	Offline  *application.OfflineAsked `json:"offline,omitempty"`
	Deadline int64                     `json:"deadline,omitempty"`
	Late     bool                      `json:"late,omitempty"`
}

// SubmitApplication makes a draft an application: an event in the room, or for a confidential kind in the applicant's bench thread, with the document
// as it was signed. Errors beside those of the draft: court.ErrUnsigned, court.ErrAuthority, court.ErrForbidden for a kind that isn't the
// party's to make.
func (s *Store) SubmitApplication(ctx context.Context, n NewApplication) (*Application, error) {
	if _, err := s.submitApplication(ctx, n); err != nil {
		return nil, err
	}
	var id string
	err := s.row(ctx, `SELECT a.id FROM event e JOIN application a ON a.case_id = e.case_id AND a.thread = e.thread AND a.seq = e.seq
		WHERE e.by_person = $1 AND e.id = $2`, n.PersonID, n.ID).Scan(&id)
	if err != nil {
		return nil, err
	}
	st, err := s.Standing(ctx, n.CaseID, n.PersonID, n.SessionID)
	if err != nil || st == nil {
		return nil, orElse(err, court.ErrNotFound)
	}
	return s.Application(ctx, n.CaseID, id, st)
}

func (s *Store) submitApplication(ctx context.Context, n NewApplication) (Appended, error) {
	return s.threadAct(ctx, n.RoomAct, court.ActApplicationSubmit, court.KindApplication, n,
		func(ctx context.Context, tx *Tx, st *court.Standing) (string, error) {
			return tx.draftsThread(ctx, &n, st)
		},
		func(ctx context.Context, x *acting) (any, error) {
			d, err := s.oneApplicationDraft(ctx, x, x.CaseID, x.PersonID, n.Draft)
			if err != nil {
				return nil, err
			}
			filled, err := d.check(true)
			if err != nil {
				return nil, err
			}
			said := &applicationSaid{Application: NewID(), Kind: d.Kind, Name: filled.Kind.Name.ZH, Title: filled.Kind.Title, ByCourt: x.st.Role.OfCourt(), Mode: d.Mode, Signed: d.Signed,
				Offline: filled.Offline()}
			party, err := x.applicant(ctx, filled.Kind, d.For)
			if err != nil {
				return nil, err
			}
			said.Party = party
			if d.Mode == ModeTemplate && d.Signed == nil {
				return nil, court.ErrUnsigned
			}
			if err := x.takeApplicationFiles(ctx, d, filled, said); err != nil {
				return nil, err
			}
			evidence, err := deadlineOf(ctx, x, x.CaseID, party)
			if err != nil {
				return nil, err
			}
			said.Deadline = filled.DeadlineOf(evidence, n.Calendar)
			said.Late = said.Deadline != 0 && x.at >= said.Deadline
			x.words = filled.Kind.Name.ZH + " " + filled.Kind.Title
			_, err = draftsOfApplications.remove(ctx, x.Tx, x.CaseID, x.PersonID, n.Draft)
			return said, err
		})
}

// draftsThread gives where an application goes. A repeat finds the draft gone, and goes where the first went.
func (tx *Tx) draftsThread(ctx context.Context, n *NewApplication, st *court.Standing) (thread string, err error) {
	err = tx.row(ctx, "SELECT thread FROM event WHERE by_person = $1 AND id = $2 AND case_id = $3", n.PersonID, n.ID, n.CaseID).Scan(&thread)
	if !errors.Is(err, sql.ErrNoRows) {
		return thread, err
	}
	d, err := tx.s.oneApplicationDraft(ctx, tx, n.CaseID, n.PersonID, n.Draft)
	if err != nil {
		return "", err
	}
	kind, err := application.Find(d.Kind)
	if err != nil {
		return "", err
	}
	switch {
	case !kind.Confidential:
		return court.RoomThread, nil
	case st.Role == court.RoleClerk: // who wouldn't read what becomes of it
		return "", court.ErrForbidden.In("kind")
	case st.Role.OfCourt():
		party, err := tx.s.applicationParty(ctx, n.CaseID, st, d.For)
		return court.BenchThread(party), err
	}
	return court.BenchThread(st.ParticipantID), nil
}

// applicant gives the party for whom the application is made, if the author may make it for that party.
func (x *acting) applicant(ctx context.Context, kind *application.Kind, wanted string) (string, error) {
	party, _, err := x.party(ctx, wanted)
	if err != nil {
		return "", err
	}
	a, err := applicantOf(ctx, x, x.CaseID, x.st, party)
	if err != nil {
		return "", err
	}
	return party.ID, kind.Check(a)
}

// applicantOf gives what the rules need to know of who applies for a party.
func applicantOf(ctx context.Context, q queryer, caseID string, st *court.Standing, party *EvidenceParty) (application.Applicant, error) {
	a := application.Applicant{Role: st.Role, Standing: party.Standing, CaseClosed: st.CaseClosed}
	if st.Role.OfCourt() { // which takes in what the party has signed itself
		a.Role = court.RoleParty
	}
	if err := q.row(ctx, "SELECT docket_number FROM court_case WHERE id = $1", caseID).Scan(&a.DocketNumber); err != nil {
		return a, err
	}
	err := q.row(ctx, "SELECT authority FROM representation WHERE case_id = $1 AND participant_id = $2 AND for_participant = $3", caseID, st.ParticipantID, party.ID).Scan(&a.Authority)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return a, err
}

// takeApplicationFiles takes the signed document, the pages and the files into the act's event.
func (x *acting) takeApplicationFiles(ctx context.Context, d *ApplicationDraft, filled *application.Filled, said *applicationSaid) error {
	wanted := d.files(filled)
	if d.document != "" {
		wanted[d.document] = wantedPage{court.PageInput{Attachment: d.document, SHA256: d.Signed.SHA256}, "document"}
	}
	taken, err := x.takeFiles(ctx, wanted)
	if err != nil {
		return err
	}
	if d.document != "" {
		document := taken[d.document]
		said.Document = &document
	}
	for _, p := range d.Pages {
		said.Pages = append(said.Pages, taken[p.Attachment])
	}
	refs := filled.Refs(application.TypeFiles)
	for _, field := range filled.Kind.Fields {
		for _, id := range refs[field.Key] {
			said.Files = append(said.Files, taken[id])
		}
	}
	return nil
}
