package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"microcourt/store/court"
)

// BindingState is where a binding to an organisation stands.
type BindingState string

// The states.
const (
	BindingReview  BindingState = "review"
	BindingBound   BindingState = "bound"
	BindingRefused BindingState = "refused"
	BindingEnded   BindingState = "ended"
)

// Binding is that a person acts for an organisation as one of its staff (单位绑定; 民事诉讼法 第61条第二款第二项). Times are Unix milliseconds.
type Binding struct {
	ID       string `json:"id"`
	PersonID string `json:"-"`
	Person   string `json:"person" doc:"who it is"`
	court.Organisation
	State      BindingState `json:"state" enum:"review,bound,refused,ended"`
	Authority  string       `json:"authority,omitempty" doc:"一般授权 or 特别授权, as the organisation's letter says"`
	Reason     string       `json:"reason,omitempty"`
	CreatedAt  int64        `json:"created_at"`
	DecidedAt  int64        `json:"decided_at,omitempty"`
	Cases      int          `json:"cases" doc:"in which the person acts for it"`
	Colleagues []Colleague  `json:"colleagues" nullable:"false" doc:"who else acts for it, while I do"`
}

// Colleague is somebody else who acts for the same organisation.
type Colleague struct {
	Name      string `json:"name"`
	Authority string `json:"authority" doc:"一般授权 or 特别授权"`
	Since     int64  `json:"since" doc:"Unix milliseconds"`
}

// BindingProof is a picture that shows it.
type BindingProof struct {
	Kind  string `json:"kind" enum:"licence,letter"`
	Type  string `json:"type"`
	Image []byte `json:"image"`
}

// maxBindings bounds how many bindings of one person stand or wait.
const maxBindings = 20

const bindingColumns = `b.id, b.person_id, p.name, b.name, b.kind, b.code_type, b.code, b.state, b.authority, b.reason, b.created_at, b.decided_at,
	(SELECT COUNT(*) FROM participant c WHERE c.ref = 'member/' || b.id AND c.removed_at IS NULL)`

func scanBinding(row interface{ Scan(...any) error }) (b Binding, err error) {
	b.Colleagues = []Colleague{}
	return b, row.Scan(&b.ID, &b.PersonID, &b.Person, &b.Name, &b.Kind, &b.CodeType, &b.Code, &b.State, &b.Authority, &b.Reason, &b.CreatedAt, &b.DecidedAt, &b.Cases)
}

// Bindings gives a person's own.
func (s *Store) Bindings(ctx context.Context, personID string) ([]Binding, error) {
	rows, err := s.query(ctx, "SELECT "+bindingColumns+" FROM organisation_binding b JOIN person p ON p.id = b.person_id WHERE b.person_id = $1 ORDER BY b.created_at DESC, b.id", personID)
	list, err := collect(rows, err, func(r *sql.Rows) (Binding, error) { return scanBinding(r) })
	for i := range list {
		if list[i].State == BindingBound && err == nil { // at most maxBindings
			list[i].Colleagues, err = s.colleagues(ctx, &list[i])
		}
	}
	return list, err
}

// colleagues gives who else the court has found to act for the organisation of a binding.
func (s *Store) colleagues(ctx context.Context, b *Binding) ([]Colleague, error) {
	rows, err := s.query(ctx, `SELECT p.name, o.authority, o.decided_at FROM organisation_binding o JOIN person p ON p.id = o.person_id
		WHERE o.organisation_code = $1 AND o.state = 'bound' AND o.id <> $2 ORDER BY o.decided_at, o.id LIMIT 200`, court.OrganisationCode(b.CodeType, b.Code), b.ID)
	all, err := collect(rows, err, func(r *sql.Rows) (m Colleague, err error) { return m, r.Scan(&m.Name, &m.Authority, &m.Since) })
	return append([]Colleague{}, all...), err
}

// BindingQueue gives those that wait for the court, the longest first.
func (s *Store) BindingQueue(ctx context.Context) ([]Binding, error) {
	rows, err := s.query(ctx, "SELECT "+bindingColumns+" FROM organisation_binding b JOIN person p ON p.id = b.person_id WHERE b.state = 'review' ORDER BY b.created_at, b.id LIMIT 200")
	return collect(rows, err, func(r *sql.Rows) (Binding, error) { return scanBinding(r) })
}

