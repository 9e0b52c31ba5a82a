package store

import (
	"context"
)

// revokeSessions ends a person's sessions, but for the one to keep ("" keeps none), and lets every node know.
func (tx *Tx) revokeSessions(ctx context.Context, personID, keep string) error {
	n, err := tx.exec(ctx, "UPDATE session SET revoked_at = $3 WHERE person_id = $1 AND id <> $2 AND revoked_at IS NULL", personID, keep, tx.now)
	if err != nil || n == 0 {
		return err
	}
	return tx.accessChanged(ctx, accessChange{PersonID: personID})
}
