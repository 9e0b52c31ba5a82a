package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/consent"
	"microcourt/store/court/exact"
)

// ConsentDeclaration is a party's word on stages: which it agrees to hold online, and which not. Version and SHA256 are of the notice that
// was shown.
type ConsentDeclaration struct {
	RoomAct `json:"-"`
	For     string                 `json:"for,omitempty"` // the party; "" where the author acts for one only
	Stages  map[consent.Stage]bool `json:"stages"`        // true: online
	Version string                 `json:"version"`
	SHA256  string                 `json:"sha256"`
	Note    string                 `json:"note,omitempty"` // how the court came to know of it, where it notes it for a party
}

// declaredBody is what the event of a declaration says.
type declaredBody struct {
	Party   string                 `json:"party"`
	Stages  map[consent.Stage]bool `json:"stages"`
	Version string                 `json:"version"`
	SHA256  string                 `json:"sha256"`
	ByCourt bool                   `json:"by_court,omitempty"`
	Note    string                 `json:"note,omitempty"`
}

// transferredBody is what the event says of stages that the court moves offline, or back. The decision on an application for it says the same.
type transferredBody struct {
	Stages  []consent.Stage `json:"stages"`
	Parties []string        `json:"parties"`
	Offline bool            `json:"offline"`
	Reason  string          `json:"reason,omitempty"`
}

// DeclareConsent puts a party's declaration into the room. What it says nothing of stays as it is: nothing is presumed. Errors: those of consent.State.Declare, naming
// the stage.
func (s *Store) DeclareConsent(ctx context.Context, d ConsentDeclaration) (Appended, error) {
	if len(d.Stages) == 0 {
		return Appended{}, court.ErrInvalid.In("stages")
	}
	if err := court.CheckReason(d.Note, false, "note"); err != nil {
		return Appended{}, err
	}
	for stage := range d.Stages {
		if !slices.Contains(consent.Stages, stage) {
			return Appended{}, court.ErrInvalid.In("stages")
		}
	}
	return s.roomAct(ctx, d.RoomAct, court.ActConsentDeclare, court.KindConsentDeclared, d, func(ctx context.Context, x *acting) (any, error) {
		party, _, err := x.party(ctx, d.For)
		if err != nil {
			return nil, err
		}
		for _, stage := range consent.Stages {
			agree, said := d.Stages[stage]
			if !said {
				continue
			}
			state, err := consentOf(ctx, x, x.CaseID, party.ID, stage)
			if err == nil {
				err = state.Declare(agree)
			}
			if err != nil {
				return nil, inField(err, "stages."+string(stage))
			}
		}
		return declaredBody{party.ID, d.Stages, d.Version, d.SHA256, x.st.Role.OfCourt(), d.Note}, nil
	})
}

// inField names the field in an error of the rules.
func inField(err error, field string) error {
	var e *court.Error
	if errors.As(err, &e) {
		return e.In(field)
	}
	return err
}

// StageTransfer is the court's word that stages go on offline, or online again.
type StageTransfer struct {
	RoomAct `json:"-"`
	Stages  []consent.Stage `json:"stages"`
	Parties []string        `json:"parties,omitempty"` // none: all
	Offline bool            `json:"offline"`
	Reason  string          `json:"reason"`
}

// TransferStages moves stages offline for all parties or for some, who then do there what the others do online. What was done online before stands (第五条,
// 第二十一条).
func (s *Store) TransferStages(ctx context.Context, t StageTransfer) (Appended, error) {
	if err := consent.CheckStages(t.Stages, "stages"); err != nil {
		return Appended{}, err
	}
	if err := court.CheckReason(t.Reason, true, "reason"); err != nil {
		return Appended{}, err
	}
	return s.roomAct(ctx, t.RoomAct, court.ActStageTransfer, court.KindStagesTransferred, t, func(ctx context.Context, x *acting) (any, error) {
		parties, err := x.partiesNamed(ctx, t.Parties)
		return transferredBody{t.Stages, parties, t.Offline, t.Reason}, err
	})
}

// partiesNamed gives the parties of the case that are named, or all where none is. The event names each, so that it says the same whoever joins later.
func (x *acting) partiesNamed(ctx context.Context, named []string) (ids []string, err error) {
	parties, err := evidenceParties(ctx, x, x.CaseID)
	for _, p := range parties {
		if !p.Removed && (len(named) == 0 || slices.Contains(named, p.ID)) {
			ids = append(ids, p.ID)
		}
	}
	if err == nil && (len(ids) == 0 || len(named) > len(ids)) {
		err = court.ErrInvalid.In("parties")
	}
	return ids, err
}

// online refuses what somebody does for a party in a stage that the party has not agreed to, or that is held offline. What the court takes down for a party
// is free.
func (x *acting) online(ctx context.Context, party string, stage consent.Stage) error {
	if x.st.Role.OfCourt() {
		return nil
	}
	state, err := consentOf(ctx, x, x.CaseID, party, stage)
	return orElse(err, state.Chosen())
}

// consentOf gives where a party stands on a stage.
func consentOf(ctx context.Context, q queryer, caseID, party string, stage consent.Stage) (consent.State, error) {
	var agreed string
	var offline int64
	err := q.row(ctx, "SELECT agreed, offline FROM consent WHERE case_id = $1 AND party_id = $2 AND stage = $3", caseID, party, string(stage)).Scan(&agreed, &offline)
	if errors.Is(err, sql.ErrNoRows) {
		return consent.Undeclared, nil
	}
	return consentState(agreed, offline), err
}

