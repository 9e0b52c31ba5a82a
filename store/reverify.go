package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"microcourt/store/court"
)

// PhoneOf gives a person's phone number in clear, for sending a code to it; court.ErrNotFound for who has none.
func (s *Store) PhoneOf(ctx context.Context, personID string) (string, error) {
	var sealed []byte
	if err := s.row(ctx, "SELECT phone_enc FROM person WHERE id = $1", personID).Scan(&sealed); err != nil {
		return "", notFound(err)
	}
	phone, err := s.keys.Open(sealed)
	if err == nil && phone == "" {
		err = court.ErrNotFound
	}
	return phone, err
}

// Reverify notes that somebody has answered a code on its phone again (人民法院在线诉讼规则 第七条第三款), in this session. Errors are those of signing in by code.
func (s *Store) Reverify(ctx context.Context, personID, sessionID, code string, limits CodeLimits) (at int64, err error) {
	phone, err := s.PhoneOf(ctx, personID)
	if err != nil {
		return 0, err
	}
	var right bool
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		right, at = false, tx.now
		if err := tx.checkSession(ctx, sessionID, personID); err != nil {
			return err
		}
		var err error
		if right, err = tx.useCode(ctx, phone, code, limits); err != nil || !right {
			return err // a wrong try is committed: it counts
		}
		_, err = tx.exec(ctx, "UPDATE session SET code_at = $2 WHERE id = $1", sessionID, tx.now)
		return err
	})
	if err == nil && !right {
		err = court.ErrCode.In("code")
	}
	return at, err
}

// codeAt gives when a person has last answered a code in a session, 0 for never.
func codeAt(ctx context.Context, q queryer, sessionID string) (at int64, err error) {
	if err = q.row(ctx, "SELECT code_at FROM session WHERE id = $1", sessionID).Scan(&at); errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return at, err
}

// reverifiedFor is how long a code that was answered on the phone stands for who somebody is, when evidence is exchanged and papers of a mediation are signed. An
// exchange goes on for days; once a day is what people put up with.
const reverifiedFor = 24 * time.Hour

// reverified refuses somebody of the public whose phone hasn't answered a code in this session within reverifiedFor (人民法院在线诉讼规则 第七条第三款;
// 人民法院在线调解规则 第十七条): court.ErrReverification.
func (x *acting) reverified(ctx context.Context) error {
	if x.st.Role.OfCourt() {
		return nil
	}
	at, err := codeAt(ctx, x, x.SessionID)
	if err == nil && x.at-at > reverifiedFor.Milliseconds() {
		return court.ErrReverification
	}
	return err
}
