package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/application"
	"microcourt/store/court/exact"
)

// Application is an application with where it stands.
type Application struct {
	ID           string                 `json:"id"`
	Kind         string                 `json:"kind"`
	Name         exact.Text             `json:"name"`
	Title        string                 `json:"document_title"`
	Party        string                 `json:"party" doc:"participant id"`
	By           string                 `json:"by" doc:"participant id"`
	ByCourt      bool                   `json:"by_court,omitempty" doc:"the court took it in for a person who couldn't (代为电子化)"`
	State        application.State      `json:"state" enum:"submitted,under_review,need_supplement,granted,partly_granted,denied,recorded,revoked"`
	StateName    exact.Text             `json:"state_name"`
	At           int64                  `json:"at"`
	Deadline     int64                  `json:"deadline,omitempty" doc:"until when it was in time, as far as it is known"`
	Late         bool                   `json:"late,omitempty"`
	Decision     string                 `json:"decision,omitempty"`
	Reason       string                 `json:"reason,omitempty" doc:"of the court's last answer"`
	Until        int64                  `json:"until,omitempty" doc:"until when the court expects what is lacking"`
	Confidential bool                   `json:"confidential" doc:"read by the applicant and the judges only"`
	Thread       string                 `json:"thread"`
	Seq          int64                  `json:"seq" doc:"of its event in the thread"`
	UpdatedAt    int64                  `json:"updated_at"`
	Decisions    []application.Decision `json:"decisions" nullable:"false" doc:"that the court can make"`
	Steps        []ApplicationStep      `json:"steps,omitempty" nullable:"false" doc:"what happened, oldest first; in the answer for one application only"`
}

// ApplicationStep is one event of an application.
type ApplicationStep struct {
	Kind court.Kind      `json:"kind"`
	Seq  int64           `json:"seq"`
	By   string          `json:"by" doc:"participant id"`
	At   int64           `json:"at"`
	Body json.RawMessage `json:"body" doc:"as the protocol document says for the kind"`
}

// Applications gives the applications of a case that somebody reads, the newest first: those of the room, and the confidential ones of one's own
// bench thread or, for judges, of all bench threads since their appointment.
func (s *Store) Applications(ctx context.Context, caseID string, st *court.Standing) ([]Application, error) {
	rows, err := s.query(ctx, `SELECT id, kind, party_id, by_id, by_court, state, at, deadline, late, decision, reason, until, thread, seq, updated_at
		FROM application WHERE case_id = $1 ORDER BY at DESC, id DESC`, caseID)
	list, err := collect(rows, err, func(r *sql.Rows) (a Application, err error) {
		var late, byCourt int64
		err = r.Scan(&a.ID, &a.Kind, &a.Party, &a.By, &byCourt, &a.State, &a.At, &a.Deadline, &late, &a.Decision, &a.Reason, &a.Until, &a.Thread, &a.Seq, &a.UpdatedAt)
		a.Late, a.ByCourt = late != 0, byCourt != 0
		return a, err
	})
	if err != nil {
		return nil, err
	}
	mine := []Application{}
	for _, a := range list {
		th, err := court.ParseThread(a.Thread)
		if err != nil || !th.Reads(st) || a.At < th.ReadsFrom(st) {
			continue
		}
		kind, err := application.Find(a.Kind)
		if err != nil {
			return nil, err
		}
		a.Name, a.Title, a.StateName, a.Confidential, a.Decisions = kind.Name, kind.Title, application.StateNames[a.State], th.Kind != court.ThreadRoom, kind.Decisions
		mine = append(mine, a)
	}
	return mine, nil
}

// Application gives one application with its steps, or court.ErrNotFound.
func (s *Store) Application(ctx context.Context, caseID, id string, st *court.Standing) (*Application, error) {
	list, err := s.Applications(ctx, caseID, st)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(a Application) bool { return a.ID == id })
	if i < 0 {
		return nil, court.ErrNotFound
	}
	a := &list[i]
	rows, err := s.query(ctx, "SELECT kind, seq, by_id, at, body FROM application_step WHERE application_id = $1 ORDER BY position", id)
	a.Steps, err = collect(rows, err, func(r *sql.Rows) (p ApplicationStep, err error) {
		var body string
		err = r.Scan(&p.Kind, &p.Seq, &p.By, &p.At, &body)
		p.Body = json.RawMessage(body)
		return p, err
	})
	return a, err
}

// OfferedKind is a kind of application that somebody may make now.
type OfferedKind struct {
	application.Kind
	// DeadlineAt is the court's deadline for evidence where the law ties the application to it.
	DeadlineAt int64 `json:"deadline_at,omitempty" doc:"until when it is in time, where the court has set that"`
}