// standsOn gives where the parties of the case stand on a stage, as far as they have said anything.
func (x *acting) standsOn(ctx context.Context, stage consent.Stage) ([]consent.Stand, error) {
	rows, err := x.query(ctx, `SELECT p.standing, p.name, c.agreed, c.offline FROM consent c JOIN participant p ON p.case_id = c.case_id AND p.id = c.party_id
		WHERE c.case_id = $1 AND c.stage = $2 AND p.removed_at IS NULL ORDER BY p.position, p.id`, x.CaseID, string(stage))
	return collect(rows, err, func(r *sql.Rows) (consent.Stand, error) {
		var standing, name, agreed string
		var offline int64
		err := r.Scan(&standing, &name, &agreed, &offline)
		return consent.Stand{Party: standing + name, State: consentState(agreed, offline)}, err
	})
}

func consentState(agreed string, offline int64) consent.State {
	switch {
	case offline != 0:
		return consent.Offline
	case agreed == "":
		return consent.Undeclared
	}
	return consent.State(agreed)
}

// Consents is where the parties of a case stand on each stage.
type Consents struct {
	Parties []PartyConsent `json:"parties" nullable:"false"`
	ActsFor []string       `json:"acts_for" nullable:"false" doc:"parties that the viewer can declare for"`
}

// PartyConsent is where one party stands.
type PartyConsent struct {
	EvidenceParty
	Stages []StageConsent `json:"stages" nullable:"false" doc:"all stages, in the order of the form"`
}

// StageConsent is where a party stands on a stage.
type StageConsent struct {
	Stage     consent.Stage `json:"stage"`
	Name      exact.Text    `json:"name"`
	State     consent.State `json:"state" enum:"undeclared,agreed,refused,offline"`
	By        string        `json:"by,omitempty" doc:"participant id of who declared it"`
	ByCourt   bool          `json:"by_court,omitempty" doc:"the court noted it for a party"`
	At        int64         `json:"at,omitempty"`
	Version   string        `json:"version,omitempty" doc:"of the notice that was shown"`
	OfflineBy string        `json:"offline_by,omitempty" doc:"participant id of the judge"`
	OfflineAt int64         `json:"offline_at,omitempty"`
	Reason    string        `json:"reason,omitempty" doc:"why the court moved it"`
}

// ConsentPaper is all that a party's statement on stages online says, for printing.
type ConsentPaper struct {
	PartyConsent
	Court, DocketNumber, Cause string
	Names                      map[string]string // of who declared and decided, by participant
}

// ConsentPaper gives a party's statement. court.ErrNotFound for who is no party of the case.
func (s *Store) ConsentPaper(ctx context.Context, caseID, party string, st *court.Standing) (*ConsentPaper, error) {
	v, err := s.Consents(ctx, caseID, st)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(v.Parties, func(p PartyConsent) bool { return p.ID == party })
	if i < 0 {
		return nil, court.ErrNotFound
	}
	p := &ConsentPaper{PartyConsent: v.Parties[i], Names: map[string]string{}}
	if err := s.row(ctx, "SELECT court, docket_number, cause FROM court_case WHERE id = $1", caseID).Scan(&p.Court, &p.DocketNumber, &p.Cause); err != nil {
		return nil, err
	}
	people, err := s.Participants(ctx, caseID, st)
	for _, who := range people {
		p.Names[who.ID] = who.Standing + who.Name
	}
	return p, err
}

// Consents gives where the parties of a case stand.
func (s *Store) Consents(ctx context.Context, caseID string, st *court.Standing) (*Consents, error) {
	parties, err := evidenceParties(ctx, s, caseID)
	if err != nil {
		return nil, err
	}
	v := &Consents{Parties: []PartyConsent{}}
	if v.ActsFor, err = actsFor(ctx, s, caseID, st, parties); err != nil {
		return nil, err
	}
	type place struct {
		party string
		stage consent.Stage
	}
	said := map[place]StageConsent{}
	rows, err := s.query(ctx, "SELECT party_id, stage, agreed, by_id, by_court, version, at, offline, offline_by, offline_at, reason FROM consent WHERE case_id = $1", caseID)
	_, err = collect(rows, err, func(r *sql.Rows) (c StageConsent, err error) {
		var party, agreed string
		var byCourt, offline int64
		err = r.Scan(&party, &c.Stage, &agreed, &c.By, &byCourt, &c.Version, &c.At, &offline, &c.OfflineBy, &c.OfflineAt, &c.Reason)
		c.ByCourt, c.State = byCourt != 0, consentState(agreed, offline)
		said[place{party, c.Stage}] = c
		return c, err
	})
	for _, p := range parties {
		of := PartyConsent{EvidenceParty: p}
		for _, stage := range consent.Stages {
			c, ok := said[place{p.ID, stage}]
			if !ok {
				c = StageConsent{Stage: stage, State: consent.Undeclared}
			}
			c.Name = consent.Names[stage]
			of.Stages = append(of.Stages, c)
		}
		v.Parties = append(v.Parties, of)
	}
	return v, err
}
