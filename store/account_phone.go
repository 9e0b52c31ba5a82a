package store

import (
	"context"
	"time"

	"microcourt/store/court"
)

// phoneProofAge is how long the code on the phone of before stands when a person changes it.
const phoneProofAge = 30 * time.Minute

// PhoneChange gives a person another phone number.
type PhoneChange struct {
	PersonID, SessionID string
	Phone, Code         string // the new number, and the code that was sent there (CreateSignInCode)
	Limits              CodeLimits
	Address             string
}

// ChangePhone gives a person another phone number: whoever asks has answered a code on the phone of before in this session, within phoneProofAge, and one on the new.
// Who has lost the phone of before proves who they are anew, with the new one. All other sessions end, and the passkeys go. It gives the number of before, in clear, to tell its owner.
// Errors are court.ErrReverification, court.ErrCode, court.ErrPhone and, for a number that somebody else has, court.ErrPhoneTaken.
func (s *Store) ChangePhone(ctx context.Context, c PhoneChange) (before string, err error) {
	phone, err := normalPhone(c.Phone)
	if err != nil {
		return "", err
	}
	var right bool
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		right = false
		if err := tx.lockPerson(ctx, c.SessionID, c.PersonID); err != nil {
			return err
		}
		at, err := codeAt(ctx, tx, c.SessionID)
		if err != nil {
			return err
		}
		if tx.now-at > phoneProofAge.Milliseconds() {
			return court.ErrReverification
		}
		if right, err = tx.useCode(ctx, phone, c.Code, c.Limits); err != nil || !right {
			return err // a wrong try is committed: it counts
		}
		owner, err := tx.personByPhone(ctx, phone)
		if err != nil {
			return err
		}
		if owner != "" && owner != c.PersonID {
			return court.ErrPhoneTaken
		}
		var sealed []byte
		if err := tx.row(ctx, "SELECT phone_enc FROM person WHERE id = $1", c.PersonID).Scan(&sealed); err != nil {
			return notFound(err)
		}
		if before, err = s.keys.Open(sealed); err != nil {
			return err
		}
		if err := tx.setPhone(ctx, c.PersonID, phone, c.SessionID); err != nil {
			return err
		}
		return tx.audit(ctx, c.PersonID, court.ActPhoneChange, c.PersonID, "", c.Address)
	})
	if err == nil && !right {
		err = court.ErrCode.In("code")
	}
	return before, err
}