// LookAtBinding gives a binding with its pictures to a member of staff, and notes in the audit that they looked.
func (s *Store) LookAtBinding(ctx context.Context, id string, by By) (b Binding, proofs []BindingProof, err error) {
	if b, err = scanBinding(s.row(ctx, "SELECT "+bindingColumns+" FROM organisation_binding b JOIN person p ON p.id = b.person_id WHERE b.id = $1", id)); err != nil {
		return b, nil, notFound(err)
	}
	rows, err := s.query(ctx, "SELECT kind, type, image_enc FROM organisation_proof WHERE binding_id = $1 ORDER BY kind DESC", id)
	proofs, err = collect(rows, err, func(r *sql.Rows) (p BindingProof, err error) {
		var sealed []byte
		if err = r.Scan(&p.Kind, &p.Type, &sealed); err != nil {
			return p, err
		}
		image, err := s.keys.Open(sealed)
		p.Image = []byte(image)
		return p, err
	})
	if err == nil {
		b.Colleagues, err = s.colleagues(ctx, &b)
	}
	if err != nil {
		return b, nil, err
	}
	return b, proofs, s.Note(ctx, by, court.ActOrganisationReview, id, "looked at")
}

// Bind asks to act for an organisation. Who isn't verified is court.ErrIdentityRequired; where it stands or waits already nothing changes.
func (s *Store) Bind(ctx context.Context, personID, sessionID string, o court.Organisation, proofs []BindingProof) (b Binding, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.lockPerson(ctx, sessionID, personID); err != nil {
			return err
		}
		var verified, standing int
		err := tx.row(ctx, `SELECT (SELECT COUNT(*) FROM verification WHERE person_id = $1 AND revoked_at IS NULL),
			(SELECT COUNT(*) FROM organisation_binding WHERE person_id = $1 AND state IN ('review', 'bound'))`, personID).Scan(&verified, &standing)
		if err != nil {
			return err
		}
		if verified == 0 {
			return court.ErrIdentityRequired
		}
		one := "SELECT " + bindingColumns + " FROM organisation_binding b JOIN person p ON p.id = b.person_id WHERE b.person_id = $1 AND b.organisation_code = $2 AND b.state IN ('review', 'bound')"
		known := court.OrganisationCode(o.CodeType, o.Code)
		if b, err = scanBinding(tx.row(ctx, one, personID, known)); err == nil || !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if standing >= maxBindings {
			return court.ErrTooMany
		}
		id := NewID()
		if _, err = tx.exec(ctx, "INSERT INTO organisation_binding (id, person_id, name, kind, code_type, code, organisation_code, state, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'review', $8)",
			id, personID, o.Name, o.Kind, o.CodeType, o.Code, known, tx.now); err != nil {
			return err
		}
		for _, p := range proofs {
			if _, err := tx.exec(ctx, "INSERT INTO organisation_proof (id, binding_id, kind, type, image_enc) VALUES ($1, $2, $3, $4, $5)",
				NewID(), id, p.Kind, p.Type, s.keys.Seal(string(p.Image))); err != nil {
				return err
			}
		}
		b, err = scanBinding(tx.row(ctx, one, personID, known))
		return err
	})
	return b, err
}

// Unbind ends a person's own binding: in every case the person no longer acts for the organisation. What was done stays.
func (s *Store) Unbind(ctx context.Context, personID, sessionID, id string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.lockPerson(ctx, sessionID, personID); err != nil {
			return err
		}
		n, err := tx.exec(ctx, "UPDATE organisation_binding SET state = 'ended', ended_at = $3 WHERE id = $1 AND person_id = $2 AND state IN ('review', 'bound')", id, personID, tx.now)
		if err != nil {
			return err
		}
		if n == 0 {
			return court.ErrNotFound
		}
		return tx.memberLeaves(ctx, id)
	})
}

// BindingDecision is what a member of staff decides.
type BindingDecision struct {
	ID        string
	By        By
	Approve   bool
	Authority string // of an approval: court.AuthorityGeneral or court.AuthoritySpecial
	Reason    string // of a refusal, and of an approval that is taken back
}

