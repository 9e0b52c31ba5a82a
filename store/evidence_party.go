package store

import (
	"context"
	"database/sql"
	"slices"

	"microcourt/store/court"
)

// EvidenceParty is a party of a case as evidence speaks of it.
type EvidenceParty struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Standing string `json:"standing" doc:"原告, 被告, 第三人 ..."`
	Shared   bool   `json:"shared" doc:"other parties have the same standing, so that labels name the party too"`
	Removed  bool   `json:"removed,omitempty"`
}

// label names a party's exhibit.
func (p *EvidenceParty) label(number int64) string {
	return court.ExhibitLabel(p.Standing, p.Name, p.Shared, number)
}

// evidenceParties gives all parties that a case has or had, in their order.
func evidenceParties(ctx context.Context, q queryer, caseID string) ([]EvidenceParty, error) {
	rows, err := q.query(ctx, `SELECT id, name, standing, CASE WHEN removed_at IS NULL THEN 0 ELSE 1 END FROM participant
		WHERE case_id = $1 AND role = 'party' ORDER BY position, id`, caseID)
	list, err := collect(rows, err, func(r *sql.Rows) (p EvidenceParty, err error) {
		var removed int
		err = r.Scan(&p.ID, &p.Name, &p.Standing, &removed)
		p.Removed = removed != 0
		return p, err
	})
	count := map[string]int{}
	for _, p := range list {
		count[p.Standing]++
	}
	for i := range list {
		list[i].Shared = count[list[i].Standing] > 1
	}
	return list, err
}

// actsFor gives the parties for whom a participant acts: a party for itself, a representative for whom it represents, the
// court for any who can't.
func actsFor(ctx context.Context, q queryer, caseID string, st *court.Standing, parties []EvidenceParty) ([]string, error) {
	rows, err := q.query(ctx, "SELECT for_participant FROM representation WHERE case_id = $1 AND participant_id = $2", caseID, st.ParticipantID)
	represented, err := collect(rows, err, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
	ids := []string{}
	for _, p := range parties {
		own := st.Role == court.RoleParty && p.ID == st.ParticipantID || st.Role == court.RoleRepresentative && slices.Contains(represented, p.ID)
		if !p.Removed && (own || st.Role.OfCourt()) {
			ids = append(ids, p.ID)
		}
	}
	return ids, err
}

// party gives the party for whom the act is done: the one named, or the only one whom the author acts for. The court always names
// one.
func (x *acting) party(ctx context.Context, wanted string) (*EvidenceParty, []EvidenceParty, error) {
	parties, err := evidenceParties(ctx, x, x.CaseID)
	if err != nil {
		return nil, nil, err
	}
	mine, err := actsFor(ctx, x, x.CaseID, x.st, parties)
	switch {
	case err != nil:
		return nil, nil, err
	case wanted == "" && (len(mine) > 1 || x.st.Role.OfCourt()):
		return nil, nil, court.ErrPartyNeeded.In("for")
	case wanted == "" && len(mine) == 1:
		wanted = mine[0]
	case !slices.Contains(mine, wanted):
		return nil, nil, court.ErrInvalid.In("for")
	}
	p, err := partyIn(parties, wanted)
	return p, parties, err
}

// partyIn finds a party by its id.
func partyIn(parties []EvidenceParty, id string) (*EvidenceParty, error) {
	for i := range parties {
		if parties[i].ID == id {
			return &parties[i], nil
		}
	}
	return nil, court.ErrNotFound
}
