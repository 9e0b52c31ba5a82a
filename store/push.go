package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"

	"microcourt/store/court"
)

// PushSubscription is a browser that wants push messages. What is needed to send is a secret of the browser's.
type PushSubscription struct {
	ID       string
	PersonID string
	Endpoint string
	P256DH   []byte
	Auth     []byte
}

// maxPushOfPerson bounds how many browsers of one person are told.
const maxPushOfPerson = 20

// SubscribePush binds a browser to a session; a session has one, and a browser belongs to the last session that asked.
func (s *Store) SubscribePush(ctx context.Context, sessionID string, p PushSubscription) error {
	text, err := json.Marshal([]any{p.Endpoint, p.P256DH, p.Auth})
	if err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.checkSession(ctx, sessionID, p.PersonID); err != nil {
			return err
		}
		mac := s.keys.MAC("push endpoint", p.Endpoint)
		if _, err := tx.exec(ctx, "DELETE FROM push_subscription WHERE session_id = $1 OR endpoint_mac = $2", sessionID, mac); err != nil {
			return err
		}
		_, err := tx.exec(ctx, "DELETE FROM push_subscription WHERE person_id = $1 AND session_id IN (SELECT id FROM session WHERE person_id = $1 AND (revoked_at IS NOT NULL OR expires_at <= $2))",
			p.PersonID, tx.now)
		if err != nil {
			return err
		}
		var n int
		if err := tx.row(ctx, "SELECT COUNT(*) FROM push_subscription WHERE person_id = $1", p.PersonID).Scan(&n); err != nil {
			return err
		}
		if n >= maxPushOfPerson {
			return court.ErrTooMany
		}
		_, err = tx.exec(ctx, "INSERT INTO push_subscription (id, session_id, person_id, endpoint_mac, sealed, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
			NewID(), sessionID, p.PersonID, mac, s.keys.Seal(string(text)), tx.now)
		return err
	})
}

// UnsubscribePush forgets a session's browser.
func (s *Store) UnsubscribePush(ctx context.Context, sessionID string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error { return tx.forgetPush(ctx, sessionID) })
}

// forgetPush ends the push messages of a session.
func (tx *Tx) forgetPush(ctx context.Context, sessionID string) error {
	_, err := tx.exec(ctx, "DELETE FROM push_subscription WHERE session_id = $1", sessionID)
	return err
}

// ForgetPush forgets a browser that has ended its subscription.
func (s *Store) ForgetPush(ctx context.Context, id string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, "DELETE FROM push_subscription WHERE id = $1", id)
		return err
	})
}

// PushSubscriptions gives the browsers of a person whose sessions are open.
func (s *Store) PushSubscriptions(ctx context.Context, personID string) ([]PushSubscription, error) {
	rows, err := s.query(ctx, `SELECT b.id, b.sealed FROM push_subscription b JOIN session s ON s.id = b.session_id
		WHERE b.person_id = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 ORDER BY b.id`, personID, s.nowMS())
	return collect(rows, err, func(r *sql.Rows) (p PushSubscription, err error) {
		var sealed []byte
		if err := r.Scan(&p.ID, &sealed); err != nil {
			return p, err
		}
		text, err := s.keys.Open(sealed)
		if err != nil {
			return p, err
		}
		p.PersonID = personID
		return p, json.Unmarshal([]byte(text), &[]any{&p.Endpoint, &p.P256DH, &p.Auth})
	})
}

// PushReaders gives, of some cases, who of their participants has a browser to be told: person ids by case.
func (s *Store) PushReaders(ctx context.Context, cases []string) (map[string]map[string]bool, error) {
	with := map[string]map[string]bool{}
	for chunk := range slices.Chunk(cases, 500) {
		marks, args := inList(chunk, 1)
		rows, err := s.query(ctx, `SELECT DISTINCT p.case_id, p.person_id FROM participant p JOIN push_subscription b ON b.person_id = p.person_id
			WHERE p.removed_at IS NULL AND p.case_id IN (`+marks+")", args...)
		found, err := collect(rows, err, func(r *sql.Rows) (row [2]string, err error) { return row, r.Scan(&row[0], &row[1]) })
		if err != nil {
			return nil, err
		}
		for _, row := range found {
			if with[row[0]] == nil {
				with[row[0]] = map[string]bool{}
			}
			with[row[0]][row[1]] = true
		}
	}
	return with, nil
}

// TakePushKey notes the public key that browsers subscribe with. With another one than before they can't be reached any more, and are forgotten: then it
// gives true.
func (s *Store) TakePushKey(ctx context.Context, public string) (changed bool, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		changed = false
		var was string
		err := tx.row(ctx, "SELECT value FROM meta WHERE key = 'push_key'"+tx.lock).Scan(&was)
		if err != nil && !errors.Is(err, sql.ErrNoRows) || was == public {
			return err
		}
		if changed = err == nil; changed {
			if _, err := tx.exec(ctx, "DELETE FROM push_subscription"); err != nil {
				return err
			}
		}
		_, err = tx.exec(ctx, "INSERT INTO meta (key, value) VALUES ('push_key', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value", public)
		return err
	})
	return changed, err
}