// DecideBinding approves or refuses one that waits, or ends one that was approved. An approval takes effect in all open cases in which the organisation is a party.
func (s *Store) DecideBinding(ctx context.Context, d BindingDecision) (b Binding, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		var err error
		one := "SELECT " + bindingColumns + " FROM organisation_binding b JOIN person p ON p.id = b.person_id WHERE b.id = $1"
		var state BindingState
		if err = tx.row(ctx, "SELECT state FROM organisation_binding WHERE id = $1"+tx.lock, d.ID).Scan(&state); err != nil {
			return notFound(err)
		}
		next, detail := BindingBound, "approved"
		switch {
		case state == BindingReview && !d.Approve:
			next, detail = BindingRefused, "refused"
		case state == BindingBound && !d.Approve:
			next, detail = BindingEnded, "ended"
		case state != BindingReview:
			return court.ErrProofingState
		}
		if _, err = tx.exec(ctx, "UPDATE organisation_binding SET state = $2, authority = $3, reason = $4, decided_at = $5, decided_by = $6 WHERE id = $1",
			d.ID, string(next), d.Authority, d.Reason, tx.now, d.By.PersonID); err != nil {
			return err
		}
		if b, err = scanBinding(tx.row(ctx, one, d.ID)); err != nil {
			return err
		}
		if next == BindingBound {
			err = tx.memberJoins(ctx, &b)
		} else {
			err = tx.memberLeaves(ctx, d.ID)
		}
		if err != nil {
			return err
		}
		if b, err = scanBinding(tx.row(ctx, one, d.ID)); err != nil {
			return err
		}
		return tx.audit(ctx, d.By.PersonID, court.ActOrganisationReview, d.ID, detail, d.By.Address)
	})
	return b, err
}

// memberRef is the ref of somebody who acts for an organisation by a binding, which no ref of a file can be.
func memberRef(binding string) string { return "member/" + binding }

// memberStanding is how such a representative is called.
const memberStanding = "委托诉讼代理人（单位工作人员）"

// memberJoins gives the person of a binding a place in every open case in which the organisation is a party and the person has none.
func (tx *Tx) memberJoins(ctx context.Context, b *Binding) error {
	type party struct{ caseID, id, codeType, code string }
	rows, err := tx.query(ctx, `SELECT p.case_id, p.id, p.id_type, p.id_number_enc FROM participant p JOIN court_case c ON c.id = p.case_id
		WHERE p.kind = 'organisation' AND p.role = 'party' AND p.removed_at IS NULL AND c.state = 'open' AND p.id_number_enc IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM participant o WHERE o.case_id = p.case_id AND o.person_id = $1 AND o.removed_at IS NULL) ORDER BY p.case_id, p.id`, b.PersonID)
	parties, err := collect(rows, err, func(r *sql.Rows) (p party, err error) {
		var sealed []byte
		if err = r.Scan(&p.caseID, &p.id, &p.codeType, &sealed); err != nil {
			return p, err
		}
		p.code, err = tx.s.keys.Open(sealed)
		return p, err
	})
	if err != nil {
		return err
	}
	known := court.OrganisationCode(b.CodeType, b.Code)
	parties = slices.DeleteFunc(parties, func(p party) bool { return court.OrganisationCode(p.codeType, p.code) != known })
	for i, p := range parties {
		if i > 0 && parties[i-1].caseID == p.caseID { // one organisation on two sides: a person acts for the first
			continue
		}
		id := NewID()
		if err := tx.row(ctx, "SELECT id FROM participant WHERE case_id = $1 AND ref = $2", p.caseID, memberRef(b.ID)).Scan(&id); err == nil {
			_, err = tx.exec(ctx, "UPDATE participant SET removed_at = NULL, joined_at = $3, name = $4 WHERE case_id = $1 AND id = $2", p.caseID, id, tx.now, b.Person)
			if err != nil {
				return err
			}
		} else if !errors.Is(err, sql.ErrNoRows) {
			return err
		} else if _, err = tx.exec(ctx, `INSERT INTO participant (id, case_id, ref, person_id, role, standing, kind, name, position, joined_at)
			VALUES ($1, $2, $3, $4, 'representative', $5, 'person', $6, (SELECT COALESCE(MAX(position), 0) + 1 FROM participant WHERE case_id = $2), $7)`,
			id, p.caseID, memberRef(b.ID), b.PersonID, memberStanding, b.Person, tx.now); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "DELETE FROM representation WHERE participant_id = $1", id); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "INSERT INTO representation (case_id, participant_id, for_participant, authority) VALUES ($1, $2, $3, $4)", p.caseID, id, p.id, b.Authority); err != nil {
			return err
		}
		if err := tx.placesChanged(ctx, p.caseID, []string{id}, nil); err != nil {
			return err
		}
		if err := tx.placeLinked(ctx, p.caseID, p.id); err != nil {
			return err
		}
	}
	return nil
}

