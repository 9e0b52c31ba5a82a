package store

import (
	"context"

	"microcourt/store/court"
)

// sessionCapacity is in which capacity a session s is used, "" for none and for the court's own people. Whoever hasn't chosen is a party where there is a case in which
// they are one, for that is what their own rights hang on; who is only ever a representative has nothing to choose.
const sessionCapacity = `CASE WHEN s.id IS NULL OR s.role <> 'person' THEN '' WHEN s.capacity <> '' THEN s.capacity
	WHEN EXISTS (SELECT 1 FROM participant o WHERE o.person_id = s.person_id AND o.role = 'party' AND o.removed_at IS NULL) THEN 'party' ELSE 'representative' END`

// SetCapacity has a session used in a capacity from now on: court.RoleParty or court.RoleRepresentative.
func (s *Store) SetCapacity(ctx context.Context, personID, sessionID string, capacity court.Role) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.checkSession(ctx, sessionID, personID); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "UPDATE session SET capacity = $2 WHERE id = $1", sessionID, string(capacity)); err != nil {
			return err
		}
		return tx.accessChanged(ctx, accessChange{SessionID: sessionID})
	})
}

// CapacityCases counts the cases in which somebody is a party, and those in which they represent one.
type CapacityCases struct {
	Party          int `json:"party"`
	Representative int `json:"representative"`
}

// CapacityCases counts a person's cases by capacity.
func (s *Store) CapacityCases(ctx context.Context, personID string) (n CapacityCases, err error) {
	err = s.row(ctx, `SELECT COUNT(CASE WHEN role = 'party' THEN 1 END), COUNT(CASE WHEN role = 'representative' THEN 1 END)
		FROM participant WHERE person_id = $1 AND removed_at IS NULL`, personID).Scan(&n.Party, &n.Representative)
	return n, err
}