// OfferedKinds gives what the viewer may apply for in a case, for a party ("" for the only one).
func (s *Store) OfferedKinds(ctx context.Context, caseID, party string, st *court.Standing) ([]OfferedKind, error) {
	party, err := s.applicationParty(ctx, caseID, st, party)
	if err != nil {
		return nil, err
	}
	parties, err := evidenceParties(ctx, s, caseID)
	if err != nil {
		return nil, err
	}
	p, err := partyIn(parties, party)
	if err != nil {
		return nil, err
	}
	a, err := applicantOf(ctx, s, caseID, st, p)
	if err != nil {
		return nil, err
	}
	evidence, err := deadlineOf(ctx, s, caseID, party)
	if err != nil {
		return nil, err
	}
	offered := []OfferedKind{}
	for _, k := range application.Kinds {
		if k.Check(a) == nil {
			empty, _ := k.Fill(nil, false)
			offered = append(offered, OfferedKind{k, empty.DeadlineOf(evidence, nil)})
		}
	}
	return offered, nil
}

// ApplicationFacts gives what a document says of its case and of whom its fields name. Parties, the court's people and exhibits have to be of
// the case; errors name the field.
func (s *Store) ApplicationFacts(ctx context.Context, caseID string, st *court.Standing, d *ApplicationDraft) (*application.Filled, application.Facts, error) {
	f := application.Facts{Names: map[string]string{}}
	filled, err := d.check(false)
	if err != nil {
		return nil, f, err
	}
	if err := s.row(ctx, "SELECT court, docket_number, cause FROM court_case WHERE id = $1", caseID).Scan(&f.Court, &f.DocketNumber, &f.Cause); err != nil {
		return nil, f, err
	}
	people, err := s.Participants(ctx, caseID, st)
	if err != nil {
		return nil, f, err
	}
	mine, err := s.applicationParty(ctx, caseID, st, d.For)
	if err != nil {
		return nil, f, err
	}
	parties, ofCourt := map[string]bool{}, map[string]bool{}
	for _, p := range people {
		if p.Removed {
			continue
		}
		name := p.Name + "（" + p.Standing + "）"
		parties[p.ID], ofCourt[p.ID], f.Names[p.ID] = p.Role == court.RoleParty, p.Role.OfCourt(), name
		switch {
		case p.ID == mine:
			f.Applicant = name
		case p.Role == court.RoleParty:
			f.Opponent = joined(f.Opponent, name)
		case p.ID == st.ParticipantID:
			f.Agent = p.Name
		}
	}
	exhibits, err := s.exhibitNames(ctx, caseID)
	if err != nil {
		return nil, f, err
	}
	for _, check := range []struct {
		types []application.FieldType
		known func(id string) bool
	}{
		{[]application.FieldType{application.TypeParties}, func(id string) bool { return parties[id] }},
		{[]application.FieldType{application.TypeCourtPersons}, func(id string) bool { return ofCourt[id] }},
		{[]application.FieldType{application.TypeEvidence, application.TypeEvidences}, func(id string) bool { f.Names[id] = exhibits[id]; return exhibits[id] != "" }},
		{[]application.FieldType{application.TypeFiles}, func(id string) bool { f.Names[id] = d.Files[id].Name; return f.Names[id] != "" }},
	} {
		for key, ids := range filled.Refs(check.types...) {
			for i, id := range ids {
				if !check.known(id) {
					return nil, f, court.ErrInvalid.In(court.PageField("values."+key, i))
				}
			}
		}
	}
	return filled, f, nil
}

func joined(list, name string) string {
	if list == "" {
		return name
	}
	return list + "、" + name
}

// applicationParty gives the party for whom somebody applies.
func (s *Store) applicationParty(ctx context.Context, caseID string, st *court.Standing, wanted string) (string, error) {
	parties, err := evidenceParties(ctx, s, caseID)
	if err != nil {
		return "", err
	}
	mine, err := actsFor(ctx, s, caseID, st, parties)
	switch {
	case err != nil:
		return "", err
	case wanted == "" && len(mine) == 1:
		return mine[0], nil
	case wanted == "":
		return "", court.ErrPartyNeeded.In("for")
	case !slices.Contains(mine, wanted):
		return "", court.ErrInvalid.In("for")
	}
	return wanted, nil
}

// exhibitNames gives how the exhibits of a case are called, by id.
func (s *Store) exhibitNames(ctx context.Context, caseID string) (map[string]string, error) {
	parties, err := evidenceParties(ctx, s, caseID)
	if err != nil {
		return nil, err
	}
	list, err := s.exhibits(ctx, caseID, parties, nil, "")
	names := map[string]string{}
	for _, e := range list {
		names[e.ID] = e.Label + "《" + e.Name + "》"
	}
	return names, err
}