// membersJoin gives those who are bound to an organisation their places in cases in which its code has become known; "" stands for none.
func (tx *Tx) membersJoin(ctx context.Context, organisationCode string) error {
	if organisationCode == "" {
		return nil
	}
	rows, err := tx.query(ctx, "SELECT "+bindingColumns+" FROM organisation_binding b JOIN person p ON p.id = b.person_id WHERE b.organisation_code = $1 AND b.state = 'bound' ORDER BY b.created_at, b.id", organisationCode)
	bound, err := collect(rows, err, func(r *sql.Rows) (Binding, error) { return scanBinding(r) })
	for i := range bound {
		err = orElse(err, tx.memberJoins(ctx, &bound[i]))
	}
	return err
}

// memberLeaves takes the places that a binding gave away again.
func (tx *Tx) memberLeaves(ctx context.Context, binding string) error {
	rows, err := tx.query(ctx, "SELECT case_id, id FROM participant WHERE ref = $1 AND removed_at IS NULL ORDER BY case_id", memberRef(binding))
	places, err := collect(rows, err, func(r *sql.Rows) (p [2]string, err error) { return p, r.Scan(&p[0], &p[1]) })
	if err != nil {
		return err
	}
	for _, p := range places {
		if _, err := tx.exec(ctx, "UPDATE participant SET removed_at = $3 WHERE case_id = $1 AND id = $2", p[0], p[1], tx.now); err != nil {
			return err
		}
		if err := tx.placesChanged(ctx, p[0], nil, []string{p[1]}); err != nil {
			return err
		}
	}
	return nil
}

// placesChanged tells a case's room, and the nodes, that participants came or went.
func (tx *Tx) placesChanged(ctx context.Context, caseID string, joined, left []string) error {
	if err := tx.accessChanged(ctx, accessChange{CaseID: caseID}); err != nil {
		return err
	}
	return tx.appendSystem(ctx, caseID, court.RoomThread, court.KindCaseChanged, "", "", struct {
		Joined  []string `json:"joined"`
		Left    []string `json:"left"`
		Changed []string `json:"changed"`
	}{list(joined), list(left), list(nil)})
}

// members gives those whose bindings hold for the organisations of a file, for the import to leave in their places or to give them one.
func (im *caseImport) members(ctx context.Context, wanted []*importedPlace) (all []*importedPlace, err error) {
	for _, w := range wanted {
		known := court.OrganisationCode(w.idType, w.idNumber)
		if w.kind != court.KindOrganisation || w.role != court.RoleParty || known == "" {
			continue
		}
		rows, err := im.tx.query(ctx, `SELECT b.id, b.person_id, p.name, b.authority FROM organisation_binding b JOIN person p ON p.id = b.person_id
			WHERE b.organisation_code = $1 AND b.state = 'bound' ORDER BY b.created_at, b.id`, known)
		bound, err := collect(rows, err, func(r *sql.Rows) (b Binding, err error) {
			return b, r.Scan(&b.ID, &b.PersonID, &b.Person, &b.Authority)
		})
		if err != nil {
			return nil, err
		}
		for _, b := range bound {
			all = append(all, &importedPlace{ref: memberRef(b.ID), role: court.RoleRepresentative, kind: court.KindPerson, standing: memberStanding, name: b.Person, personID: b.PersonID,
				position: len(wanted) + len(all), actsFor: []string{w.ref}, authority: func(string) string { return b.Authority }})
		}
	}
	return all, nil
}
